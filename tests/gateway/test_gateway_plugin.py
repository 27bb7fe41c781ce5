"""The plugin's methods, tool and alerts in the embedded gateway, over a real engine and a vendor here."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession
from raw_client import Dial, Frame
from running_bot import Bot, account, chatting, said
from vendor_server import VendorServer

from token_dashboard.contract import read_contract
from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.money import Money

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


@pytest.mark.parametrize("method", ["status", "cached", "providers"])
async def test_an_answer_keeps_to_its_schema(bot: Bot, dial: Dial, vendor: VendorServer, method: str) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await said(wire, "/tokens")
        answer = await wire.call(f"token-dashboard.{method}")
    assert answer["ok"] is True
    assert answer["payload"]["schemaVersion"] == 1


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
        [openrouter] = (await wire.call("token-dashboard.providers"))["payload"]["providers"]
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
        ("status", {"provider": "x" * 500}, f"params.provider '{'x' * 80}…' is not known; known: openrouter"),
        ("status", {"provder": "openrouter"}, "params.provder is not known; known: provider, refresh"),
        ("cached", {"refresh": True}, "params.refresh is not known; this method takes none"),
        ("providers", {"x": 1}, "params.x is not known; this method takes none"),
    ],
)
async def test_wrong_params_are_refused_by_name(
    bot: Bot, dial: Dial, method: str, params: Frame, message: str
) -> None:
    async with chatting(await bot.start(), dial) as wire:
        error = (await wire.call(f"token-dashboard.{method}", params))["error"]
    assert error == {"code": "INVALID_REQUEST", "message": message}


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
        await running.notifier.notify([alert])
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
            for method in ("status", "cached", "providers"):
                async with http.post(
                    f"{running.gateway.url}/rpc/token-dashboard.{method}",
                    json={"refresh": True} if method == "status" else {},
                ) as answer:
                    heard += await answer.text()
            for message in ("/tokens refresh", "/tokens openrouter", "/burn"):
                heard += await said(wire, message)
    assert [key for key in vendor.keys.values() if key.reveal() in heard + caplog.text] == []
