from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.thresholds import (
    Judgement,
    Thresholds,
    judge_balance,
    judge_daily_spend,
    judge_monthly_spend,
    judge_runway,
    judge_windows,
    still_asked,
    told,
)
from token_dashboard.model.alert import Severity
from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import UsageWindow

TODAY = date(2026, 11, 22)


def balance(dollars: int, currency: str = "USD") -> Runway:
    money = Money(dollars * 10**9, currency)
    return Runway(
        provider="openrouter",
        account="default",
        scope="account",
        balance=money,
        per_day=None,
        basis=None,
        empty_ms=None,
    )


@pytest.mark.parametrize(
    ("left", "severity"),
    [
        (10, None),
        (9, Severity.WARNING),
        (5, Severity.WARNING),
        (4, Severity.CRITICAL),
        (-1, Severity.CRITICAL),
    ],
)
def test_a_balance_warns_under_its_threshold_and_is_critical_under_half(
    left: int, severity: Severity | None
) -> None:
    judgement = Judgement()
    judge_balance(judgement, balance(left), Thresholds(balance=Money(10 * 10**9)))
    assert [one.severity for one in judgement.conditions] == ([severity] if severity else [])


def test_a_balance_that_is_back_by_a_hair_is_neither_low_nor_well() -> None:
    thresholds = Thresholds(balance=Money(10 * 10**9))
    for left, is_judged in ((9, True), (10, False), (11, True)):
        judgement = Judgement()
        judge_balance(judgement, balance(left), thresholds)
        assert (judgement.judged == {"low_balance:openrouter:default:account:USD"}) is is_judged


def test_yuan_are_not_judged_by_a_threshold_in_dollars() -> None:
    judgement = Judgement()
    judge_balance(judgement, balance(1, "CNY"), Thresholds(balance=Money(10 * 10**9)))
    assert judgement == Judgement()


def test_without_a_threshold_nothing_is_judged() -> None:
    judgement = Judgement()
    judge_balance(judgement, balance(0), Thresholds())
    judge_daily_spend(judgement, "openrouter", TODAY, Money(10**12), Thresholds())
    assert judgement == Judgement()


def test_each_day_of_high_spend_is_a_crossing_of_its_own() -> None:
    thresholds = Thresholds(daily_spend=Money(5 * 10**9))
    judgement = Judgement()
    judge_daily_spend(judgement, "anthropic", TODAY, Money(5 * 10**9), thresholds)
    assert [one.key for one in judgement.conditions] == ["high_spend:anthropic:2026-11-22"]
    assert judgement.judged == {"high_spend:anthropic:"}


def test_an_unknown_spend_is_not_judged() -> None:
    judgement = Judgement()
    judge_daily_spend(judgement, "anthropic", TODAY, None, Thresholds(daily_spend=Money(1)))
    assert judgement == Judgement()


def test_of_a_windows_steps_the_owner_is_told_the_highest() -> None:
    judgement = Judgement()
    window = UsageWindow(name="5h", used_percent=Decimal(96))
    steps = (Decimal(95), Decimal(80), Decimal(100))
    judge_windows(judgement, "claude", "default", [window], Thresholds(window_percents=steps))
    assert [one.threshold_percent for one in judgement.conditions] == [Decimal(80), Decimal(95)]
    assert [one.threshold_percent for one in told(judgement.conditions)] == [Decimal(95)]


def test_critical_news_comes_first() -> None:
    judgement = Judgement()
    judge_daily_spend(judgement, "anthropic", TODAY, Money(6), Thresholds(daily_spend=Money(5)))
    judge_balance(judgement, balance(1), Thresholds(balance=Money(10 * 10**9)))
    assert [one.subject for one in told(judgement.conditions)] == ["openrouter", "anthropic"]


NOW = 1_795_357_920_000
DAY_MS = 86_400_000


def lasting(days: float | None, *, left: int = 10, per_day: int | None = 1) -> Runway:
    return replace(
        balance(left),
        per_day=None if per_day is None else Money(per_day),
        empty_ms=None if days is None else NOW + int(days * DAY_MS),
    )


@pytest.mark.parametrize(
    ("days", "severity", "is_judged"),
    [
        (1.4, Severity.CRITICAL, True),
        (2.9, Severity.WARNING, True),
        (3.1, None, False),
        (4, None, True),
        (None, None, True),
    ],
)
def test_a_runway_warns_under_its_days_and_is_over_with_a_quarter_more(
    days: float | None, severity: Severity | None, is_judged: bool
) -> None:
    judgement = Judgement()
    judge_runway(judgement, lasting(days), Thresholds(runway_days=Decimal(3)), NOW)
    assert [one.severity for one in judgement.conditions] == ([severity] if severity else [])
    assert bool(judgement.judged) is is_judged


def test_a_runway_that_nobody_knows_or_that_is_over_is_not_judged() -> None:
    judgement = Judgement()
    judge_runway(judgement, lasting(None, per_day=None), Thresholds(runway_days=Decimal(3)), NOW)
    judge_runway(judgement, lasting(0, left=0), Thresholds(runway_days=Decimal(3)), NOW)
    assert judgement == Judgement()


def test_each_month_of_high_spend_is_a_crossing_of_its_own() -> None:
    judgement = Judgement()
    thresholds = Thresholds(monthly_spend=Money(100))
    judge_monthly_spend(judgement, "anthropic", TODAY, Money(200), thresholds, account="work")
    (condition,) = judgement.conditions
    assert condition.key == "high_month_spend:anthropic:work:2026-11"
    assert condition.severity is Severity.CRITICAL


def test_a_days_spend_that_was_corrected_a_little_ends_yesterdays_crossing_only() -> None:
    judgement = Judgement()
    judge_daily_spend(judgement, "anthropic", TODAY, Money(97), Thresholds(daily_spend=Money(100)))
    assert judgement.judged == {"high_spend:anthropic:2026-11-21"}


def test_a_balance_is_judged_by_the_threshold_in_its_own_currency() -> None:
    both = Thresholds(balance=Money(10 * 10**9), native_balance=Money(50 * 10**9, "CNY"))
    for currency, limit in (("CNY", 50), ("USD", 10)):
        judgement = Judgement()
        judge_balance(judgement, balance(1, currency), both)
        assert [one.threshold for one in judgement.conditions] == [Money(limit * 10**9, currency)]
        assert still_asked(judgement.conditions[0], both)
        assert not still_asked(judgement.conditions[0], Thresholds())


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**12), st.integers(1, 10**12))
def test_less_money_is_never_judged_milder(left: int, less: int, limit: int) -> None:
    def weight(nanos: int) -> int:
        judgement = Judgement()
        runway = replace(balance(0), balance=Money(nanos))
        judge_balance(judgement, runway, Thresholds(balance=Money(limit)))
        return max((list(Severity).index(one.severity) + 1 for one in judgement.conditions), default=0)

    assert weight(left - less) >= weight(left)


@given(st.decimals(0, 150, places=2), st.lists(st.decimals(1, 100, places=1), max_size=4))
def test_a_step_holds_exactly_from_its_figure_on(used: Decimal, steps: list[Decimal]) -> None:
    judgement = Judgement()
    window = UsageWindow(name="5h", used_percent=used)
    judge_windows(judgement, "claude", "default", [window], Thresholds(window_percents=tuple(set(steps))))
    held = {one.threshold_percent for one in judgement.conditions}
    assert held == {step for step in steps if used >= step}
