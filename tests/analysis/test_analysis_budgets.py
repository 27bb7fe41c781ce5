from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.budgets import budget_period, evaluate, judge_budget
from token_dashboard.analysis.rhythm import learn
from token_dashboard.analysis.thresholds import Judgement, told
from token_dashboard.model.alert import AlertKind, Severity
from token_dashboard.model.budget import (
    Budget,
    BudgetPeriod,
    BudgetState,
    Raise,
    UnpricedPolicy,
    UnpricedUsage,
    Verdict,
)
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS
from token_dashboard.model.series import Series

NOW = 1_795_357_920_000
"""Sunday 2026-11-22 14:32 UTC."""
TZ = ZoneInfo("Europe/Berlin")
DOLLAR = 10**9
DAILY = Budget(name="daily", period=BudgetPeriod.DAY, amount=Money(5 * DOLLAR))
MYSTERY = UnpricedUsage(model="mystery-1", tokens=1200, at_most=Money(2 * DOLLAR))


def state(nanos: int | None, budget: Budget = DAILY, **more: Any) -> BudgetState:
    spent = None if nanos is None else Money(nanos, "USD")
    return evaluate(budget, spent, NOW, TZ, **more)


def moment(text: str, tz: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=tz).timestamp() * 1000)


def test_what_is_left_is_the_amount_without_what_was_spent() -> None:
    now = state(4 * DOLLAR)
    assert (now.left, now.used_percent, now.crossed) == (Money(DOLLAR), Decimal(80), (50, 80))
    assert now.verdict is Verdict.GO


def test_a_step_is_reached_exactly_at_its_figure_and_not_a_nano_before() -> None:
    assert state(4 * DOLLAR - 1).crossed == (50,)
    assert state(5 * DOLLAR - 1).crossed == (50, 80)
    assert state(5 * DOLLAR - 1).used_percent == Decimal("99.9")
    assert state(5 * DOLLAR).crossed == (50, 80, 100)
    assert state(5 * DOLLAR).verdict is Verdict.STOP


def test_a_raise_holds_until_it_lapses() -> None:
    more = Raise(budget="daily", money=Money(2 * DOLLAR), from_ms=NOW, until_ms=NOW + HOUR_MS)
    other = replace(more, budget="weekly")
    assert state(4 * DOLLAR, raises=[more, other]).left == Money(3 * DOLLAR)
    lapsed = evaluate(DAILY, Money(4 * DOLLAR), NOW + HOUR_MS, TZ, raises=[more])
    assert (lapsed.left, lapsed.raised) == (Money(DOLLAR), Money(0))


@pytest.mark.parametrize(
    ("policy", "left", "verdict"),
    [
        (UnpricedPolicy.DENY, 4, Verdict.STOP),
        (UnpricedPolicy.ASK, 4, Verdict.UNKNOWN),
        (UnpricedPolicy.ASSUME_MAX, 2, Verdict.GO),
        (UnpricedPolicy.IGNORE, 4, Verdict.GO),
    ],
)
def test_unpriced_models_follow_the_policy_and_are_named(
    policy: UnpricedPolicy, left: int, verdict: Verdict
) -> None:
    now = state(DOLLAR, replace(DAILY, unpriced=policy), unpriced=[MYSTERY])
    assert (now.left, now.verdict) == (Money(left * DOLLAR), verdict)
    assert [one.model for one in now.unpriced] == ["mystery-1"]


def test_the_highest_price_that_nobody_knows_leaves_the_budget_unknown() -> None:
    budget = replace(DAILY, unpriced=UnpricedPolicy.ASSUME_MAX)
    now = state(DOLLAR, budget, unpriced=[replace(MYSTERY, at_most=None)])
    assert now.verdict is Verdict.UNKNOWN


def test_an_unknown_spend_reaches_no_step_and_ends_none() -> None:
    judgement = Judgement()
    judge_budget(judgement, state(None))
    assert judgement.conditions == []
    assert not any(one.startswith(AlertKind.BUDGET_STEP) for one in judgement.judged)
    assert state(None).verdict is Verdict.UNKNOWN


def test_spend_in_another_currency_is_never_counted() -> None:
    yuan = replace(DAILY, amount=Money(5 * DOLLAR, "CNY"))
    now = evaluate(yuan, Money(9 * DOLLAR, "USD"), NOW, TZ)
    assert (now.spent, now.left, now.crossed) == (None, None, ())


def test_a_budget_of_nothing_is_crossed_by_any_spending() -> None:
    nothing = replace(DAILY, amount=Money(0))
    assert state(0, nothing).crossed == ()
    assert state(1, nothing).crossed == (50, 80, 100)


def test_the_owner_is_told_the_highest_step_once_a_period() -> None:
    judgement = Judgement()
    judge_budget(judgement, state(5 * DOLLAR))
    (highest,) = told(judgement.conditions)
    assert (highest.threshold_percent, highest.severity) == (Decimal(100), Severity.CRITICAL)
    tomorrow = Judgement()
    judge_budget(tomorrow, evaluate(DAILY, Money(5 * DOLLAR), NOW + DAY_MS, TZ))
    assert {one.key for one in judgement.conditions} & {one.key for one in tomorrow.conditions} == set()
    assert "budget_step:daily:" in tomorrow.judged


