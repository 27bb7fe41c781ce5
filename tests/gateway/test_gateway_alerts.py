"""``/tokens alerts``: what the owner is warned of, and where the warnings go."""

import pytest
from owned_chat import call, owned
from raw_client import Dial
from running_bot import Bot, account, chatting, said
from vendor_server import VendorServer

from token_dashboard.gateway.conversation import Conversation
from token_dashboard.model.alert import Delivery

LOW = {"alertThresholds": {"openrouter": {"balanceUsd": 10}}}


async def test_alerts_tells_figure_threshold_and_since_when(bot: Bot, vendor: VendorServer) -> None:
    async with owned(bot, **account(vendor), **LOW) as gateway:
        await gateway.answer("/tokens refresh", call())
        await gateway.settle()
        told = (await gateway.answer("/tokens alerts", call())).text
    assert told.startswith("⚠ OpenRouter $3.21")
    assert "(under $10)\n  #1 since " in told


async def test_the_owner_acknowledges_an_alert_by_its_number(bot: Bot, vendor: VendorServer) -> None:
    async with owned(bot, **account(vendor), **LOW) as gateway:
        await gateway.answer("/tokens refresh", call())
        await gateway.settle()
        done = (await gateway.answer("/tokens ack 1", call())).text
        told = (await gateway.answer("/tokens alerts", call())).text
    assert " ".join(done.split()) == "Noted. Nothing more is said of #1 OpenRouter unless it grows worse."
    assert "acknowledged" in told


async def test_the_owner_snoozes_an_alert_for_a_while(bot: Bot, vendor: VendorServer) -> None:
    async with owned(bot, **account(vendor), **LOW) as gateway:
        await gateway.answer("/tokens refresh", call())
        await gateway.settle()
        done = (await gateway.answer("/tokens snooze openrouter 2h", call())).text
        told = (await gateway.answer("/tokens alerts", call())).text
    assert " ".join(done.split()).startswith("Nothing is said of #1 OpenRouter until ")
    assert "snoozed until" in told


async def test_nobody_else_can_quiet_an_alert(bot: Bot, vendor: VendorServer) -> None:
    async with owned(bot, **account(vendor), **LOW) as gateway:
        await gateway.answer("/tokens refresh", call())
        await gateway.settle()
        refused = (await gateway.answer("/tokens ack 1", call("eve"))).text
        told = (await gateway.answer("/tokens alerts", call())).text
    assert refused.startswith("Only the bot's owner")
    assert "acknowledged" not in told


@pytest.mark.parametrize("words", ["ack", "snooze 1", "snooze 1 soon", "snooze 1 0h", "snooze 1 9999d"])
async def test_words_that_quiet_nothing_are_answered_with_how_to(bot: Bot, words: str) -> None:
    async with owned(bot) as gateway:
        told = (await gateway.answer(f"/tokens {words}", call())).text
    assert told.startswith("Write /tokens ack 3")


async def test_an_alert_that_does_not_stand_is_named(bot: Bot) -> None:
    async with owned(bot) as gateway:
        told = (await gateway.answer("/tokens ack 7", call())).text
    assert told.startswith('There is no alert "7".')


async def test_without_a_crossing_alerts_says_so(bot: Bot) -> None:
    async with owned(bot) as gateway:
        told = (await gateway.answer("/tokens ALERTS", call())).text
    assert told.startswith("Nothing to warn of.\n\nTo get alerts here → /tokens alerts here")


async def test_the_owner_makes_a_chat_the_target_of_alerts(bot: Bot) -> None:
    async with owned(bot) as gateway:
        done = await gateway.answer("/tokens alerts here", call())
        told = (await gateway.answer("/tokens alerts", call())).text
        others = (await gateway.answer("/tokens alerts", call("eve"))).text
        payload = await gateway.call("token-dashboard.alerts", {}, frozenset({"operator.read"}))
    assert done.text == "Alerts come to this chat from now on."
    assert "Messages go to telegram 42" in told
    assert "telegram" not in others
    assert payload["delivery"]["target"] == "telegram 42"


@pytest.mark.parametrize("sender", ["eve", "just dismissed"])
async def test_nobody_else_can_and_is_told_so_kindly(bot: Bot, sender: str) -> None:
    async with owned(bot) as gateway:
        told = (await gateway.answer("/tokens alerts here", call(sender))).text
        assert (await gateway.door.delivery()).target is None
    assert " ".join(told.split()) == "Only the bot's owner can choose where alerts go."


async def test_a_chat_that_cannot_be_written_to_is_refused_with_the_reason(bot: Bot) -> None:
    async with owned(bot) as gateway:
        told = (await gateway.answer("/tokens alerts here", call(to="group"))).text
    assert " ".join(told.split()) == "Alerts can't come to this chat: groups are not written to."


async def test_a_gateway_that_writes_to_nobody_says_where_alerts_go(bot: Bot, dial: Dial) -> None:
    async with chatting(await bot.start(), dial) as wire:
        told = await said(wire, "/tokens alerts here")
    assert told.startswith("This gateway can't write to a chat by")


async def test_a_terminal_is_no_target(bot: Bot) -> None:
    told = await Conversation((await bot.start()).product.dashboard).answer("/tokens alerts here")
    assert told.startswith("A terminal can't be written to later.")


async def test_tokens_says_what_keeps_messages_from_the_owner(bot: Bot) -> None:
    bot.use_claude()
    async with owned(bot) as gateway:
        calm = (await gateway.answer("/tokens", call())).text
        gateway.door.state = Delivery(target=None, waiting=2)
        waiting = (await gateway.answer("/tokens", call())).text
        gateway.door.state = Delivery(target="telegram 42", failed_ms=1_795_357_920_000)
        failed = (await gateway.answer("/tokens", call())).text
        gateway.door.state = Delivery(target="telegram 42", restarted_ms=1_795_357_920_000)
        long_ago = (await gateway.answer("/tokens", call())).text
    assert "⚠" not in calm
    assert waiting.startswith("⚠ 2 alerts wait: where to send them isn't\n  known → /tokens alerts here")
    assert failed.startswith("⚠ The latest alert could not be sent")
    assert "started again" not in long_ago
