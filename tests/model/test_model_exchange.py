"""Dollars in another currency, by the rate of the day."""

from datetime import date
from decimal import Decimal

import pytest

from token_dashboard.model.exchange import Exchange
from token_dashboard.model.money import Money

DATED = Exchange(
    currency="EUR",
    rates=(
        (date(2026, 11, 1), Decimal("0.9")),
        (date(2026, 11, 3), Decimal("0.92")),
        (date(2026, 11, 9), Decimal(1)),
    ),
)


@pytest.mark.parametrize(
    ("day", "rate"), [(1, "0.9"), (2, "0.9"), (3, "0.92"), (8, "0.92"), (9, "1"), (30, "1")]
)
def test_a_day_has_its_rate_or_that_of_the_day_before_it_with_one(day: int, rate: str) -> None:
    assert DATED.rate_on(date(2026, 11, day)) == Decimal(rate)


def test_days_before_the_first_rate_have_the_first() -> None:
    assert DATED.rate_on(date(1999, 1, 1)) == Decimal("0.9")


def test_an_amount_is_exact_to_the_billionth_and_rounded_half_to_even() -> None:
    fixed = Exchange(currency="JPY", rates=((date.min, Decimal("150.5")),))
    assert (fixed.is_fixed, DATED.is_fixed) == (True, False)
    assert fixed.of([(date(2026, 11, 1), 2_000_000_001)]) == Money(301_000_000_150, "JPY")
    assert fixed.of([(date.max, -1)]) == Money(-150, "JPY")
    assert fixed.of([]) == Money(0, "JPY")


def test_a_sum_over_days_is_rounded_once() -> None:
    assert DATED.of([(date(2026, 11, day), 1) for day in (1, 2, 3, 4, 9)]) == Money(5, "EUR")
    thirds = Exchange(
        currency="X", rates=((date(2026, 1, 1), Decimal("0.33")), (date(2026, 1, 2), Decimal("0.345")))
    )
    assert thirds.of([(date(2026, 1, day), 1) for day in (1, 1, 2, 2)]) == Money(1, "X")
