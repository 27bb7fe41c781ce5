"""Figures of accounts by day, and how they were distributed."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.account_history import by_day, stats
from token_dashboard.model.account_history import PERCENT, Amount, Figure, FigureKind, Reading
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period

UTC = ZoneInfo("UTC")
MIDNIGHT = 1_795_305_600_000
"""2026-11-22 00:00 UTC."""
DAY = date(2026, 11, 22)
WINDOW = Figure(provider="claude-oauth", account="default", kind=FigureKind.WINDOW, name="5h", unit=PERCENT)
BALANCE = Figure(provider="moonshot", account="default", kind=FigureKind.BALANCE, name="account", unit="CNY")
WEEK = Period(MIDNIGHT, MIDNIGHT + 7 * DAY_MS)


def reading(first_h: float, last_h: float, value: Amount, figure: Figure = WINDOW) -> Reading:
    return Reading(
        figure=figure,
        first_ms=MIDNIGHT + int(first_h * HOUR_MS),
        last_ms=MIDNIGHT + int(last_h * HOUR_MS),
        value=value,
    )


def test_a_figure_that_holds_over_midnight_belongs_to_both_days() -> None:
    found = by_day([reading(20, 28, Decimal(40)), reading(30, 31, Decimal(50))], DAY, date(2026, 11, 23), UTC)
    assert [(one.day.day, one.lowest, one.highest, one.last) for one in found] == [
        (22, 40, 40, 40),
        (23, 40, 50, 50),
    ]


def test_days_outside_of_what_was_asked_are_left_out() -> None:
    assert by_day([reading(-48, -30, Decimal(1))], DAY, DAY, UTC) == ()


def test_a_figure_weighs_as_long_as_it_held() -> None:
    (found,) = stats(
        [reading(0, 9, Decimal(10)), reading(9, 10, Decimal(90)), reading(10, 10, Decimal(50))], WEEK
    )
    assert (found.mean, found.median, found.p90) == (18, 10, 10)
    assert (found.lowest, found.highest, found.readings) == (10, 90, 3)


def test_a_figure_does_not_weigh_for_days_in_which_nobody_looked() -> None:
    (found,) = stats(
        [reading(0, 4, Decimal(10)), reading(4, 4, Decimal(96)), reading(100, 104, Decimal(10))], WEEK
    )
    assert (found.mean * 9, found.median) == (8 * 10 + 96, 10)


def test_a_single_look_is_all_there_is() -> None:
    (found,) = stats([reading(1, 1, Decimal(42))], WEEK)
    assert (found.lowest, found.mean, found.median, found.p90, found.highest) == (42, 42, 42, 42, 42)


def test_money_stays_money_of_its_currency() -> None:
    first, second = Money(10, "CNY"), Money(21, "CNY")
    (found,) = stats([reading(0, 1, first, BALANCE), reading(1, 2, second, BALANCE)], WEEK)
    assert found.mean == Money(16, "CNY")
    assert (found.lowest, found.highest) == (first, second)


@given(
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 600), st.integers(0, 100)), min_size=1, max_size=30
    )
)
def test_what_is_in_the_middle_lies_between_the_ends(seen: list[tuple[int, int, int]]) -> None:
    start, readings = 0, []
    for pause, held, percent in seen:
        start += pause
        readings.append(reading(start / 60, (start + held) / 60, Decimal(percent)))
        start += held
    (found,) = stats(readings, WEEK)
    lowest, mean, median, p90, highest = (
        one
        for one in (found.lowest, found.mean, found.median, found.p90, found.highest)
        if isinstance(one, Decimal)
    )
    assert lowest <= median <= p90 <= highest
    assert lowest <= round(mean, 9) <= highest
