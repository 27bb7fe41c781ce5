"""``chat.send`` and the methods of the house."""

import pytest
from hosted_plugin import Plugin
from raw_client import Dial, Wire

from token_dashboard.gateway.embedded import EmbeddedGateway
from token_dashboard.gateway.host import CommandCall
from token_dashboard.model.clock import Clock


async def test_a_command_starts_a_run_and_its_answer_is_an_event(wire: Wire, clock: Clock) -> None:
    turn = {"sessionKey": "main", "message": "/say hi there", "idempotencyKey": "k1"}
    started = await wire.call("chat.send", turn)
    assert started["payload"] == {"runId": "k1", "status": "started"}
    final = await wire.event("chat")
    assert (final["seq"], final["payload"]) == (
        1,
        {
            "runId": "k1",
            "sessionKey": "main",
            "seq": 1,
            "state": "final",
            "message": {
                "role": "assistant",
                "content": [{"type": "text", "text": "you said: hi there"}],
                "timestamp": clock.now_ms(),
            },
        },
    )


async def test_only_the_message_is_needed(wire: Wire) -> None:
    run = (await wire.call("chat.send", {"message": "/say hi"}))["payload"]["runId"]
    payload = (await wire.event("chat"))["payload"]
    assert (payload["runId"], payload["sessionKey"]) == (run, "main")


@pytest.mark.parametrize("message", ["/say", "  /SAY \n", "/Say"])
async def test_a_command_is_found_however_it_is_written(wire: Wire, message: str) -> None:
    assert await _said(wire, message) == "you said: "


@pytest.mark.parametrize("message", ["hello bot", "tokens", "/", "// say", "   ", "\x00"])
async def test_what_is_no_command_is_told_what_is(wire: Wire, message: str) -> None:
    assert "Known: /say, /crash, /own\n→ /tokens help" in await _said(wire, message)


async def test_a_mistyped_command_is_told_the_right_one(wire: Wire) -> None:
    assert "Did you mean /crash?" in await _said(wire, "/crush")


@pytest.mark.parametrize("message", [None, "", 7, ["/say"]])
async def test_a_message_that_is_none_is_refused(wire: Wire, message: object) -> None:
    error = (await wire.call("chat.send", {"message": message}))["error"]
    assert (error["code"], error["message"]) == (
        "INVALID_REQUEST",
        "params.message must be a non-empty string",
    )


async def test_a_command_that_fails_says_so_and_no_more(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    assert await _said(wire, "/crash") == "/crash failed; the gateway's log says where"
    assert "/crash failed: RuntimeError at hosted_plugin.py:" in caplog.text
    assert "secret" not in caplog.text


async def test_who_wrote_is_known_to_the_command(
    gateway: EmbeddedGateway, dial: Dial, plugin: Plugin
) -> None:
    async with dial(gateway) as wire:
        await wire.connect(locale="de-AT", scopes=["operator.admin"])
        await _said(wire, "/say x")
    assert plugin.calls == [
        CommandCall(arguments="x", sender="test", channel="webchat", is_owner=True, language="de-AT")
    ]


async def test_an_owners_command_is_for_admins(gateway: EmbeddedGateway, dial: Dial, wire: Wire) -> None:
    assert await _said(wire, "/own x") == "/own is for the owner only."
    async with dial(gateway) as admin:
        await admin.connect(scopes=["operator.admin"])
        assert await _said(admin, "/own x") == "you said: x"


async def test_the_house_lists_commands(wire: Wire) -> None:
    [say, *_] = (await wire.call("commands.list"))["payload"]["commands"]
    assert (say["name"], say["textAliases"], say["acceptsArgs"]) == ("say", ["/say"], True)


async def test_the_house_uses_tools(wire: Wire) -> None:
    answer = await wire.call("tools.invoke", {"name": "echo_tool", "args": {"a": 1}})
    assert answer["payload"] == {
        "ok": True,
        "toolName": "echo_tool",
        "output": {"echo": {"a": 1}},
        "source": "plugin",
    }


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "params.name must be a non-empty string"),
        ({"name": "no_such"}, "unknown tool: no_such"),
        ({"name": "echo_tool", "args": [1]}, "params.args must be an object"),
    ],
)
async def test_a_wrong_use_of_a_tool_is_refused(wire: Wire, params: object, message: str) -> None:
    assert (await wire.call("tools.invoke", params))["error"]["message"] == message


async def test_the_house_is_well(wire: Wire) -> None:
    health = (await wire.call("health"))["payload"]
    assert (health["ok"], health["services"]["test-service"]) == (True, "running")


async def _said(wire: Wire, message: str) -> str:
    assert (await wire.call("chat.send", {"message": message}))["ok"] is True
    return str((await wire.event("chat"))["payload"]["message"]["content"][0]["text"])
