"""What people write of budgets is understood, or not at all: never half."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.gateway.budget_words import (
    NotUnderstood,
    WantedRaise,
    lapse_ms,
    read_budget,
    read_raise,
)
from token_dashboard.model.budget import Budget, BudgetPeriod, Scope
from token_dashboard.model.money import Money, parse_nanos

BERLIN = ZoneInfo("Europe/Berlin")
KNOWN = {
    "agent": {"codex": "codex", "claude code": "claude-code", "claude-code": "claude-code"},
    "provider": {"openai": "openai", "openrouter": "openrouter"},
    "model": {"gpt-5": "gpt-5"},
}


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp() * 1000)


SUNDAY = moment("2026-11-22T14:32")


def read(text: str, **taken: Budget) -> Budget:
    return read_budget(text, KNOWN, taken)


def dollars(text: str) -> Money:
    return Money(parse_nanos(text))


@pytest.mark.parametrize(
    "text",
    [
        "5/day",
        "$5 a day",
        "5 USD/day",
        "5.00 per day",
        "5,00 per day",
        "5 dollars daily",
        "USD 5 each DAY",
        " $5/d ",
    ],
)
def test_five_dollars_a_day_can_be_written_in_many_ways(text: str) -> None:
    assert read(text) == Budget(
        name="daily", period=BudgetPeriod.DAY, amount=dollars("5"), is_configured=False
    )


@pytest.mark.parametrize(
    ("text", "amount", "period"),
    [
        ("0.5/h", "0.5", BudgetPeriod.HOUR),
        (".75 an hour", "0.75", BudgetPeriod.HOUR),
        ("1,250/month", "1250", BudgetPeriod.MONTH),
        ("1,250.50 monthly", "1250.5", BudgetPeriod.MONTH),
        ("2,5 per week", "2.5", BudgetPeriod.WEEK),
    ],
)
def test_amounts_and_periods(text: str, amount: str, period: BudgetPeriod) -> None:
    found = read(text)
    assert (found.amount, found.period) == (dollars(amount), period)


@pytest.mark.parametrize(
    ("words", "scope", "name"),
    [
        ("model gpt-5", Scope(model="gpt-5"), "daily-gpt-5"),
        ("gpt-5", Scope(model="gpt-5"), "daily-gpt-5"),
        ("Claude Code", Scope(agent="claude-code"), "daily-claude-code"),
        ("agent Codex", Scope(agent="codex"), "daily-codex"),
        ("openrouter", Scope(provider="openrouter"), "daily-openrouter"),
        ("model unheard/of:free", Scope(model="unheard/of:free"), "daily-unheard-of-free"),
        ("project /srv/my app", Scope(project="/srv/my app"), "daily-srv-my-app"),
        ("user ada, team=red", Scope(user="ada", team="red"), "daily-ada-red"),
        ("sender Ann", Scope(sender="Ann"), "daily-Ann"),
        ("agent codex and model gpt-5", Scope(agent="codex", model="gpt-5"), "daily-gpt-5-codex"),
    ],
)
def test_a_part_is_named_by_what_it_is_or_by_a_word_that_is_known(
    words: str, scope: Scope, name: str
) -> None:
    found = read(f"5/day for {words}")
    assert (found.scope, found.name) == (scope, name)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", ""),
        ("5", ""),
        ("day", ""),
        ("5/year", ""),
        ("€5/day", ""),
        ("5 EUR/day", ""),
        ("-5/day", ""),
        ("0/day", "0"),
        ("5e9/day", ""),
        ("2000000000/day", "2000000000"),
        ("9223372037/day", "9223372037"),
        ("1" + "0" * 40 + "/day", "1" + "0" * 40),
        ("\N{ARABIC-INDIC DIGIT FIVE}/day", ""),
        ("5/day for", ""),
        ("5/day for banana", "banana"),
        ("5/day for agent banana", "agent banana"),
        ("5/day for provider banana", "provider banana"),
        ("5/day for model a, model b", "model b"),
        ("5/day please", ""),
    ],
)
def test_anything_else_is_not_understood(text: str, fault: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        read(text)
    assert str(refused.value) == fault


def test_the_same_period_and_part_is_the_same_budget_and_others_get_another_name() -> None:
    first = read("5/day for project /srv/a")
    other = read("5/day for project /srv-a", **{first.name: first})
    assert (first.name, other.name) == ("daily-srv-a", "daily-srv-a-2")
    assert read("7/day for project /srv/a", **{first.name: first, other.name: other}).name == first.name
    assert read("7/day for project /srv-a", **{first.name: first, other.name: other}).name == other.name


@given(
    st.text(max_size=30)
    | st.from_regex(r"[0-9]{1,3}[0-9.,$ ]{0,40}(/day| until [0-9:-]{1,12})?", fullmatch=True)
)
def test_no_words_break_it(text: str) -> None:
    for reader in (read, read_raise, lambda said: lapse_ms(said, SUNDAY, BERLIN)):
        try:
            reader(text)
        except NotUnderstood:
            continue


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), st.sampled_from(BudgetPeriod))
def test_every_name_can_be_typed(project: str, period: BudgetPeriod) -> None:
    try:
        name = read(f"5/{period} for project {project}").name
    except NotUnderstood:
        return
    assert 0 < len(name) <= 40
    assert name.isascii()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2", WantedRaise(budget=None, money=dollars("2"), until=None)),
        ("2 today", WantedRaise(budget=None, money=dollars("2"), until="today")),
        ("$2.50 to daily today", WantedRaise(budget="daily", money=dollars("2.5"), until="today")),
        ("daily 2", WantedRaise(budget="daily", money=dollars("2"), until=None)),
        ("daily by 2 until Friday", WantedRaise(budget="daily", money=dollars("2"), until="Friday")),
        ("daily-gpt-5 2 USD for 3h", WantedRaise(budget="daily-gpt-5", money=dollars("2"), until="3h")),
        ("2 for daily till 18:00", WantedRaise(budget="daily", money=dollars("2"), until="18:00")),
    ],
)
def test_a_raise_names_its_amount_and_if_need_be_its_budget_and_its_end(
    text: str, wanted: WantedRaise
) -> None:
    assert read_raise(text) == wanted


@pytest.mark.parametrize("text", ["", "today", "daily", "two", "daily weekly 2", "-2", "2 2 2", "0"])
def test_what_is_no_raise_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        read_raise(text)


@pytest.mark.parametrize(
    ("until", "lapses"),
    [
        ("today", "2026-11-23T00:00"),
        ("tomorrow", "2026-11-24T00:00"),
        ("Sunday", "2026-11-23T00:00"),
        ("fri", "2026-11-28T00:00"),
        ("18:00", "2026-11-22T18:00"),
        ("9:15", "2026-11-23T09:15"),
        ("2026-11-30", "2026-12-01T00:00"),
        ("3h", "2026-11-22T17:32"),
        ("2d", "2026-11-24T14:32"),
    ],
)
def test_a_raise_lapses_by_the_local_clock(until: str, lapses: str) -> None:
    assert lapse_ms(until, SUNDAY, BERLIN) == moment(lapses)


def test_a_day_on_which_clocks_change_ends_at_its_own_midnight() -> None:
    assert lapse_ms("today", moment("2026-10-25T01:00"), BERLIN) == moment("2026-10-26T00:00")


@pytest.mark.parametrize(
    "until", ["2026-11-21", "0h", "2028-01-01", "25:00", "someday", "9999d", "2026-02-30", "fr"]
)
def test_no_moment_that_is_over_or_never_comes(until: str) -> None:
    with pytest.raises(NotUnderstood, match=until):
        lapse_ms(until, SUNDAY, BERLIN)
