"""``/budget`` in a chat: everybody may look, the owner may change."""

import pytest
from owned_chat import call, owned
from running_bot import Bot

from token_dashboard.gateway.conversation import Conversation

CONFIGURED = {"budgets": [{"name": "daily", "period": "day", "amountUsd": 10}]}
READ = frozenset({"operator.read"})


def flat(text: str) -> str:
    return " ".join(text.split())


async def test_without_a_budget_it_says_how_to_set_one(bot: Bot) -> None:
    async with owned(bot) as gateway:
        told = (await gateway.answer("/budget", call())).text
    assert told == "No budget is set.\nTo set one: /budget set 5/day"


async def test_the_owner_sets_raises_and_removes_one(bot: Bot) -> None:
    bot.use_claude()
    async with owned(bot) as gateway:
        done = (await gateway.answer("/budget set $5 a day for claude code", call())).text
        assert flat(done).startswith("daily-claude-code <$0.01 of $5, $4.99 left ")
        assert "for agent claude-code" in done
        raised = (await gateway.answer("/budget add 2 today", call())).text
        assert "<$0.01 of $7, $6.99 left" in flat(raised)
        assert "$2 of it until tomorrow 00:00" in raised
        assert (await gateway.answer("/budget", call("eve"))).text.startswith("daily-claude-code")
        gone = (await gateway.answer("/budget remove daily-claude-code", call())).text
        assert gone == "Budget daily-claude-code is gone."
        assert (await gateway.answer("/budget", call())).text.startswith("No budget is set.")


@pytest.mark.parametrize("words", ["set 5/day", "add 2 today", "raise daily 2", "remove daily"])
async def test_nobody_else_changes_anything_and_it_is_logged(
    bot: Bot, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with owned(bot, **CONFIGURED) as gateway:
        before = (await gateway.answer("/budget", call())).text
        refused = (await gateway.answer(f"/budget {words}", call("eve"))).text
        assert (await gateway.answer("/budget", call())).text[:60] == before[:60]
    assert refused == "Only the bot's owner can change budgets."
    verb = words.partition(" ")[0]
    assert f"/budget {verb} was refused: eve on telegram isn't the owner" in caplog.text


async def test_a_budget_of_the_configuration_is_only_raised(bot: Bot) -> None:
    async with owned(bot, **CONFIGURED) as gateway:
        for words in ("set 5/day", "remove daily"):
            told = flat((await gateway.answer(f"/budget {words}", call())).text)
            assert told.startswith("Budget daily stands in the configuration: change it there.")
            assert told.endswith("/budget raise daily 2")
        told = (await gateway.answer("/budget raise daily by 2.50", call())).text
    assert told.startswith("daily  $0.00 of $12.50")


@pytest.mark.parametrize(
    "words", ["help", "set", "set lunch", "add", "raise daily", "banana", "add 2 until noon"]
)
async def test_words_that_say_nothing_are_answered_with_examples(bot: Bot, words: str) -> None:
    async with owned(bot, **CONFIGURED) as gateway:
        told = (await gateway.answer(f"/budget {words}", call())).text
    assert "/budget set 5/day" in told
    assert "/budget add 2 today" in told


async def test_with_several_budgets_a_raise_has_to_name_one(bot: Bot) -> None:
    async with owned(bot, **CONFIGURED) as gateway:
        await gateway.answer("/budget set 20/week", call())
        which = (await gateway.answer("/budget add 2 today", call())).text
        wrong = flat((await gateway.answer("/budget add 2 to dayly", call())).text)
        right = (await gateway.answer("/budget add 2 to weekly until sunday", call())).text
    assert which == "Which budget?\nKnown: daily, weekly"
    assert wrong == 'There is no budget "dayly" to change. Known: daily, weekly'
    assert right.startswith("weekly  $0.00 of $22")


async def test_programs_read_budgets_and_forecasts_and_acknowledge_alerts(bot: Bot) -> None:
    bot.use_claude()
    tiny = {"budgets": [{"name": "daily", "period": "day", "amountUsd": 0.000001}]}
    async with owned(bot, **tiny) as gateway:
        answer = await gateway.call("token-dashboard.budgets", {}, READ)
        await gateway.settle()
        write = frozenset({"operator.write"})
        alerts = await gateway.call("token-dashboard.alerts.ack", {"alert": "daily"}, write)
        of_one = {"agent": "claude-code"}
        forecast = await gateway.call("token-dashboard.forecast", of_one, READ)
        of_other = await gateway.call("token-dashboard.forecast", {"agent": "codex"}, READ)
    assert [one["verdict"] for one in answer["budgets"]] == ["stop"]
    assert [one["acknowledgedAt"] is not None for one in alerts["standing"]] == [True]
    assert forecast["scope"]["agent"] == "claude-code"
    assert forecast["month"]["spent"] != of_other["month"]["spent"] == {"amount": "0.00", "currency": "USD"}
    assert forecast["month"]["expected"] is None


async def test_a_terminal_is_its_owners(bot: Bot) -> None:
    talk = Conversation((await bot.start()).product.dashboard)
    assert (await talk.answer("/budget set 5/day")).startswith("daily  $0.00 of $5")
