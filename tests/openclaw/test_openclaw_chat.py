"""People type ``/tokens`` and ``/burn`` to a bot that runs on OpenClaw."""

import time

import pytest
from openclaw_client import Client
from openclaw_machine import Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_telegram import FRIEND, STRANGER, Telegram
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY


async def test_tokens_in_the_web_chat_tells_what_is_left(client: Client) -> None:
    assert "OpenRouter  $30.00" in await client.say("/tokens refresh")


async def test_burn_in_the_web_chat_tells_how_fast_it_goes(client: Client) -> None:
    assert "Last 24 h" in await client.say("/burn")


async def test_an_argument_reaches_the_command(client: Client) -> None:
    answer = await client.say("/tokens opnerouter")
    assert "openrouter" in answer
    assert "$30.00" not in answer
    assert "$30.00" in await client.say("/tokens openrouter")


async def test_an_answer_comes_within_two_seconds(client: Client) -> None:
    await client.say("/tokens")
    for message in ("/tokens", "/burn"):
        began = time.monotonic()
        await client.say(message)
        assert time.monotonic() - began < 2


async def test_the_owner_is_answered_on_telegram(gateway: Gateway, telegram: Telegram) -> None:
    answer = await telegram.reply_to("/tokens")
    assert "OpenRouter" in answer
    assert "$30.00" in answer
    assert "Last 24 h" in await telegram.reply_to("/burn")


async def test_a_stranger_on_telegram_is_refused(gateway: Gateway, telegram: Telegram) -> None:
    answer = await telegram.reply_to("/tokens", STRANGER)
    assert "not authorized" in answer
    assert "OpenRouter" not in answer


async def test_telegram_offers_each_command_in_the_readers_language(
    gateway: Gateway, telegram: Telegram
) -> None:
    await until(lambda: "de" in telegram.menus, 20)
    for language, words in {"": "may be spent", "de": "ausgegeben werden darf"}.items():
        assert {"tokens", "burn", "budget"} <= telegram.menus[language].keys()
        assert words in telegram.menus[language]["budget"]


async def test_only_the_owner_chooses_where_alerts_go(gateway: Gateway, telegram: Telegram) -> None:
    refused = await telegram.reply_to("/tokens alerts here", FRIEND)
    assert "owner" in refused
    agreed = await telegram.reply_to("/tokens alerts here")
    assert "owner" not in agreed
    assert agreed != refused


@pytest.mark.parametrize("message", ["/tokens", "/burn", "/tokens alerts", "/tokens help"])
async def test_no_answer_holds_a_key(client: Client, message: str) -> None:
    assert "canary" not in await client.say(message)
