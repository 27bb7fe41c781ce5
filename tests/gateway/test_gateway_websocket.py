"""The embedded gateway's WebSocket: requests and events, and every way to get them wrong."""

import asyncio
import json
import logging
from contextlib import suppress

import pytest
from aiohttp import WSMsgType
from hosted_plugin import Plugin
from raw_client import MEBIBYTE, Dial, Frame, Wire, deaf_client

from token_dashboard.gateway import connection
from token_dashboard.gateway.embedded import EmbeddedGateway


async def test_a_request_is_answered_under_its_id(wire: Wire) -> None:
    await wire.send({"type": "req", "id": "mine", "method": "test.echo", "params": {"a": [1, "ü"]}})
    assert await wire.frame() == {
        "type": "res",
        "id": "mine",
        "ok": True,
        "payload": {"echo": {"a": [1, "ü"]}},
    }


async def test_a_frame_may_be_binary(wire: Wire) -> None:
    await wire.socket.send_bytes(b'{"type":"req","id":"b","method":"test.echo"}')
    assert (await wire.response("b"))["ok"] is True


@pytest.mark.parametrize(
    ("frame", "answered_id", "message"),
    [
        ("{", "invalid", "not valid JSON"),
        ("", "invalid", "not valid JSON"),
        ('{"type":"req","id":"x","method":"m","params":{"n":NaN}}', "invalid", "NaN is no JSON number"),
        ("[" * 100_000, "invalid", "nested too deeply"),
        ("[1]", "invalid", "a JSON object is needed"),
        ('"text"', "invalid", "a JSON object is needed"),
        ("null", "invalid", "a JSON object is needed"),
        ({"type": "req", "method": "test.echo"}, "invalid", "id must be a non-empty string"),
        ({"type": "req", "id": 7, "method": "test.echo"}, "invalid", "id must be a non-empty string"),
        ({"type": "req", "id": "", "method": "test.echo"}, "invalid", "id must be a non-empty string"),
        ({"type": "res", "id": "x", "method": "test.echo"}, "x", 'type must be "req"'),
        ({"id": "x", "method": "test.echo"}, "x", 'type must be "req"'),
        ({"type": "req", "id": "x"}, "x", "method must be a non-empty string"),
        ({"type": "req", "id": "x", "method": 3}, "x", "method must be a non-empty string"),
        ({"type": "req", "id": "x", "method": "test.echo", "params": [1]}, "x", "params must be an object"),
        ({"type": "req", "id": "x", "method": "no.such"}, "x", "unknown method: no.such"),
        ({"type": "req", "id": "x", "method": "connect"}, "x", "unknown method: connect"),
        ({"type": "req", "id": "x", "method": "test.refuse"}, "x", "not like this"),
    ],
)
async def test_a_bad_frame_gets_a_clear_error_and_the_connection_goes_on(
    wire: Wire, frame: object, answered_id: str, message: str
) -> None:
    await wire.send(frame)
    answer = await wire.frame()
    assert (answer["type"], answer["id"], answer["ok"]) == ("res", answered_id, False)
    assert answer["error"]["code"] == "INVALID_REQUEST"
    assert message in answer["error"]["message"]
    assert (await wire.call("test.echo"))["ok"] is True


async def test_bytes_that_are_no_text_get_a_clear_error(wire: Wire) -> None:
    await wire.socket.send_bytes(b"\xff\xfe\x00\xd8 garbage")
    assert "not valid JSON" in (await wire.frame())["error"]["message"]
    assert (await wire.call("test.echo"))["ok"] is True


@pytest.mark.parametrize("size", [MEBIBYTE + 1, 10 * MEBIBYTE])
async def test_an_oversize_payload_gets_a_clear_error_and_the_connection_goes_on(
    wire: Wire, size: int
) -> None:
    frame = {"type": "req", "id": "x", "method": "test.echo", "params": {"a": ""}}
    frame["params"] = {"a": "x" * (size - len(json.dumps(frame)))}
    await wire.send(frame)
    error = (await wire.frame())["error"]
    assert error["details"] == {"code": "PAYLOAD_TOO_LARGE"}
    assert error["message"] == f"the payload has {size} bytes; at most {MEBIBYTE} are taken"
    assert (await wire.call("test.echo"))["ok"] is True


async def test_a_payload_of_just_the_limit_is_taken(wire: Wire) -> None:
    frame: Frame = {"type": "req", "id": "x", "method": "test.echo", "params": {"a": ""}}
    frame["params"] = {"a": "x" * (MEBIBYTE - len(json.dumps(frame)))}
    await wire.send(frame)
    assert (await wire.response("x"))["ok"] is True


