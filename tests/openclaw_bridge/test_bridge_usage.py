"""What OpenClaw's agent uses stands in the ledger a moment later, once, whichever way it came."""

import asyncio
import time
from pathlib import Path
from typing import Any

from bridge_gateway import PlayedGateway

NOW_MS = time.time_ns() // 1_000_000


def used(response: str = "resp_1", **changes: Any) -> dict[str, Any]:
    """One answer of a model, as OpenClaw tells it."""
    return {
        "agentId": "main",
        "sessionId": "s1",
        "sessionKey": "agent:main:main",
        "messageId": "m1",
        "responseId": response,
        "provider": "anthropic",
        "model": "claude-opus-4-5",
        "api": "anthropic-messages",
        "timestamp": NOW_MS,
        "stopReason": "stop",
        "usage": {
            "input": 100,
            "output": 200,
            "cacheRead": 5000,
            "cacheWrite": 0,
            "totalTokens": 5300,
            "cost": {"total": 0.008},
        },
        **changes,
    }


async def today(gateway: PlayedGateway) -> dict[str, Any]:
    status: dict[str, Any] = (await gateway.rpc("cached"))["today"]
    return status


async def test_a_reply_counts_within_a_second(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        assert (await today(gateway))["requests"] == 0
        gateway.tell("usage", **used())
        async with asyncio.timeout(1):
            await _until(gateway, 1)
        counted = await today(gateway)
        assert counted["inputTokens"] == 5100
        assert counted["cacheReadInputTokens"] == 5000
        assert counted["outputTokens"] == 200
        assert counted["listCost"] == {"amount": "0.008", "currency": "USD"}
        assert "OpenClaw" in await gateway.say("/tokens")


async def test_a_reply_that_is_told_again_counts_once(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        for _ in range(3):
            gateway.tell("usage", **used())
        gateway.tell("usage", **used("resp_2"))
        await _until(gateway, 2)
    async with PlayedGateway(home).running() as gateway:
        gateway.tell("usage", **used())
        gateway.tell("usage", **used("resp_3"))
        await _until(gateway, 3)


async def test_what_is_no_usage_is_passed_over_and_odd_figures_are_told(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        gateway.tell("usage", **used(usage=None))
        gateway.tell("usage", **used(timestamp="yesterday"))
        (told,) = await gateway.heard("log")
        assert told["level"] == "warn"
        assert "timestamp" in told["message"]
        gateway.tell("usage", **used())
        await _until(gateway, 1)


async def test_an_agent_that_is_switched_off_is_not_heard(home: Path) -> None:
    config = {"agents": {"openclaw": {"enabled": False}}}
    async with PlayedGateway(home, config=config).running() as gateway:
        gateway.tell("usage", **used())
        await gateway.rpc("status", refresh=True)
        assert (await today(gateway))["requests"] == 0


async def test_spending_that_crosses_a_threshold_is_told_at_once(home: Path) -> None:
    config = {"alertThresholds": {"*": {"dailySpendUsd": 0.001}}}
    async with PlayedGateway(home, config=config).running() as gateway:
        gateway.tell("usage", **used())
        (emitted,) = await gateway.heard("emit")
        assert emitted["payload"]["kind"] == "high_spend"


async def _until(gateway: PlayedGateway, requests: int) -> None:
    async def is_counted() -> bool:
        return bool((await today(gateway))["requests"] == requests)

    await gateway.until(is_counted)
