"""The handshake of the embedded gateway's WebSocket, and what it grants."""

import json
from collections.abc import Mapping

import pytest
from aiohttp import WSCloseCode
from raw_client import CONNECT, MEBIBYTE, Dial

from token_dashboard.gateway import connection
from token_dashboard.gateway.embedded import EmbeddedGateway
from token_dashboard.model.clock import Clock


async def test_the_gateway_speaks_first_with_a_challenge(
    gateway: EmbeddedGateway, dial: Dial, clock: Clock
) -> None:
    async with dial(gateway) as wire:
        frame = await wire.frame()
    assert frame["event"] == "connect.challenge"
    assert frame["payload"]["ts"] == clock.now_ms()
    assert len(frame["payload"]["nonce"]) >= 20


async def test_connect_is_answered_with_what_there_is(gateway: EmbeddedGateway, dial: Dial) -> None:
    async with dial(gateway) as wire:
        answer = await wire.connect(scopes=["operator.read"])
    hello = answer["payload"]
    assert (answer["ok"], hello["type"], hello["protocol"]) == (True, "hello-ok", 4)
    assert hello["auth"]["scopes"] == ["operator.read"]
    assert hello["policy"]["maxPayload"] == MEBIBYTE
    own = {"test.echo", "chat.send", "health", "commands.list", "tools.invoke"}
    assert own <= set(hello["features"]["methods"])
    assert {"chat", "tick", "plugin.token-dashboard.alert"} <= set(hello["features"]["events"])


@pytest.mark.parametrize("path", ["/", "/ws"])
async def test_the_websocket_is_at_the_root_and_at_ws(
    gateway: EmbeddedGateway, dial: Dial, path: str
) -> None:
    async with dial(gateway, path) as wire:
        assert (await wire.connect())["ok"] is True


async def test_before_connect_everything_is_refused_and_connect_still_works(
    gateway: EmbeddedGateway, dial: Dial
) -> None:
    async with dial(gateway) as wire:
        challenge = await wire.frame()
        refused = await wire.call("test.echo")
        await wire.send("hello?")
        unreadable = await wire.frame()
        assert challenge["event"] == "connect.challenge"
        assert (await wire.call("connect", CONNECT))["ok"] is True
    assert refused["error"] == {
        "code": "INVALID_REQUEST",
        "message": "the first request must be connect",
    }
    assert unreadable["error"]["code"] == "INVALID_REQUEST"


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"minProtocol": 5, "maxProtocol": 6}, "protocol 4 is spoken here"),
        ({"minProtocol": "4"}, "params.minProtocol must be a whole number"),
        ({"client": "me"}, "params.client must be an object"),
        ({"client": {"id": "test"}}, "params.client needs an id and a mode"),
        ({"role": "node"}, 'params.role must be "operator"'),
        ({"scopes": "all"}, "params.scopes must be a list of strings"),
        ({"locale": 7}, "params.locale must be a non-empty string"),
    ],
)
async def test_a_wrong_connect_is_refused_by_name_and_the_connection_closed(
    gateway: EmbeddedGateway, dial: Dial, params: Mapping[str, object], message: str
) -> None:
    async with dial(gateway) as wire:
        answer = await wire.connect(**params)
        assert (answer["ok"], answer["error"]["message"]) == (False, message)
        assert await wire.closing() == (WSCloseCode.POLICY_VIOLATION, message)


async def test_a_client_that_never_connects_is_shown_out(
    gateway: EmbeddedGateway, dial: Dial, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HANDSHAKE_S", 0.05)
    async with dial(gateway) as wire:
        await wire.frame()
        assert await wire.closing() == (WSCloseCode.POLICY_VIOLATION, "no connect in time")


async def test_without_a_token_none_is_asked_for(gateway: EmbeddedGateway, dial: Dial) -> None:
    async with dial(gateway) as wire:
        assert (await wire.connect(auth={"token": "whatever"}))["ok"] is True


@pytest.mark.parametrize(
    ("auth", "detail"),
    [
        ({"token": "open sesam"}, "AUTH_TOKEN_MISMATCH"),
        ({"token": "öffne dich \ud800"}, "AUTH_TOKEN_MISMATCH"),
        ({}, "AUTH_TOKEN_MISSING"),
        (None, "AUTH_TOKEN_MISSING"),
    ],
)
async def test_a_token_that_is_set_is_demanded_on_loopback_too(
    guarded: EmbeddedGateway, dial: Dial, auth: object, detail: str
) -> None:
    async with dial(guarded) as wire:
        answer = await wire.connect(auth=auth)
        assert answer["error"]["details"] == {"code": detail}
        assert "sesame" not in json.dumps(answer)
        assert (await wire.closing())[0] == WSCloseCode.POLICY_VIOLATION


async def test_the_right_token_lets_in(guarded: EmbeddedGateway, dial: Dial) -> None:
    async with dial(guarded) as wire:
        assert (await wire.connect(auth={"token": "open sesame"}))["ok"] is True


async def test_a_scope_that_was_not_asked_for_is_missing(gateway: EmbeddedGateway, dial: Dial) -> None:
    async with dial(gateway) as wire:
        await wire.connect(scopes=["operator.read"])
        assert (await wire.call("test.echo"))["ok"] is True
        for method in ("test.admin", "chat.send", "tools.invoke"):
            error = (await wire.call(method, {"message": "/say", "name": "echo_tool"}))["error"]
            assert (error["code"], error["details"]) == ("FORBIDDEN", {"code": "MISSING_SCOPE"})


async def test_the_admin_scope_includes_the_others(gateway: EmbeddedGateway, dial: Dial) -> None:
    async with dial(gateway) as wire:
        await wire.connect(scopes=["operator.admin"])
        for method in ("test.admin", "test.echo", "tools.invoke"):
            assert (await wire.call(method, {"name": "echo_tool"}))["ok"] is True