async def test_what_cannot_even_be_received_ends_its_own_connection_only(
    gateway: EmbeddedGateway, wire: Wire, dial: Dial
) -> None:
    async with dial(gateway) as other:
        await other.connect()
        with suppress(ConnectionError):  # it may be cut off while it still sends
            await other.send("x" * (16 * MEBIBYTE + 1))
        assert (await other.socket.receive(timeout=5)).type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
    assert (await wire.call("test.echo"))["ok"] is True


@pytest.mark.parametrize("method", ["test.leak", "test.odd"])
async def test_an_unexpected_failure_tells_the_caller_nothing_and_the_log_where(
    wire: Wire, method: str, caplog: pytest.LogCaptureFixture
) -> None:
    error = (await wire.call(method))["error"]
    assert error == {"code": "UNAVAILABLE", "message": f"{method} failed; the gateway's log says where"}
    [line] = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert line.startswith(f"{method} failed: ")
    assert ".py:" in line
    assert "secret" not in line
    assert (await wire.call("test.echo"))["ok"] is True


async def test_a_failure_that_is_known_keeps_its_sentence(wire: Wire) -> None:
    error = (await wire.call("test.locked"))["error"]
    assert (error["code"], error["retryable"]) == ("UNAVAILABLE", True)
    assert error["message"].startswith("The ledger ledger.db is held by another process.")


async def test_a_slow_request_does_not_hold_up_the_others(wire: Wire, plugin: Plugin) -> None:
    slow = await wire.ask("test.hang")
    assert (await wire.call("test.echo"))["ok"] is True
    plugin.release.set()
    assert (await wire.response(slow))["ok"] is True


async def test_many_requests_of_a_connection_all_get_their_answer_and_few_run_at_once(
    wire: Wire, plugin: Plugin
) -> None:
    ids = [await wire.ask("test.hang") for _ in range(100)]
    await plugin.started.wait()
    plugin.release.set()
    assert all([(await wire.response(one))["ok"] for one in ids])
    assert 2 <= plugin.most_running <= 32


async def test_a_flood_is_answered_with_try_again(wire: Wire, plugin: Plugin) -> None:
    ids = [await wire.ask("test.hang") for _ in range(300)]
    error = (await wire.response(ids[-1]))["error"]
    assert (error["code"], error["retryable"]) == ("UNAVAILABLE", True)
    plugin.release.set()
    assert (await wire.response(ids[0]))["ok"] is True


async def test_a_client_that_leaves_takes_its_requests_along(
    gateway: EmbeddedGateway, dial: Dial, plugin: Plugin
) -> None:
    async with dial(gateway) as wire:
        await wire.connect()
        await wire.ask("test.hang")
        await plugin.started.wait()
    async with asyncio.timeout(2):
        await plugin.cancelled.wait()


async def test_one_client_misbehaves_and_the_other_goes_on(
    gateway: EmbeddedGateway, wire: Wire, dial: Dial, plugin: Plugin
) -> None:
    async with dial(gateway) as bad:
        await bad.connect()
        for nonsense in ("{", "[" * 1000, "x" * (2 * MEBIBYTE), {"type": "req"}):
            await bad.send(nonsense)
        for _ in range(50):
            await bad.ask("test.hang")
        await plugin.started.wait()
        async with asyncio.timeout(1):
            assert (await wire.call("test.echo", {"still": "here"}))["payload"] == {"echo": {"still": "here"}}
    assert (await wire.call("test.echo"))["ok"] is True


async def test_every_connected_client_hears_an_event_numbered_for_it(
    gateway: EmbeddedGateway, wire: Wire, dial: Dial
) -> None:
    async with dial(gateway) as second, dial(gateway) as stranger:
        await second.connect()
        await stranger.frame()
        for number in (1, 2):
            await gateway.emit("plugin.test.alert", {"n": number})
        for client in (wire, second):
            for number in (1, 2):
                assert await client.event("plugin.test.alert") == {
                    "type": "event",
                    "event": "plugin.test.alert",
                    "payload": {"n": number},
                    "seq": number,
                }
        first = await stranger.call("test.echo")
        assert first["error"]["message"] == "the first request must be connect"


async def test_a_client_that_does_not_read_is_dropped_and_the_others_hear(
    gateway: EmbeddedGateway, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PATIENCE_S", 0.1)
    async with deaf_client(gateway.port) as read_all:
        big = {"text": "x" * (3 * MEBIBYTE)}
        for _ in range(6):
            await gateway.emit("plugin.test.alert", big)
            assert (await wire.event("plugin.test.alert"))["payload"] == big
        async with asyncio.timeout(3):
            received = await read_all()
    assert received < 18 * MEBIBYTE
