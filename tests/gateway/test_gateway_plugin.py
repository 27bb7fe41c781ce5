"""The plugin's methods, tool and alerts in the embedded gateway, over a real engine and a vendor here."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession
from jsonschema import Draft202012Validator
from raw_client import Dial, Frame
from running_bot import Bot, account, chatting, said
from vendor_server import VendorServer

from token_dashboard.contract import read_contract
from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.money import Money
from token_dashboard.model.notice import Notice, Outcome, Parcel

EXAMPLE = Path(__file__).parents[2] / "examples" / "embedded_gateway" / "status.py"


async def test_the_manifest_and_the_code_name_the_same_things(bot: Bot) -> None:
    manifest = read_contract("plugin.json")
    gateway = (await bot.start()).gateway
    own = f"{manifest['id']}."
    assert manifest["commands"] == [
        {"name": one.name, "description": one.description, "arguments": one.arguments}
        for one in gateway.commands.values()
    ]
    assert manifest["gatewayMethods"] == [
        {"name": one.name, "scope": one.scope, "description": one.description}
        for one in gateway.methods.values()
        if one.name.startswith(own)
    ]
    assert [one["id"] for one in manifest["services"]] == list(gateway.services)
    assert manifest["tools"] == [
        {"name": one.name, "description": one.description, "inputSchema": one.input_schema}
        for one in gateway.tools.values()
    ]


@pytest.mark.parametrize(
    ("method", "schema"),
    [
        ("status", "status"),
        ("cached", "status"),
        ("providers", "providers"),
        ("history", "report"),
        ("alerts", "alerts"),
        ("budgets", "budgets"),
        ("forecast", "forecast"),
    ],
)
async def test_an_answer_keeps_to_its_schema(
    bot: Bot, dial: Dial, vendor: VendorServer, method: str, schema: str
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await said(wire, "/tokens")
        answer = await wire.call(f"token-dashboard.{method}")
    assert answer["ok"] is True
    _check(answer["payload"], schema)


async def test_the_tools_answer_keeps_to_its_schema(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await said(wire, "/tokens")
        call = {"name": "token_usage", "args": {"period": "all"}}
        _check((await wire.call("tools.invoke", call))["payload"]["output"], "token-usage")


def _check(answer: Frame, schema: str) -> None:
    problems = Draft202012Validator(read_contract(f"schemas/{schema}.schema.json")).iter_errors(answer)
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []


async def test_cached_never_asks_a_provider(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await wire.call("token-dashboard.status")
        asked = len(vendor.requests)
        vendor.mood = "hang"
        payload = (await wire.call("token-dashboard.cached"))["payload"]
    assert len(vendor.requests) == asked
    [shown] = payload["accounts"]
    assert shown["snapshot"]["balances"][0]["money"] == {"amount": "3.21", "currency": "USD"}
    assert payload["stale"] is False


async def test_providers_tells_what_is_configured(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        known = (await wire.call("token-dashboard.providers"))["payload"]["providers"]
    [openrouter] = [one for one in known if one["id"] == "openrouter"]
    assert (openrouter["id"], openrouter["configured"], openrouter["lastSuccessAt"]) == (
        "openrouter",
        False,
        None,
    )


@pytest.mark.parametrize(
    ("method", "params", "message"),
    [
        ("status", {"refresh": "yes"}, "params.refresh must be true or false"),
        ("status", {"refresh": 1}, "params.refresh must be true or false"),
        ("status", {"provider": ["openrouter"]}, "params.provider must be a non-empty string"),
        ("status", {"provider": ""}, "params.provider must be a non-empty string"),
        (
            "status",
            {"provider": "opnrouter"},
            "params.provider 'opnrouter' is not known; did you mean 'openrouter'?",
        ),
        ("history", {"agent": ""}, "params.agent must be a non-empty string"),
        ("history", {"by": "day"}, "params.by must be a list of strings"),
        ("history", {"by": ["dya"]}, "params.by 'dya' is not known; did you mean 'day'?"),
        (
            "history",
            {"by": ["banana"]},
            (
                "params.by 'banana' is not known; known: agent, provider, model, project, branch, app,"
                " session, user, sender, feature, team, trigger, machine, hour, day, week, month"
            ),
        ),
        ("history", {"since": "yesterday"}, "params.since 'yesterday' is no day; write it as 2026-11-01"),
        ("history", {"since": "2026-11-02", "until": "2026-11-01"}, "params.since is after params.until"),
        ("history", {"days": 0}, "params.days must be 1 to 3650"),
        ("history", {"days": 9_999_999}, "params.days must be 1 to 3650"),
        ("history", {"days": True}, "params.days must be a whole number"),
        ("history", {"since": "9999-12-31"}, "params.since '9999-12-31' is no day; write it as 2026-11-01"),
        (
            "history",
            {"days": 7, "until": "2026-11-01"},
            "params.days stands for since and until: give either",
        ),
        (
            "history",
            {"timeZone": "Mars/Olympus"},
            "params.timeZone 'Mars/Olympus' is not known; use a name like Europe/Berlin",
        ),
        ("alerts", {"x": 1}, "params.x is not known; this method takes none"),
        ("alerts.ack", {}, "params.alert must be a non-empty string"),
        ("alerts.ack", {"alert": "7"}, "params.alert '7' is no alert that stands"),
        ("budgets", {"x": 1}, "params.x is not known; this method takes none"),
        (
            "forecast",
            {"provider": "opnrouter"},
            "params.provider 'opnrouter' is not known; did you mean 'openrouter'?",
        ),
        ("forecast", {"user": "ada"}, "params.user is not known; known: agent, model, project, provider"),
        ("status", {"provder": "openrouter"}, "params.provder is not known; known: provider, refresh"),
        ("cached", {"refresh": True}, "params.refresh is not known; this method takes none"),
        ("providers", {"x": 1}, "params.x is not known; known: account, provider"),
    ],
)
async def test_wrong_params_are_refused_by_name(
    bot: Bot, dial: Dial, method: str, params: Frame, message: str
) -> None:
    async with chatting(await bot.start(), dial) as wire:
        error = (await wire.call(f"token-dashboard.{method}", params))["error"]
    assert error == {"code": "INVALID_REQUEST", "message": message}


async def test_a_long_wrong_param_is_said_back_in_part(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        error = (await wire.call("token-dashboard.status", {"provider": "x" * 500}))["error"]
    assert error["message"].startswith(f"params.provider '{'x' * 80}…' is not known; known: ")


async def test_params_that_are_null_are_not_given(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        params = {"refresh": None, "provider": None}
        assert (await wire.call("token-dashboard.status", params))["ok"] is True


async def test_the_agents_tool_shows_one_account(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await wire.call("token-dashboard.status")
        call = {"name": "token_usage", "args": {"provider": "openrouter"}}
        output = (await wire.call("tools.invoke", call))["payload"]["output"]
        assert [one["provider"] for one in output["accounts"]] == ["openrouter"]
        wrong = {"name": "token_usage", "args": {"provider": "nobody"}}
        assert (await wire.call("tools.invoke", wrong))["error"]["code"] == "INVALID_REQUEST"


async def test_an_alert_reaches_every_connected_client(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    running = await bot.start(**account(vendor))
    condition = Condition(
        key="low_balance:openrouter",
        kind=AlertKind.LOW_BALANCE,
        severity=Severity.WARNING,
        subject="openrouter",
        money=Money(3_210_000_000),
        threshold=Money(10_000_000_000),
    )
    alert = Alert(condition=condition, state=AlertState.NEW, since_ms=running.product.clock.now_ms())
    async with chatting(running, dial) as one, chatting(running, dial) as other:
        parcel = Parcel(id=1, notice=Notice(alerts=(alert,)), posted_ms=alert.since_ms, tries=0)
        assert (await running.notifier.notify(parcel)).outcome is Outcome.TAKEN
        for wire in (one, other):
            payload = (await wire.event("plugin.token-dashboard.alert"))["payload"]
            assert payload["money"] == {"amount": "3.21", "currency": "USD"}
            assert payload["state"] == "new"


async def test_the_example_client_prints_how_things_stand(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    bot.use_claude()
    running = await bot.start(**account(vendor))
    async with chatting(running, dial) as wire:
        await wire.call("token-dashboard.status")
    example = await asyncio.create_subprocess_exec(
        sys.executable,
        str(EXAMPLE),
        env={**os.environ, "TOKEN_DASHBOARD_URL": running.gateway.url},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await example.communicate()
    assert out.decode().splitlines()[0] == "OpenRouter: 3.21 USD left"
    assert out.decode().splitlines()[-1].startswith("today: 5300 tokens, 0.0")
    assert example.returncode == 0


async def test_no_key_is_in_any_answer_or_log(
    bot: Bot, dial: Dial, vendor: VendorServer, http: ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    running = await bot.start(**account(vendor))
    heard = ""
    async with chatting(running, dial) as wire:
        for mood in ("good", "500", "401"):
            vendor.mood = mood
            for method in ("status", "cached", "providers", "history", "alerts"):
                async with http.post(
                    f"{running.gateway.url}/rpc/token-dashboard.{method}",
                    json={"refresh": True} if method == "status" else {},
                ) as answer:
                    heard += await answer.text()
            for message in ("/tokens refresh", "/tokens openrouter", "/tokens alerts", "/burn"):
                heard += await said(wire, message)
    assert [key for key in vendor.keys.values() if key.reveal() in heard + caplog.text] == []
