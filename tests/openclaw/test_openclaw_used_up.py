"""What the agent uses takes a budget over its step.

After the tests of usage, which know what was used before them, and that it had no price.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from openclaw_client import Client
from openclaw_machine import Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_model import MODEL, PROVIDER
from openclaw_telegram import OWNER, Telegram

pytestmark = ON_THE_GATEWAY


@pytest_asyncio.fixture(loop_scope="session")
async def priced(gateway: Gateway) -> AsyncIterator[None]:
    """Each request to the model costs $0.56, and a dollar is allowed."""
    price = {"inputPerMillion": 1000, "outputPerMillion": 2000, "cacheReadPerMillion": 100}
    allowed = {"name": "talk", "period": "week", "amountUsd": 1, "steps": [50], "unpriced": "ignore"}
    await gateway.set(
        prices={"overrides": {f"{PROVIDER}/{MODEL}": price}},
        budgets=[{**allowed, "scope": {"model": MODEL}}],
    )
    yield
    await gateway.set(prices=None, budgets=None)


async def test_what_the_agent_uses_takes_a_budget_over_its_step_and_the_owner_is_told_once(
    client: Client, priced: None, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    await client.say("hello")
    [told] = await telegram.messages_to(OWNER, 1, since=before)
    assert "talk" in told
    assert "of $1" in told
    await client.say("hello again")
    await asyncio.sleep(2)
    assert telegram.texts(OWNER, before) == [told]
    [talk] = (await client.call("token-dashboard.budgets"))["budgets"]
    assert talk["verdict"] == "stop"
