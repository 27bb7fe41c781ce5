"""The plugin's page, as a gateway's web interface asks for it."""

import asyncio
import sqlite3
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from owned_chat import OwnedGateway, call, owned
from running_bot import Bot, account
from vendor_server import VendorServer

from token_dashboard.gateway.host import PageAnswer, PageRequest
from token_dashboard.gateway.refusal import Refusal
from token_dashboard.gateway.registry import Registry


async def _get(
    gateway: OwnedGateway, query: str = "", path: str = "/panel", method: str = "GET"
) -> PageAnswer:
    return await gateway.show(PageRequest(method=method, path=path, query=query))


async def test_the_page_shows_accounts_and_usage(bot: Bot, vendor: VendorServer) -> None:
    bot.use_claude()
    async with owned(bot, **account(vendor)) as gateway:
        await gateway.answer("/tokens", call())
        page = await _get(gateway)
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "$3.21" in page.body
    assert "claude-opus-4-5" in page.body
    assert [key for key in vendor.keys.values() if key.reveal() in page.body] == []


async def test_the_page_asks_no_provider(bot: Bot, vendor: VendorServer) -> None:
    async with owned(bot, **account(vendor)) as gateway:
        await gateway.answer("/tokens refresh", call())
        asked = len(vendor.requests)
        assert "OpenRouter" in (await _get(gateway)).body
    assert len(vendor.requests) == asked


async def test_a_newcomers_page_says_what_was_looked_for(bot: Bot) -> None:
    async with owned(bot) as gateway:
        assert "Claude Code: nothing in" in unescape((await _get(gateway)).body)


@pytest.mark.parametrize(
    ("query", "days", "is_noted"),
    [("", 30, False), ("range=7d", 7, False), ("range=90d&by=agent", 90, False), ("range=forever", 30, True)],
)
async def test_the_days_are_those_of_the_address(bot: Bot, query: str, days: int, is_noted: bool) -> None:
    bot.use_claude()
    async with owned(bot) as gateway:
        body = (await _get(gateway, query)).body
    assert body.count("<g><title>") == days
    assert ("this is the usual one" in body) is is_noted


async def test_a_head_has_the_headers_alone(bot: Bot) -> None:
    async with owned(bot) as gateway:
        head, page = await _get(gateway, method="HEAD"), await _get(gateway)
    assert (head.status, head.body) == (200, "")
    assert head.headers == page.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(bot: Bot, method: str) -> None:
    async with owned(bot) as gateway:
        answer = await _get(gateway, method=method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/panel/../x", "/etc/passwd", "/panel/", "panel", "/%2e%2e/"])
async def test_other_paths_are_not_found_and_not_said_back(bot: Bot, path: str) -> None:
    async with owned(bot) as gateway:
        answer = await _get(gateway, path=path)
    assert answer.status == 404
    assert path not in answer.body


@pytest.mark.parametrize("query", ["range=%ff%fe", "range[]=7d", "=&&==;", "range=7d&" * 10_000, "%00"])
async def test_an_odd_address_is_answered_too(bot: Bot, query: str) -> None:
    async with owned(bot) as gateway:
        assert (await _get(gateway, query)).status == 200


def _lose_everything(ledger: Path) -> None:
    with closing(sqlite3.connect(ledger, timeout=30, isolation_level=None)) as database:
        database.execute("begin immediate")
        tables = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            database.execute(f"drop table if exists {table}")
        database.execute("commit")


async def test_a_ledger_that_fails_is_a_page_that_says_so(bot: Bot) -> None:
    running = await bot.start()
    async with owned(bot) as gateway:
        # In a thread: the ledger's own writer must be able to end what it has begun.
        await asyncio.to_thread(_lose_everything, running.product.loaded.settings.ledger.path)
        answer = await _get(gateway)
    assert answer.status == 503
    assert "The ledger " in answer.body
    assert answer.headers["cache-control"] == "no-store"


async def test_a_gateway_without_a_page_refuses() -> None:
    with pytest.raises(Refusal, match="there are no pages here"):
        await Registry().show(PageRequest(method="GET", path="/"))


@pytest.mark.parametrize(
    ("message", "channel", "kinds"),
    [
        ("/tokens", "telegram", ["text", "buttons"]),
        ("/tokens", "slack", ["text", "table", "chart", "buttons"]),
        ("/tokens openrouter", "slack", ["text", "buttons"]),
        ("/tokens claude-code", "slack", ["text", "chart", "buttons"]),
        ("/tokens claude-code", "webchat", ["text", "buttons"]),
        ("/burn", "slack", ["text", "chart", "buttons"]),
        ("/burn", "discord", ["text", "buttons"]),
        ("/tokens alerts", "slack", ["text", "buttons"]),
    ],
)
async def test_a_reply_has_tables_and_charts_where_the_channel_draws_them(
    bot: Bot, vendor: VendorServer, message: str, channel: str, kinds: list[str]
) -> None:
    bot.use_claude()
    async with owned(bot, **account(vendor)) as gateway:
        await gateway.answer("/tokens", call())
        reply = await gateway.answer(message, call(channel=channel))
    assert reply.presentation is not None
    assert [block["type"] for block in reply.presentation["blocks"]] == kinds
    if "table" not in kinds:
        assert reply.presentation["blocks"][0]["text"] == reply.text
    assert "$3.21" in reply.text or message not in {"/tokens", "/burn"}


async def test_no_key_is_on_a_page_or_in_a_block(
    bot: Bot, vendor: VendorServer, caplog: pytest.LogCaptureFixture
) -> None:
    bot.use_claude()
    shown = ""
    async with owned(bot, **account(vendor)) as gateway:
        for mood in ("good", "500", "401", "html"):
            vendor.mood = mood
            for message in ("/tokens refresh", "/tokens openrouter", "/tokens claude-code", "/burn"):
                shown += str((await gateway.answer(message, call(channel="slack"))).presentation)
            shown += str(await gateway.invoke("token_usage", {"period": "all", "refresh": True}))
            shown += (await _get(gateway)).body
    assert "OpenRouter" in shown
    assert [key for key in vendor.keys.values() if key.reveal() in shown + caplog.text] == []
