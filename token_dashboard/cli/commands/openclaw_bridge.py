"""``tokens openclaw bridge``: the Python end of the bridge to OpenClaw, which its plugin starts.

It lives as long as its stdin. Only the protocol goes to stdout; what anything prints goes to stderr.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, BinaryIO

import click

from token_dashboard.cli.options import config_file, config_option

if TYPE_CHECKING:
    from token_dashboard.gateway.openclaw.peer import Peer

_LEAVE_S = 0.8
"""How long leaving may take once stdin has ended; the ledger survives being left at any moment."""
_LAST_WORDS_S = 2.0


@click.command(hidden=True)
@config_option
def bridge() -> None:
    """Speak with OpenClaw over stdin and stdout. OpenClaw starts this by itself."""
    source, sink = _own_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the gateway, which then closes our stdin
    sys.exit(asyncio.run(_bridge(source, sink)))


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return source, sink


async def _bridge(source: BinaryIO, sink: BinaryIO) -> int:
    from token_dashboard.cli.sidecar import serve
    from token_dashboard.gateway.openclaw.greeting import Greeting
    from token_dashboard.gateway.openclaw.lines import Lines
    from token_dashboard.gateway.openclaw.log import HostLog
    from token_dashboard.gateway.openclaw.peer import Peer
    from token_dashboard.model.errors import TokenDashboardError

    peer = Peer(Lines(source, sink))
    log = logging.getLogger()
    log.handlers = [HostLog(peer)]
    log.setLevel(min(log.level, logging.WARNING))
    greeting = Greeting(peer)
    listening = asyncio.create_task(_listen(peer))
    await asyncio.wait((listening, greeting.hello), return_when=asyncio.FIRST_COMPLETED)
    if not greeting.hello.done():
        return 0
    try:
        await serve(config_file(), greeting, peer, listening)
    except TokenDashboardError as error:
        greeting.refuse(error)
        await asyncio.wait((listening,), timeout=_LAST_WORDS_S)
        return 1
    return 0


async def _listen(peer: "Peer") -> None:
    try:
        await peer.run()
    finally:
        leave = threading.Timer(_LEAVE_S, os._exit, (0,))
        leave.daemon = True
        leave.start()