def test_models_without_a_price_are_told_unless_they_are_ignored() -> None:
    for policy in UnpricedPolicy:
        judgement = Judgement()
        judge_budget(judgement, state(0, replace(DAILY, unpriced=policy), unpriced=[MYSTERY]))
        kinds = [one.kind for one in judgement.conditions]
        assert (AlertKind.UNPRICED_USAGE in kinds) is (policy is not UnpricedPolicy.IGNORE)


def test_a_steady_spender_crosses_when_the_rest_is_spent() -> None:
    start = NOW // HOUR_MS * HOUR_MS - 7 * DAY_MS
    rhythm = learn(Series(start_ms=start, values=(DOLLAR // 2,) * 7 * 24), NOW, TZ)
    crosses_ms = state(4 * DOLLAR, rhythm=rhythm).crosses_ms
    assert crosses_ms is not None
    assert abs(crosses_ms - (NOW + 2 * HOUR_MS)) < 10
    assert state(0, rhythm=rhythm).crosses_ms is None  # midnight in Berlin comes first
    assert state(6 * DOLLAR, rhythm=rhythm).crosses_ms == NOW


@pytest.mark.parametrize(
    ("day", "hours"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24)],
)
def test_a_day_begins_and_ends_at_local_midnight_when_clocks_change(day: str, hours: int) -> None:
    period = budget_period(DAILY, moment(f"{day}T12:00", TZ), TZ)
    assert period.start_ms == moment(f"{day}T00:00", TZ)
    assert period.end_ms - period.start_ms == hours * HOUR_MS


def test_a_budgets_own_zone_goes_before_the_owners() -> None:
    tokyo = replace(DAILY, time_zone="Asia/Tokyo")
    assert budget_period(tokyo, NOW, TZ).end_ms == moment("2026-11-23T00:00", ZoneInfo("Asia/Tokyo"))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - UTC is added below
    st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns"]),
    st.sampled_from(BudgetPeriod),
)
def test_every_moment_lies_in_one_period_and_the_next_begins_at_its_end(
    at: datetime, zone: str, period: BudgetPeriod
) -> None:
    now = int(at.replace(tzinfo=UTC).timestamp() * 1000)
    budget, tz = replace(DAILY, period=period), ZoneInfo(zone)
    found = budget_period(budget, now, tz)
    assert found.start_ms <= now < found.end_ms
    assert budget_period(budget, found.start_ms, tz) == found
    assert budget_period(budget, found.end_ms - 1, tz) == found
    assert budget_period(budget, found.end_ms, tz).start_ms == found.end_ms


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(1, 10**15), st.integers(0, 10**15))
def test_more_spent_never_leaves_more_and_a_raise_never_leaves_less(
    nanos: int, more: int, limit: int, raised: int
) -> None:
    budget = replace(DAILY, amount=Money(limit))
    raises = [Raise(budget="daily", money=Money(raised), from_ms=0, until_ms=NOW + 1)]
    first, second, third = (
        state(nanos, budget),
        state(nanos + more, budget),
        state(nanos, budget, raises=raises),
    )
    assert first.left is not None
    assert second.left is not None
    assert third.left is not None
    assert second.left.nanos <= first.left.nanos <= third.left.nanos
    assert set(third.crossed) <= set(first.crossed) <= set(second.crossed)
    assert (first.verdict is Verdict.STOP) is (nanos >= limit)


def keys(budget: Budget, nanos: int, raises: list[Raise]) -> set[str]:
    """The steps that are told of a budget that has spent so much."""
    judgement = Judgement()
    judge_budget(judgement, state(nanos, budget, raises=raises))
    return {one.key for one in judgement.conditions}


MONEY = st.integers(1, 10**13)


@given(MONEY, MONEY, MONEY, MONEY)
def test_a_raise_renames_no_step_that_was_reached_within_the_amount(
    limit: int, spent: int, raised: int, more: int
) -> None:
    """What was told before a raise isn't told again after it, unless money beyond the amount is meant."""
    budget = replace(DAILY, amount=Money(limit))
    before = keys(budget, min(spent, limit), [])
    given = [Raise(budget="daily", money=Money(raised), from_ms=0, until_ms=NOW + 1)]
    assert keys(budget, min(spent, limit), given) <= before
    beyond = keys(budget, limit + more, given) - keys(budget, limit, [])
    assert all("+" in one for one in beyond)
    assert keys(budget, limit + more, []) == keys(budget, limit, [])


@given(MONEY, MONEY, st.lists(MONEY, max_size=4))
def test_raises_add_up_and_those_of_others_or_of_another_currency_do_not(
    limit: int, spent: int, raises: list[int]
) -> None:
    budget = replace(DAILY, amount=Money(limit))
    mine = [Raise(budget="daily", money=Money(one), from_ms=0, until_ms=NOW + 1) for one in raises]
    others = [
        Raise(budget="weekly", money=Money(spent), from_ms=0, until_ms=NOW + 1),
        Raise(budget="daily", money=Money(spent, "EUR"), from_ms=0, until_ms=NOW + 1),
        Raise(budget="daily", money=Money(spent), from_ms=NOW + 1, until_ms=NOW + 2),
        Raise(budget="daily", money=Money(spent), from_ms=0, until_ms=NOW),
    ]
    now = state(spent, budget, raises=[*mine, *others])
    assert (now.limit, now.raised) == (Money(limit + sum(raises)), Money(sum(raises)))
    assert list(now.raises) == mine
    assert now.left == Money(limit + sum(raises) - spent)
    assert [one for one in budget.steps if spent * 100 >= one * now.limit.nanos] == list(now.crossed)
