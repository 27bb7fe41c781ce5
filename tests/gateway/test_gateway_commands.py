"""``/tokens`` and ``/burn`` in the embedded gateway, over a real engine and a vendor on this machine."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from raw_client import Dial
from running_bot import Bot, account, chatting, said
from vendor_server import VendorServer

from token_dashboard.gateway.conversation import Conversation


async def test_a_newcomer_is_told_where_to_begin(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        told = await said(wire, "/tokens")
    assert "Claude Code: nothing in" in told
    assert "_API_KEY=…" in told
    assert "tokens doctor" in told


async def test_what_agents_used_is_shown_before_any_key_is_configured(bot: Bot, dial: Dial) -> None:
    bot.use_claude()
    async with chatting(await bot.start(), dial) as wire:
        assert "5.3 k tokens" in await said(wire, "/tokens")


async def test_tokens_shows_accounts_and_agents(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        told = await said(wire, "/tokens")
    assert "OpenRouter  $3.21" in told
    assert "5.3 k tokens, 98% cached" in told


@pytest.mark.parametrize("name", ["openrouter", "OpenRouter", "  OPEN router ", "open-router refresh"])
async def test_an_account_is_shown_by_id_or_name(
    bot: Bot, dial: Dial, vendor: VendorServer, name: str
) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        told = await said(wire, f"/tokens {name}")
    assert told.startswith("OpenRouter\nBalance")


@pytest.mark.parametrize("name", ["claude-code", "Claude Code", "CLAUDECODE"])
async def test_an_agent_is_shown_by_id_or_name(bot: Bot, dial: Dial, name: str) -> None:
    bot.use_claude()
    async with chatting(await bot.start(), dial) as wire:
        assert (await said(wire, f"/tokens {name}")).startswith("Claude Code\nToday")


async def test_a_provider_without_a_key_says_which_it_needs(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        told = await said(wire, "/tokens openrouter")
    assert told.startswith("OpenRouter is not set up.")
    assert "OPENROUTER_API_KEY" in told


async def test_a_mistyped_name_is_told_the_nearest_one(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        told = await said(wire, "/tokens opnrouter")
        assert "Did you mean openrouter?" in told
        assert "/tokens help" in told
        assert "Known: alerts, ack, snooze, refresh, help" in await said(wire, "/tokens 42")
        assert "Known: help" in await said(wire, "/burn openrouter")


@pytest.mark.parametrize("message", ["/tokens help", "/burn help", "/tokens HELP"])
async def test_help_names_the_accounts_and_agents_there_are(
    bot: Bot, dial: Dial, vendor: VendorServer, message: str
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await said(wire, "/tokens")
        told = await said(wire, message)
    assert "/burn" in told
    assert "Accounts: openrouter" in told
    assert "Agents: claude-code" in told


async def test_only_refresh_asks_a_provider_that_is_not_due(
    bot: Bot, dial: Dial, vendor: VendorServer
) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await said(wire, "/tokens")
        first = len(vendor.requests)
        assert first > 0
        await said(wire, "/tokens")
        assert len(vendor.requests) == first
        await said(wire, "/tokens refresh")
        assert len(vendor.requests) > first


async def test_burn_shows_the_rate_and_every_balance_by_name(
    bot: Bot, dial: Dial, vendor: VendorServer
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await said(wire, "/tokens")
        told = await said(wire, "/burn")
    assert "tokens/h" in told
    assert "OpenRouter  $3.21" in told


async def test_a_provider_that_hangs_holds_up_no_answer(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    vendor.mood = "hang"
    async with chatting(await bot.start(**account(vendor)), dial) as wire, asyncio.timeout(3):
        assert "OpenRouter" in await said(wire, "/tokens refresh")


@pytest.mark.parametrize(
    ("language", "money"), [("de", "3,21 $"), ("de-CH", "$ 3.21"), ("zh-CN", "US$3.21"), ("fr", "$3.21")]
)
async def test_whoever_asks_is_answered_in_their_language(
    bot: Bot, dial: Dial, vendor: VendorServer, language: str, money: str
) -> None:
    running = await bot.start(**account(vendor), language="de")
    async with dial(running.gateway) as wire:
        await wire.connect(locale=language)
        assert money in await said(wire, "/tokens openrouter")


async def test_whoever_says_no_language_is_answered_in_that_of_the_settings(
    bot: Bot, dial: Dial, vendor: VendorServer
) -> None:
    running = await bot.start(**account(vendor), language="de")
    async with chatting(running, dial) as wire:
        assert "3,21 $" in await said(wire, "/tokens openrouter")
    assert "3,21 $" in await Conversation(running.product.dashboard).answer("/tokens openrouter")


async def test_a_ledger_that_fails_is_a_sentence_in_chat_and_an_error_for_programs(
    bot: Bot, dial: Dial
) -> None:
    running = await bot.start()
    async with chatting(running, dial) as wire:
        await said(wire, "/tokens")
        with closing(sqlite3.connect(running.product.loaded.settings.ledger.path)) as database:
            for (table,) in database.execute(
                "select name from sqlite_master where type = 'table'"
            ).fetchall():
                database.execute(f"drop table if exists {table}")
            database.commit()
        told = await said(wire, "/tokens")
        error = (await wire.call("token-dashboard.cached"))["error"]
    assert told.startswith("The ledger ")
    assert error["code"] == "UNAVAILABLE"
    assert error["message"].startswith("The ledger ")
