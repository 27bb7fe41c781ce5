"""``token-dashboard.history`` and the agent's tool, over a real ledger."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from raw_client import Dial, Frame, Wire
from running_bot import Bot, account, chatting
from vendor_server import VendorServer

TODAY = datetime.now(UTC).date()


async def _history(wire: Wire, **params: object) -> Frame:
    answer = await wire.call("token-dashboard.history", params)
    assert answer["ok"] is True, answer
    return dict(answer["payload"])


async def _tool(wire: Wire, **arguments: object) -> Frame:
    answer = await wire.call("tools.invoke", {"name": "token_usage", "args": arguments})
    return dict(answer["payload"]["output"])


async def test_history_is_by_day_unless_told(bot: Bot, dial: Dial) -> None:
    bot.use_claude()
    async with chatting(await bot.start(timeZone="UTC"), dial) as wire:
        history = await _history(wire)
    assert history["by"] == ["day"]
    [row] = history["rows"]
    assert (row["day"], row["inputTokens"], row["outputTokens"]) == (TODAY.isoformat(), 5_100, 200)
    assert history["total"]["requests"] == 1


@pytest.mark.parametrize(
    ("params", "since", "requests"),
    [
        ({"days": 1}, 0, 1),
        ({"days": 30}, 29, 1),
        ({"since": TODAY.isoformat()}, 0, 1),
        ({"since": (TODAY + timedelta(days=2)).isoformat()}, -2, 0),
    ],
)
async def test_history_keeps_to_its_days(
    bot: Bot, dial: Dial, params: Frame, since: int, requests: int
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(timeZone="UTC"), dial) as wire:
        history = await _history(wire, **params)
    assert history["since"] == (TODAY - timedelta(days=since)).isoformat()
    assert history["total"]["requests"] == requests


@pytest.mark.parametrize(
    ("params", "requests"),
    [
        ({"agent": "claude-code"}, 1),
        ({"agent": "codex"}, 0),
        ({"model": "claude-opus-4-5", "provider": "anthropic"}, 1),
        ({"provider": "openai"}, 0),
        ({"by": []}, 1),
        ({"by": ["agent", "model"], "timeZone": "Asia/Tokyo"}, 1),
    ],
)
async def test_history_keeps_to_what_it_is_asked_for(
    bot: Bot, dial: Dial, params: Frame, requests: int
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(), dial) as wire:
        history = await _history(wire, **params)
    assert history["total"]["requests"] == requests
    assert history["unpricedModels"] == []


async def test_the_tool_sums_a_period_and_leaves_one_provider(
    bot: Bot, dial: Dial, vendor: VendorServer
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor), timeZone="UTC"), dial) as wire:
        await wire.call("token-dashboard.status")
        month = await _tool(wire, period="month")
        openrouter = await _tool(wire, provider="openrouter")
    assert (month["since"], month["until"]) == (TODAY.replace(day=1).isoformat(), TODAY.isoformat())
    assert month["total"]["requests"] == 1
    assert [row["model"] for row in month["models"]] == ["claude-opus-4-5"]
    assert [row["agent"] for row in month["agents"]] == ["claude-code"]
    assert openrouter["accounts"][0]["snapshot"]["balances"][0]["money"]["amount"] == "3.21"
    assert openrouter["total"]["requests"] == 0


async def test_the_tool_asks_providers_only_when_told(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await wire.call("token-dashboard.status")
        asked = len(vendor.requests)
        assert (await _tool(wire))["accounts"][0]["snapshot"] is not None
        assert len(vendor.requests) == asked
        await _tool(wire, refresh=True)
        assert len(vendor.requests) > asked


async def test_a_projects_name_leaves_as_a_digest_unless_that_is_allowed(bot: Bot, dial: Dial) -> None:
    log: dict[str, Any] = {"cwd": "/home/ada/secret-client"}
    bot.use_claude(**log)
    async with chatting(await bot.start(), dial) as wire:
        await wire.call("token-dashboard.status")
        hidden = await _tool(wire)
        known = await _history(wire, by=["project"])
    async with chatting(await bot.start(privacy={"projectNames": True}), dial) as wire:
        told = await _tool(wire)
    [digest] = [row["project"] for row in hidden["projects"]]
    assert digest.startswith("project-")
    assert "secret-client" not in str(hidden)
    project = known["rows"][0]["project"]
    assert "secret-client" in project
    assert [row["project"] for row in told["projects"]] == [project]
    assert hidden["total"] == told["total"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"period": "year"}, "params.period 'year' is not known; known: today, 7d, 30d, month, all"),
        ({"refresh": 1}, "params.refresh must be true or false"),
        ({"projects": True}, "params.projects is not known; known: period, provider, refresh"),
    ],
)
async def test_the_tool_refuses_wrong_arguments_by_name(
    bot: Bot, dial: Dial, arguments: Frame, message: str
) -> None:
    async with chatting(await bot.start(), dial) as wire:
        answer = await wire.call("tools.invoke", {"name": "token_usage", "args": arguments})
    assert answer["error"]["message"] == message
