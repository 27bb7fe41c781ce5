"""The embedded gateway over plain HTTP, as curl speaks it."""

import asyncio
from collections.abc import Mapping
from io import BytesIO

import pytest
from aiohttp import ClientSession
from hosted_plugin import Plugin
from raw_client import MEBIBYTE

from token_dashboard.gateway.embedded import EmbeddedGateway


async def test_a_method_is_called_by_its_name(gateway: EmbeddedGateway, http: ClientSession) -> None:
    async with http.post(f"{gateway.url}/rpc/test.echo", json={"a": 1}) as answer:
        assert answer.status == 200
        assert await answer.json() == {"ok": True, "payload": {"echo": {"a": 1}}}


@pytest.mark.parametrize("body", [b"", b" \n"])
async def test_no_body_means_no_params(gateway: EmbeddedGateway, http: ClientSession, body: bytes) -> None:
    async with http.post(f"{gateway.url}/rpc/test.echo", data=body) as answer:
        assert await answer.json() == {"ok": True, "payload": {"echo": {}}}


async def test_a_body_is_read_as_json_whatever_it_calls_itself(
    gateway: EmbeddedGateway, http: ClientSession
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with http.post(f"{gateway.url}/rpc/test.echo", data=b'{"a": 1}', headers=form) as answer:
        assert (await answer.json())["payload"] == {"echo": {"a": 1}}


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("rpc/no.such", b"{}", 404, "unknown method: no.such"),
        ("rpc/connect", b"{}", 404, "unknown method: connect"),
        ("rpc/test.refuse", b"{}", 400, "not like this"),
        ("rpc/test.leak", b"{}", 503, "test.leak failed; the gateway's log says where"),
        ("rpc/test.odd", b"{}", 503, "test.odd failed; the gateway's log says where"),
        ("rpc/test.locked", b"{}", 503, "The ledger ledger.db is held"),
        ("rpc/test.echo", b"{", 400, "not valid JSON"),
        ("rpc/test.echo", b"\xff", 400, "not valid JSON"),
        ("rpc/test.echo", b"[1]", 400, "a JSON object is needed"),
        pytest.param("rpc/test.echo", b"[" * 100_000, 400, "nested too deeply", id="nested"),
        pytest.param(
            "rpc/test.echo",
            b" " * MEBIBYTE + b"{}",
            413,
            f"at most {MEBIBYTE} bytes are taken",
            id="oversize",
        ),
        ("rpc/chat.send", b"{}", 400, "params.message must be a non-empty string"),
        ("elsewhere", b"{}", 404, "POST /elsewhere: Not Found"),
        ("healthz", b"{}", 405, "POST /healthz: Method Not Allowed"),
    ],
)
async def test_every_failure_has_one_shape_and_a_fitting_status(
    gateway: EmbeddedGateway, http: ClientSession, path: str, body: bytes, status: int, message: str
) -> None:
    async with http.post(f"{gateway.url}/{path}", data=BytesIO(body)) as answer:
        told = await answer.json()
        assert (answer.status, told["ok"]) == (status, False)
        assert told["error"]["code"] == ("UNAVAILABLE" if status == 503 else "INVALID_REQUEST")
        assert message in told["error"]["message"]


async def test_a_browser_that_opens_the_websockets_address_is_told_so(
    gateway: EmbeddedGateway, http: ClientSession
) -> None:
    async with http.get(gateway.url) as answer:
        assert (answer.status, answer.headers["Upgrade"]) == (426, "websocket")
        assert (await answer.json())["error"]["message"] == "GET /: a WebSocket is served here"


@pytest.mark.parametrize(
    ("headers", "status", "detail"),
    [
        ({}, 401, "AUTH_TOKEN_MISSING"),
        ({"Authorization": "Bearer"}, 401, "AUTH_TOKEN_MISSING"),
        ({"Authorization": "Basic open sesame"}, 401, "AUTH_TOKEN_MISSING"),
        ({"Authorization": "Bearer open sesam"}, 401, "AUTH_TOKEN_MISMATCH"),
        ({"Authorization": "Bearer open sesame!"}, 401, "AUTH_TOKEN_MISMATCH"),
        ({"Authorization": "bearer open sesame"}, 200, None),
    ],
)
async def test_a_token_goes_into_the_authorization_header(
    guarded: EmbeddedGateway,
    http: ClientSession,
    headers: Mapping[str, str],
    status: int,
    detail: str | None,
) -> None:
    async with http.post(f"{guarded.url}/rpc/test.echo", headers=headers) as answer:
        told = await answer.json()
        assert answer.status == status
        assert told.get("error", {}).get("details", {}).get("code") == detail
        assert ("WWW-Authenticate" in answer.headers) is (status == 401)


async def test_health_needs_no_token_and_says_no_more_than_that(
    guarded: EmbeddedGateway, http: ClientSession
) -> None:
    async with http.get(f"{guarded.url}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:{port}"}, 403),
        ({"Host": "127.0.0.1.evil.example:{port}"}, 403),
        ({"Host": "10.0.0.7:{port}"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Host": ""}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "file://127.0.0.1:{port}"}, 403),
        ({"Host": "localhost:{port}", "Origin": "http://127.0.0.1:{port}"}, 403),
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Host": "LOCALHOST"}, 200),
        ({"Host": "[::1]:{port}"}, 200),
        ({"Host": "127.8.9.1:9"}, 200),
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Host": "localhost:{port}", "Origin": "http://localhost:{port}"}, 200),
    ],
)
@pytest.mark.parametrize("path", ["rpc/test.echo", "", "ws", "healthz"])
async def test_a_foreign_host_or_origin_is_refused_everywhere(
    gateway: EmbeddedGateway, http: ClientSession, path: str, headers: Mapping[str, str], status: int
) -> None:
    sent = {name: value.replace("{port}", str(gateway.port)) for name, value in headers.items()}
    if not path.startswith("rpc"):
        sent |= {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
        sent["Sec-WebSocket-Key"] = "dGhlIHNhbXBsZSBub25jZQ=="
    verb = "POST" if path.startswith("rpc") else "GET"
    async with http.request(verb, f"{gateway.url}/{path}", headers=sent) as answer:
        allowed = 200 if path in {"rpc/test.echo", "healthz"} else 101
        assert answer.status == (allowed if status == 200 else 403)
        if status == 403:
            assert (await answer.json())["error"]["code"] == "FORBIDDEN"


async def test_a_caller_that_hangs_up_ends_its_call(
    gateway: EmbeddedGateway, http: ClientSession, plugin: Plugin
) -> None:
    call = asyncio.create_task(http.post(f"{gateway.url}/rpc/test.hang").__aenter__())
    await plugin.started.wait()
    call.cancel()
    async with asyncio.timeout(2):
        await plugin.cancelled.wait()


async def test_a_chat_message_is_answered_at_once(gateway: EmbeddedGateway, http: ClientSession) -> None:
    turn = {"message": "/say hi", "sessionKey": "main", "idempotencyKey": "k"}
    async with http.post(f"{gateway.url}/rpc/chat.send", json=turn) as answer:
        payload = (await answer.json())["payload"]
    assert (payload["runId"], payload["state"]) == ("k", "final")
    assert payload["message"]["content"] == [{"type": "text", "text": "you said: hi"}]
