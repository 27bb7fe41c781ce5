from datetime import date
from decimal import Decimal

import pytest

from token_dashboard.analysis.thresholds import (
    Judgement,
    Thresholds,
    judge_balance,
    judge_daily_spend,
    judge_windows,
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
    assert judgement.judged == {"low_balance:openrouter:default:account:USD"}


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
