"""Budgets in OpenClaw: set in a chat, asked for by programs, and told to the owner when one is used up."""

from typing import Any

import pytest
from openclaw_answers import faults
from openclaw_client import Client, Refused
from openclaw_machine import Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_telegram import FRIEND, OWNER, STRANGER, Telegram
from openclaw_vendor import POOR, RICH, Account

pytestmark = ON_THE_GATEWAY

ACK = "token-dashboard.alerts.ack"


async def budgets(client: Client) -> list[dict[str, Any]]:
    """How the budgets stand, for a program."""
    answer = await client.call("token-dashboard.budgets")
    assert faults(answer, "budgets") == []
    found: list[dict[str, Any]] = answer["budgets"]
    return found


async def test_the_owner_sets_raises_and_removes_a_budget_on_telegram(
    gateway: Gateway, client: Client, telegram: Telegram
) -> None:
    asked = {"/budget set 5/day for agent codex": "of $5", "/budget add 2 today": "of $7"}
    for message, said in asked.items():
        answer = await telegram.reply_to(message)
        assert "daily-codex  $0.00" in answer
        assert said in answer
    [daily] = await budgets(client)
    assert daily["limit"] == {"amount": "7.00", "currency": "USD"}
    assert "daily-codex is gone" in await telegram.reply_to("/budget remove daily-codex")
    assert await budgets(client) == []


async def test_others_may_look_and_what_they_try_to_change_is_refused_and_logged(
    gateway: Gateway, client: Client, telegram: Telegram
) -> None:
    assert "No budget is set" in await telegram.reply_to("/budget", FRIEND)
    assert "Only the bot's owner" in await telegram.reply_to("/budget set 5/day", FRIEND)
    assert f"/budget set was refused: {FRIEND} on telegram isn't the owner" in gateway.tail()
    assert "not authorized" in await telegram.reply_to("/budget set 5/day", STRANGER)
    assert await budgets(client) == []


async def test_a_program_that_may_write_acknowledges_an_alert_and_one_that_may_read_does_not(
    gateway: Gateway, client: Client, account: Account, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    await account.becomes(RICH, client)
    await account.becomes(POOR, client)
    try:
        await telegram.messages_to(OWNER, 1, since=before)
        async with gateway.client("operator.read") as reader:
            [alert] = (await reader.call("token-dashboard.alerts"))["standing"]
            with pytest.raises(Refused) as refused:
                await reader.call(ACK, alert=str(alert["number"]))
        assert refused.value.error["code"] == "FORBIDDEN"
        answer = await client.call(ACK, alert=str(alert["number"]))
        assert faults(answer, "alerts") == []
        assert answer["standing"][0]["acknowledgedAt"] is not None
    finally:
        await account.becomes(RICH, client)
    await telegram.messages_to(OWNER, 2, since=before)
