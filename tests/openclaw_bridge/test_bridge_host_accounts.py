"""The accounts that OpenClaw itself reads: shown without a key, and left out where we ask their vendor."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bridge_gateway import PlayedGateway, RefusedCall, run_command, usage_of
from vendor_server import VendorServer

CLAUDE = {
    "provider": "anthropic",
    "displayName": "Claude",
    "windows": [{"label": "5h", "usedPercent": 42, "resetAt": 4_102_444_800_000}],
}
OPENROUTER = {
    "provider": "openrouter",
    "displayName": "OpenRouter",
    "windows": [],
    "billing": [{"type": "balance", "label": "Account balance", "amount": 7.85, "unit": "USD"}],
}


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer.playing("openrouter") as playing:
        yield playing


def knowing(*accounts: dict[str, Any]) -> dict[str, Any]:
    async def answer(params: dict[str, Any]) -> Any:
        assert params == {"method": "usage.status", "params": {}}
        return usage_of(*accounts)

    return {"gateway": answer}


async def accounts_of(gateway: PlayedGateway) -> dict[str, Any]:
    """What is in the ledger of each account, by provider, once each has been asked."""
    found: dict[str, Any] = {}

    async def are_asked() -> bool:
        accounts = (await gateway.rpc("cached"))["accounts"]
        found.clear()
        found.update({one["provider"]: one for one in accounts})
        return all(one["snapshot"] or one["problem"] for one in accounts)

    await gateway.rpc("status")
    await gateway.until(are_asked)
    return found


async def test_a_bot_owner_without_any_key_sees_what_the_host_knows(home: Path) -> None:
    async with PlayedGateway(home, answers=knowing(CLAUDE, OPENROUTER)).running() as gateway:
        host = (await accounts_of(gateway))["openclaw"]
        assert host["name"] == "OpenClaw"
        assert [(one["name"], one["usedPercent"]) for one in host["snapshot"]["windows"]] == [
            ("5h-anthropic", 42)
        ]
        assert host["snapshot"]["balances"] == [
            {"money": {"amount": "7.85", "currency": "USD"}, "scope": "openrouter"}
        ]
        assert "7.85" in await gateway.say("/tokens")
        await gateway.seated()
        status = json.loads(await run_command(home, "status", "--json"))
        assert [one["provider"] for one in status["accounts"]] == ["openclaw"]
    assert json.loads(await run_command(home, "status", "--json"))["accounts"] == []


async def test_what_is_asked_directly_is_not_shown_a_second_time(home: Path, vendor: VendorServer) -> None:
    own = {"apiKey": vendor.keys["API key"].reveal(), "baseUrl": vendor.url}
    config = {"providers": {"openrouter": own}}
    async with PlayedGateway(home, config=config, answers=knowing(CLAUDE, OPENROUTER)).running() as gateway:
        found = await accounts_of(gateway)
        assert set(found) == {"openclaw", "openrouter"}
        assert found["openclaw"]["snapshot"]["balances"] == []
        assert [one["name"] for one in found["openclaw"]["snapshot"]["windows"]] == ["5h-anthropic"]


async def test_a_host_that_knows_nothing_more_is_not_listed(home: Path, vendor: VendorServer) -> None:
    own = {"apiKey": vendor.keys["API key"].reveal(), "baseUrl": vendor.url}
    config = {"providers": {"openrouter": own}}
    async with PlayedGateway(home, config=config, answers=knowing(OPENROUTER)).running() as gateway:
        assert set(await accounts_of(gateway)) == {"openrouter"}


async def test_a_host_that_refuses_is_a_problem_in_our_own_words(home: Path) -> None:
    async def refuse(_: dict[str, Any]) -> Any:
        raise RefusedCall({"code": -32000, "message": "the key sk-or-canary is wrong"})

    async with PlayedGateway(home, answers={"gateway": refuse}).running() as gateway:
        host = (await accounts_of(gateway))["openclaw"]
        assert host["snapshot"] is None
        assert host["problem"]["params"]["reason"] == "its gateway refused usage.status"
        assert "canary" not in json.dumps(await gateway.rpc("status")) + gateway.stderr


async def test_the_operator_may_switch_it_off(home: Path) -> None:
    config = {"providers": {"openclaw": {"enabled": False}}}
    async with PlayedGateway(home, config=config, answers=knowing(CLAUDE)).running() as gateway:
        assert await accounts_of(gateway) == {}
        assert not [params for method, params in gateway.asked if method == "gateway"]
