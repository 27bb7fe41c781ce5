"""The protocol between OpenClaw's process and ours: lines over pipes, in good times and in bad ones."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import pytest
from bridge_gateway import PlayedGateway, RefusedCall

from token_dashboard.contract import version
from token_dashboard.gateway.openclaw.lines import Lines


async def test_the_greeting_is_answered_with_our_version(home: Path) -> None:
    async with PlayedGateway(home).running(greet=False) as gateway:
        assert await gateway.greet() == {"protocol": 1, "version": version()}


async def test_another_protocol_is_refused_with_what_to_do(home: Path) -> None:
    async with PlayedGateway(home).running(greet=False) as gateway:
        with pytest.raises(RefusedCall) as refused:
            await gateway.greet(protocol=2)
        assert refused.value.error["code"] == -32010
        assert refused.value.error["message"] == (
            f"OpenClaw's plugin (version 0.1.0) and token-dashboard {version()} don't fit together."
            " Upgrade token-dashboard, then: tokens openclaw install"
        )


async def test_a_configuration_that_cannot_be_used_is_told_and_ends_the_process(home: Path) -> None:
    gateway = PlayedGateway(home, config={"notify": {"channel": "telegram"}})
    async with gateway.running(greet=False):
        with pytest.raises(RefusedCall) as refused:
            await gateway.greet()
        assert refused.value.error["code"] == -32011
        assert refused.value.error["message"] == (
            "the host's configuration: $.notify.to is missing; $.notify.channel alone names no chat."
        )
        gateway.hang_up()
        assert await gateway.child.wait() == 1


async def test_before_the_greeting_nothing_else_is_answered(home: Path) -> None:
    async with PlayedGateway(home).running(greet=False) as gateway:
        with pytest.raises(RefusedCall, match="unknown method: command"):
            await gateway.say("/tokens")


async def test_a_command_is_answered_with_text(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        assert "/tokens" in await gateway.say("/tokens help")
        assert "tokne" in await gateway.say("/tokens tokne")


async def test_a_sender_whom_the_host_does_not_know_is_refused(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        with pytest.raises(RefusedCall, match="people whom this bot knows"):
            await gateway.say("/tokens", isAuthorized=False)


async def test_methods_and_the_tool_answer_with_their_payload(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        assert (await gateway.rpc("cached"))["schemaVersion"] == 1
        assert [one["id"] for one in (await gateway.rpc("providers"))["providers"]]
        answered = await gateway.call("tool", name="token_usage", arguments={})
        assert isinstance(answered, dict)


async def test_the_page_is_answered_with_status_headers_and_body(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        page = await gateway.call("page", method="GET", path="/panel", query="")
        assert page["status"] == 200
        assert page["headers"]["content-type"].startswith("text/html")
        assert page["body"].startswith("<!doctype html>")
        assert (await gateway.call("page", method="POST", path="/panel", query=""))["status"] == 405


async def test_a_refusal_has_the_shape_of_the_gateways_errors(home: Path) -> None:
    cached = {"method": "token-dashboard.cached", "params": {}, "scopes": ["operator.read"]}
    async with PlayedGateway(home).running() as gateway:
        for method, params, shape in (
            (
                "rpc",
                cached | {"method": "banana"},
                {
                    "code": "INVALID_REQUEST",
                    "message": "unknown method: banana",
                    "details": {"code": "UNKNOWN_METHOD"},
                },
            ),
            (
                "rpc",
                cached | {"scopes": []},
                {
                    "code": "FORBIDDEN",
                    "message": "missing scope: operator.read",
                    "details": {"code": "MISSING_SCOPE"},
                },
            ),
            (
                "rpc",
                cached | {"params": {"x": 1}},
                {"code": "INVALID_REQUEST", "message": "params.x is not known; this method takes none"},
            ),
            (
                "tool",
                {"name": "banana", "arguments": {}},
                {
                    "code": "INVALID_REQUEST",
                    "message": "unknown tool: banana",
                    "details": {"code": "UNKNOWN_TOOL"},
                },
            ),
            ("command", {}, {"code": "INVALID_REQUEST", "message": "params.name must be a non-empty string"}),
        ):
            answer = await gateway.begin(method, **params)
            assert answer["error"] == {"code": -32000, "message": shape["message"], "data": shape}


BAD_LINES = {
    b"banana": -32700,
    b'{"id": 1, "method": "rpc", "params": {"x": NaN}}': -32700,
    b"[" * 100_000: -32700,
    b"\xff\xfe": -32700,
    b"[]": -32600,
    b'{"id": "7", "method": 5}': -32600,
    b'{"id": "7", "method": "rpc", "params": []}': -32600,
    b'{"id": [], "method": "rpc"}': -32600,
    b'{"id": "7", "method": "banana"}': -32601,
    b"x" * (16 * 2**20 + 1): -32600,
}


async def test_bad_lines_are_answered_and_survived(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        for line, code in BAD_LINES.items():
            gateway.write(line)
            assert (await gateway.answered_strangely())["error"]["code"] == code
        assert (await gateway.rpc("cached"))["schemaVersion"] == 1


async def test_empty_lines_and_answers_to_nothing_are_passed_over(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        for line in (b"", b"  ", b"{}", b'{"id": 99, "result": 1}', b'{"id": [], "error": {}}'):
            gateway.write(line)
        assert (await gateway.rpc("cached"))["schemaVersion"] == 1
        assert not gateway.stray


async def test_five_megabytes_cross_in_one_line(home: Path) -> None:
    words = "ab " * 1_700_000
    async with PlayedGateway(home).running() as gateway:
        answer = await gateway.begin("rpc", method=words, params={}, scopes=[])
        assert answer["error"]["message"].startswith("unknown method: ab ab")
        gateway.facts = {**gateway.facts, "owners": [words]}
        assert "/tokens" in await gateway.say("/tokens help")


async def test_calls_are_answered_beside_each_other(home: Path) -> None:
    gateway, answered = PlayedGateway(home), asyncio.Event()

    async def facts(_: dict[str, Any]) -> Any:
        await answered.wait()
        return gateway.facts

    gateway.answers["facts"] = facts
    async with gateway.running():
        slow = asyncio.create_task(gateway.rpc("alerts"))
        await gateway.heard("facts")
        quick = await asyncio.gather(*(gateway.rpc("cached") for _ in range(50)))
        assert len(quick) == 50
        assert not slow.done()
        answered.set()
        assert (await slow)["schemaVersion"] == 1


async def test_more_than_it_can_do_is_refused_and_who_never_answers_it_is_given_up(home: Path) -> None:
    async def facts(_: dict[str, Any]) -> Any:
        await asyncio.Event().wait()

    async with PlayedGateway(home, answers={"facts": facts}).running() as gateway:
        asked = {"method": "token-dashboard.alerts", "params": {}, "scopes": ["operator.read"]}
        answers = await asyncio.gather(*(gateway.begin("rpc", **asked) for _ in range(300)))
        refused = [one["error"]["message"] for one in answers if "error" in one]
        assert len(refused) == 300 - 256
        assert set(refused) == {"256 calls are under way already"}
        assert (await gateway.rpc("cached"))["schemaVersion"] == 1


async def test_who_does_not_read_is_waited_for_and_gets_whole_lines() -> None:
    reading, written = os.pipe()
    silent, _ = os.pipe()
    with os.fdopen(reading, "rb") as reader, os.fdopen(written, "wb") as sink:
        lines = Lines(os.fdopen(silent, "rb", closefd=False), sink)
        sent = [asyncio.create_task(lines.send(number * 300_000 + b"\n")) for number in (b"1", b"2")]
        done, _ = await asyncio.wait(sent, timeout=0.2)
        assert not done
        sent[1].cancel()
        assert await asyncio.to_thread(reader.readline) == b"1" * 300_000 + b"\n"
        assert await asyncio.to_thread(reader.readline) == b"2" * 300_000 + b"\n"
        await sent[0]


async def test_a_signal_to_end_is_obeyed_and_nothing_is_said_about_it(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        await gateway.seated()
        gateway.child.terminate()
        assert await gateway.child.wait() == 0
        assert not gateway.note.exists()
    assert gateway.stderr == ""


async def test_when_stdin_ends_the_process_leaves_within_a_second_and_takes_everything_along(
    home: Path,
) -> None:
    async with PlayedGateway(home).running() as gateway:
        await gateway.rpc("status")
        await gateway.seated()
        started = time.monotonic()
        gateway.hang_up()
        assert await gateway.child.wait() == 0
        assert time.monotonic() - started < 1
        assert not gateway.note.exists()
    assert gateway.stderr == ""


async def test_shutdown_is_answered_when_everything_has_stopped(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        await gateway.seated()
        started = time.monotonic()
        assert await gateway.call("shutdown") == {}
        assert not gateway.note.exists()
        gateway.hang_up()
        assert await gateway.child.wait() == 0
        assert time.monotonic() - started < 2


async def test_a_killed_process_is_followed_by_one_that_answers(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        await gateway.rpc("cached")
        await gateway.seated()
        gateway.child.kill()
        await gateway.child.wait()
    async with PlayedGateway(home).running() as gateway:
        assert (await gateway.rpc("cached"))["schemaVersion"] == 1
