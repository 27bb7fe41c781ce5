"""``tokens serve``: the gateway, the poller and, on a terminal, a prompt."""

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import refused

if TYPE_CHECKING:
    from token_dashboard.engine.dashboard import Dashboard


@click.command(
    epilog="""\b
Examples:
  tokens serve
  tokens serve --port 0 --host 127.0.0.1
  curl -s -X POST http://127.0.0.1:18790/rpc/token-dashboard.cached
"""
)
@click.option("--host", metavar="ADDRESS", show_default="127.0.0.1", help="Listen here.")
@click.option("--port", type=click.IntRange(0, 65535), help="Listen on this port; 0 picks a free one.")
@config_option
def command(host: str | None, port: int | None) -> None:
    """Run the gateway and the poller until stopped.

    Listens on this computer only, unless told otherwise; any other address demands gateway.token.
    """
    import logging

    if logging.getLogger().level > logging.WARNING:
        logging.getLogger().setLevel(logging.WARNING)  # a service has nobody to show its answer to
    run_async(_serve(host, port))


async def _serve(host: str | None, port: int | None) -> None:
    import asyncio

    from token_dashboard.cli import server
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.gateway.audience import HostAudience
    from token_dashboard.gateway.embedded import EmbeddedGateway
    from token_dashboard.gateway.notices import HostNotifier
    from token_dashboard.gateway.plugin import register

    loaded = load(config_file())
    wanted = loaded.settings.gateway
    async with compose(loaded, is_service=True) as product:
        gateway = EmbeddedGateway(
            host=host or wanted.host,
            port=wanted.port if port is None else port,
            token=wanted.token,
            clock=product.clock,
        )
        notifier = HostNotifier(gateway, product.dashboard, product.clock)
        register(gateway, product.dashboard, product.poller(notifier, HostAudience(gateway)))
        note = product.gateway_note
        if await asyncio.to_thread(server.ask, note, "health", {}) is not None:
            from token_dashboard.render.refusals import Refusal

            raise refused(Refusal.TWO_GATEWAYS, file=product.ledger.name)
        async with gateway:
            with server.announced(note, url=gateway.url, token=wanted.token):
                click.echo(f"token-dashboard is listening on {gateway.url}", err=True)
                await _until_stopped(product.dashboard)


async def _until_stopped(dashboard: "Dashboard") -> None:
    """Until a signal comes or, on a terminal, the prompt is left."""
    import asyncio

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on a loop
            loop.add_signal_handler(name, stop.set)
    waiting: list[asyncio.Task[object]] = [asyncio.create_task(stop.wait())]
    if sys.stdin.isatty():
        from token_dashboard.cli.prompt import answer_prompts
        from token_dashboard.gateway.conversation import Conversation

        waiting.append(asyncio.create_task(answer_prompts(Conversation(dashboard).answer)))
    _, unfinished = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in unfinished:
        task.cancel()
