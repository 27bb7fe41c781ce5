"""A balance falls under its threshold, and the bot's owner is told once."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from openclaw_answers import faults
from openclaw_client import Client
from openclaw_machine import Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_telegram import FRIEND, OWNER, Telegram
from openclaw_vendor import POOR, RICH, Account
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY

ALERT = "plugin.token-dashboard.alert"
QUEUE_S = 90
"""Within this, OpenClaw's own queue tries again what a channel could not send."""


async def look(client: Client) -> None:
    """Have the account asked now."""
    await client.call("token-dashboard.status", refresh=True)


@pytest_asyncio.fixture(loop_scope="session")
async def watched(client: Client, account: Account) -> AsyncIterator[Account]:
    """The account, full; and full again afterwards."""
    await account.becomes(RICH, client)
    yield account
    await account.becomes(RICH, client)


async def test_the_owner_is_told_once_when_it_falls_and_once_when_it_is_over(
    client: Client, watched: Account, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    await watched.becomes(POOR, client)
    [told] = await telegram.messages_to(OWNER, 1, since=before)
    assert f"OpenRouter balance is ${POOR}" in told
    await look(client)
    await client.say("/tokens")
    await asyncio.sleep(1)
    await watched.becomes(RICH, client)
    _, over = await telegram.messages_to(OWNER, 2, since=before)
    assert "no longer under" in over
    await look(client)
    await asyncio.sleep(1)
    assert telegram.texts(OWNER, before) == [told, over]
    assert {one["chat_id"] for one in telegram.sent[before:]} == {str(OWNER)}


async def test_connected_programs_hear_the_same_as_an_event(
    gateway: Gateway, client: Client, watched: Account, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    async with gateway.client("operator.read") as listener:
        await watched.becomes(POOR, client)
        await listener.event(ALERT)
        await look(client)
        await watched.becomes(RICH, client)
        await listener.event(ALERT, lambda one: one["state"] == "resolved")
        heard = listener.heard(ALERT)
    assert [fault for alert in heard for fault in faults(alert, "alert")] == []
    assert [(one["kind"], one["state"]) for one in heard] == [
        ("low_balance", "new"),
        ("low_balance", "resolved"),
    ]
    await telegram.messages_to(OWNER, 2, since=before)


async def test_a_channel_that_is_down_gets_the_message_once_when_it_is_back(
    gateway: Gateway, client: Client, watched: Account, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    await telegram.stop()
    try:
        await watched.becomes(POOR, client)
        await until(lambda: "sendMessage failed" in gateway.tail(), 20)
    finally:
        await telegram.start()
    [told] = await telegram.messages_to(OWNER, 1, since=before, seconds=QUEUE_S)
    assert POOR in told
    await look(client)
    await asyncio.sleep(3)
    await watched.becomes(RICH, client)
    await telegram.messages_to(OWNER, 2, since=before)
    assert [POOR in text and "no longer" not in text for text in telegram.texts(OWNER, before)] == [
        True,
        False,
    ]


async def test_the_owner_has_alerts_come_to_the_web_chat(
    gateway: Gateway, watched: Account, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    async with gateway.client("operator.admin") as owner:
        assert "this chat" in await owner.say("/tokens alerts here")
        try:
            await watched.becomes(POOR, owner)
            said = await owner.event("chat", lambda one: f"balance is ${POOR}" in str(one.get("message")))
            assert said["sessionKey"] == "agent:main:main"
            await watched.becomes(RICH, owner)
            await owner.event("chat", lambda one: "no longer under" in str(one.get("message")))
            assert telegram.sent[before:] == []
        finally:
            assert "this chat" in await telegram.reply_to("/tokens alerts here")


async def test_a_chat_that_the_configuration_names_comes_first(
    gateway: Gateway, client: Client, watched: Account, telegram: Telegram
) -> None:
    before = len(telegram.sent)
    chosen = {**watched.settings["notify"], "channel": "telegram", "to": str(FRIEND)}
    await gateway.set(notify=chosen)
    try:
        await watched.becomes(POOR, client)
        [told] = await telegram.messages_to(FRIEND, 1, since=before)
        assert POOR in told
        assert "notify" in await telegram.reply_to("/tokens alerts here")
        await watched.becomes(RICH, client)
        await telegram.messages_to(FRIEND, 2, since=before)
        assert not any("OpenRouter" in text for text in telegram.texts(OWNER, before))
    finally:
        await gateway.set(**watched.settings)
