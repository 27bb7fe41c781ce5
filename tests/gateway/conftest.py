"""Embedded gateways on free ports, and clients for them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from hosted_plugin import Plugin
from raw_client import Dial, Wire
from running_bot import Bot
from vendor_server import VendorServer

from token_dashboard.gateway.embedded import EmbeddedGateway
from token_dashboard.model.clock import Clock
from token_dashboard.model.secret import Secret


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession() as session:
        yield session


@pytest.fixture
def dial(http: ClientSession) -> Dial:
    """Open a raw WebSocket to a gateway; headers and the like as aiohttp names them."""

    @asynccontextmanager
    async def open_wire(gateway: EmbeddedGateway, path: str = "/", **options: Any) -> AsyncIterator[Wire]:
        async with http.ws_connect(gateway.url + path, **options) as socket:
            yield Wire(socket)

    return open_wire


@pytest.fixture
def plugin() -> Plugin:
    return Plugin()


@pytest.fixture
async def gateway(plugin: Plugin, clock: Clock) -> AsyncIterator[EmbeddedGateway]:
    """On a free loopback port, without a token."""
    served = EmbeddedGateway(host="127.0.0.1", port=0, token=None, clock=clock)
    plugin.register(served)
    async with served:
        yield served


@pytest.fixture
async def guarded(plugin: Plugin, clock: Clock) -> AsyncIterator[EmbeddedGateway]:
    """On a free loopback port, with the token ``open sesame``."""
    served = EmbeddedGateway(host="127.0.0.1", port=0, token=Secret("open sesame"), clock=clock)
    plugin.register(served)
    async with served:
        yield served


@pytest.fixture
async def wire(gateway: EmbeddedGateway, dial: Dial) -> AsyncIterator[Wire]:
    """Connected to ``gateway``."""
    async with dial(gateway) as connected:
        assert (await connected.connect())["ok"] is True
        yield connected


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with AsyncExitStack() as stack:
        yield Bot(tmp_path, {"HOME": str(tmp_path), "LANG": "en_US.UTF-8"}, stack)


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer.playing("openrouter") as playing:
        yield playing
