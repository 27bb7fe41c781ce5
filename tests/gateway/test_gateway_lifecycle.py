"""Starting and stopping the embedded gateway, and who may be let at which address."""

import asyncio
import logging
import time

import pytest
from aiohttp import ClientSession, WSMsgType
from hosted_plugin import Plugin
from raw_client import Dial

from token_dashboard.gateway.access import Access
from token_dashboard.gateway.embedded import EmbeddedGateway
from token_dashboard.gateway.host import READ, Json, Method, Service
from token_dashboard.gateway.refusal import Refusal
from token_dashboard.gateway.services import Services
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.secret import Secret


@pytest.mark.parametrize("host", ["0.0.0.0", "", "::", "192.0.2.7", "bot.example"])
@pytest.mark.parametrize("token", [None, Secret("")])
def test_an_address_that_others_can_reach_needs_a_token(
    host: str, token: Secret | None, clock: Clock
) -> None:
    with pytest.raises(ConfigError, match="set a token"):
        EmbeddedGateway(host=host, port=0, token=token, clock=clock)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "::1"])
def test_a_loopback_address_needs_none(host: str, clock: Clock) -> None:
    EmbeddedGateway(host=host, port=0, token=None, clock=clock)


@pytest.mark.parametrize("name", ["192.0.2.7:80", "[2001:db8::1]:80", "127.0.0.1:80", "localhost"])
def test_on_every_interface_any_address_is_ours(name: str) -> None:
    Access("0.0.0.0", Secret("t")).check_source(name, None)


@pytest.mark.parametrize("name", ["evil.example", "evil.example:80", "", None])
def test_on_every_interface_a_foreign_name_is_not(name: str | None) -> None:
    with pytest.raises(Refusal, match="is not this gateway's"):
        Access("0.0.0.0", Secret("t")).check_source(name, None)


def test_the_name_that_is_listened_on_is_ours() -> None:
    Access("Bot.Example", Secret("t")).check_source("bot.example:18790", "https://bot.example:18790")


def test_a_token_does_not_show_itself() -> None:
    assert "sesame" not in repr(Access("127.0.0.1", Secret("open sesame")))


async def test_a_port_that_is_taken_is_a_clear_error(gateway: EmbeddedGateway, clock: Clock) -> None:
    second = EmbeddedGateway(host="127.0.0.1", port=gateway.port, token=None, clock=clock)
    with pytest.raises(
        ConfigError, match=f"127.0.0.1:{gateway.port} is taken: a gateway may be running already"
    ):
        await second.__aenter__()


async def test_services_start_once_it_listens_and_end_with_it(plugin: Plugin, clock: Clock) -> None:
    gateway = EmbeddedGateway(host="127.0.0.1", port=0, token=None, clock=clock)
    plugin.register(gateway)
    seen: list[int] = []

    async def look() -> None:
        seen.append(gateway.port)
        await asyncio.Event().wait()

    gateway.register_service(Service(id="look", run=look))
    async with gateway:
        await asyncio.sleep(0)
        assert (plugin.service, seen) == (["started"], [gateway.port])
    assert plugin.service == ["started", "stopped"]


async def test_a_service_that_fails_shows_in_health_and_once_in_the_log(
    caplog: pytest.LogCaptureFixture, http: ClientSession, clock: Clock
) -> None:
    async def fail() -> None:
        raise RuntimeError("the key is sk-very-secret")

    broken = EmbeddedGateway(host="127.0.0.1", port=0, token=None, clock=clock)
    broken.register_service(Service(id="broken", run=fail))
    async with broken:
        async with http.post(f"{broken.url}/rpc/health") as answer:
            health = (await answer.json())["payload"]
        assert (health["ok"], health["services"]["broken"], health["services"]["tick"]) == (
            False,
            "failed",
            "running",
        )
        async with http.get(f"{broken.url}/healthz") as answer:
            assert answer.status == 503
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert lines == ["service broken failed: RuntimeError"]


async def test_it_stops_promptly_with_everything_hanging(
    plugin: Plugin, clock: Clock, dial: Dial, http: ClientSession
) -> None:
    gateway = EmbeddedGateway(host="127.0.0.1", port=0, token=None, clock=clock)
    plugin.register(gateway)
    async with gateway, dial(gateway) as wire:
        await wire.connect()
        await wire.ask("test.hang")
        await plugin.started.wait()
        plugin.started.clear()
        call = asyncio.create_task(http.post(f"{gateway.url}/rpc/test.hang").__aenter__())
        await plugin.started.wait()
        began = time.monotonic()
        await gateway.__aexit__(None, None, None)
        assert time.monotonic() - began < 1.5
        assert (await wire.socket.receive(timeout=1)).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
        await asyncio.gather(call, return_exceptions=True)
    assert plugin.running == 0


async def test_a_service_that_will_not_stop_is_left_after_two_seconds(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("token_dashboard.gateway.services.STOP_S", 0.05)
    release = asyncio.Event()

    async def stubborn() -> None:
        while not release.is_set():
            try:
                await release.wait()
            except asyncio.CancelledError:
                continue

    services = Services()
    services.start([Service(id="stubborn", run=stubborn)])
    await asyncio.sleep(0)
    await services.stop()
    assert services.states() == {"stubborn": "running"}
    assert "service stubborn did not stop" in caplog.text
    release.set()


async def test_a_name_is_registered_once(gateway: EmbeddedGateway, plugin: Plugin) -> None:
    with pytest.raises(ValueError, match=r"test\.echo is registered already"):
        plugin.register(gateway)


async def test_no_plugin_takes_a_method_of_the_house(gateway: EmbeddedGateway) -> None:
    async def handler(params: Json) -> Json:
        return params

    with pytest.raises(ValueError, match="health is registered already"):
        gateway.register_gateway_method(Method(name="health", description="", scope=READ, handler=handler))
