"""The product as OpenClaw's companion: put together when the host says hello, taken apart when it leaves."""

import asyncio
import logging
import os
import secrets
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path

from token_dashboard.agents._openclaw_message import AGENT, live_event
from token_dashboard.cli import server
from token_dashboard.cli.compose import Product, compose, load
from token_dashboard.config.settings import NotifySettings
from token_dashboard.gateway.audience import HostAudience
from token_dashboard.gateway.host import Json, Origin, Service
from token_dashboard.gateway.notices import HostNotifier, OwnerNotifier
from token_dashboard.gateway.openclaw.asking import HOST, ask_host
from token_dashboard.gateway.openclaw.calls import calls
from token_dashboard.gateway.openclaw.greeting import Greeting
from token_dashboard.gateway.openclaw.host import OpenClawHost
from token_dashboard.gateway.openclaw.keys import host_keys
from token_dashboard.gateway.openclaw.owner_messages import OwnerMessages
from token_dashboard.gateway.openclaw.peer import Peer
from token_dashboard.gateway.openclaw.shim import Shim
from token_dashboard.gateway.plugin import register
from token_dashboard.gateway.registry import Registry
from token_dashboard.gateway.services import Services
from token_dashboard.model.secret import Secret

_log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 30.0
_LAST_WORDS_S = 2.0
_STATE_DIR = "OPENCLAW_STATE_DIR"
"""By which the reader of OpenClaw's transcripts is told where they are."""
_RUNNING = "openclaw.running"
"""The note that holds a text while a companion works, and still does after one that was killed."""


async def serve(
    config: Path | None,
    greeting: Greeting,
    peer: Peer,
    listening: "asyncio.Task[None]",
    look_again_s: float = _LOOK_AGAIN_S,
) -> None:
    """Answer the host until ``listening`` ends or it says shutdown.

    While another gateway polls over the same ledger, its end is looked for every ``look_again_s``.

    Raises:
        TokenDashboardError: the configuration or the ledger can't be used; nothing was started.
    """
    stopping, stopped = _stopping(peer)
    hello = greeting.hello.result()
    environment = {**({_STATE_DIR: hello.state_dir} if hello.state_dir else {}), **os.environ}
    loaded = load(config, environment, hello.config)
    async with AsyncExitStack() as stack:
        shim = Shim(peer)
        product = await stack.enter_async_context(
            compose(
                loaded,
                is_service=True,
                environment=environment,
                host_keys=partial(host_keys, shim),
                hosts={HOST: partial(ask_host, shim)},
            )
        )
        chat = _configured_chat(loaded.settings.notify)
        messages = OwnerMessages(shim, product.ledger.notes, product.messages.courier, chat)
        host = OpenClawHost(shim, messages)
        notifier = HostNotifier(host, product.dashboard, product.clock)
        product.messages.tell(OwnerNotifier(messages, product.dashboard, product.clock))
        register(host, product.dashboard, product.poller(notifier, HostAudience(host)))
        live = product.live_usage()

        def hear(update: Json) -> None:
            try:
                event = live_event(update)
            except ValueError as error:
                _log.warning("what OpenClaw's agent used could not be read: %s", error)
                return
            if event is not None and loaded.settings.agent(AGENT).enabled:
                live.hear(event)

        peer.handlers |= calls(host, hear)
        greeting.accept()
        services = Services()
        services.start(
            (
                Service(id="live usage", run=live.run),
                Service(id="poller's seat", run=lambda: _take_seat(product, host, messages, look_again_s)),
            )
        )
        stack.push_async_callback(services.stop)
        await asyncio.wait(
            (listening, asyncio.ensure_future(stopping.wait())), return_when=asyncio.FIRST_COMPLETED
        )
    stopped.set()
    await asyncio.wait((listening,), timeout=_LAST_WORDS_S)


def _stopping(peer: Peer) -> tuple[asyncio.Event, asyncio.Event]:
    """Set when the host or a signal asks to stop; to be set when that is done, which answers the host."""
    stopping, stopped = asyncio.Event(), asyncio.Event()

    async def shutdown(_: Json) -> Json:
        stopping.set()
        await stopped.wait()
        return {}

    peer.handlers["shutdown"] = shutdown
    with suppress(NotImplementedError):  # Windows has no signal handlers on a loop
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    return stopping, stopped


async def _take_seat(
    product: Product, host: OpenClawHost, messages: OwnerMessages, look_again_s: float
) -> None:
    """Run what may run once over a ledger; while another gateway does so already, wait for its end."""
    while True:
        if not await _is_taken(product.gateway_note):
            break
        await asyncio.sleep(look_again_s)
    services = Services()
    async with _crash_known(product, messages), _found_by_commands(product, host):
        services.start(host.services.values())
        try:
            await asyncio.Event().wait()
        finally:
            await services.stop()


async def _is_taken(note: Path) -> bool:
    return await asyncio.to_thread(server.ask, note, "health", {}) is not None


@asynccontextmanager
async def _crash_known(product: Product, messages: OwnerMessages) -> AsyncIterator[None]:
    notes = product.ledger.notes
    if await notes.get(_RUNNING):
        messages.restarted_ms = product.clock.now_ms()
    await notes.set(_RUNNING, "yes")
    try:
        yield
    finally:
        await notes.set(_RUNNING, "")


@asynccontextmanager
async def _found_by_commands(product: Product, host: Registry) -> AsyncIterator[None]:
    """Answer ``tokens status`` and the like on this machine, as ``tokens serve`` does."""
    await asyncio.to_thread(import_module, "token_dashboard.gateway.embedded")  # 0.4 s that nobody waits for
    from token_dashboard.gateway.embedded import EmbeddedGateway

    token = Secret(secrets.token_urlsafe(24))
    gateway = EmbeddedGateway(host="127.0.0.1", port=0, token=token, clock=product.clock)
    for method in host.methods.values():
        gateway.register_gateway_method(method)
    async with gateway:
        with server.announced(product.gateway_note, url=gateway.url, token=token):
            yield


def _configured_chat(notify: NotifySettings) -> Origin | None:
    if notify.channel is None:
        return None
    return Origin(channel=notify.channel, to=notify.to, account=notify.account_id, thread=notify.thread_id)
