from datetime import datetime
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.forecast import (
    crossing_ms,
    exhaustion,
    falls,
    period_end,
    window_exhaustion,
)
from token_dashboard.analysis.rhythm import learn
from token_dashboard.model.forecast import Method
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period, month_of
from token_dashboard.model.series import Series
from token_dashboard.model.snapshot import UsageWindow

START = 1_791_763_200_000
"""Monday 2026-10-12 00:00 UTC."""
TZ = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
DOLLAR = 10**9


def office(weeks: int, *, seed: int | None = None) -> Series:
    """Ten dollars an hour from nine to five on workdays, by and large."""
    random = Random(seed)
    values = [
        int(10 * DOLLAR * (random.uniform(0.5, 1.5) if seed is not None else 1))
        if hour % 168 // 24 < 5 and 9 <= hour % 24 < 17
        else 0
        for hour in range(weeks * 168)
    ]
    return Series(start_ms=START, values=tuple(values))


def test_a_young_history_says_so_and_forecasts_nothing() -> None:
    series = Series(start_ms=START, values=(DOLLAR,) * 71)
    rhythm = learn(series, series.end_ms, TZ)
    assert (rhythm.evidence.method, rhythm.evidence.observed_days, rhythm.evidence.needed_days) == (
        None,
        2,
        3,
    )
    assert exhaustion(rhythm, DOLLAR, series.end_ms).at_ms is None
    month = period_end(series, Money(DOLLAR), month_of(series.end_ms, TZ), series.end_ms, TZ)
    assert (month.expected, month.low, month.high) == (None, None, None)


def test_office_hours_are_forecast_by_the_weekday_and_without_error() -> None:
    series = office(6)
    rhythm = learn(series, series.end_ms, TZ)
    assert (rhythm.evidence.method, rhythm.evidence.error_permille) == (Method.WEEKDAY, 0)
    assert exhaustion(rhythm, 105 * DOLLAR, series.end_ms).at_ms == series.end_ms + DAY_MS + 11.5 * HOUR_MS


def test_even_use_is_forecast_linearly() -> None:
    series = Series(start_ms=START, values=(DOLLAR,) * 24 * 40)
    rhythm = learn(series, series.end_ms, TZ)
    assert (rhythm.evidence.method, rhythm.evidence.error_permille) == (Method.LINEAR, 0)
    assert exhaustion(rhythm, 36 * DOLLAR, series.end_ms).at_ms == series.end_ms + 36 * HOUR_MS


def test_two_weeks_are_too_few_to_choose_the_weekday() -> None:
    series = office(2)
    rhythm = learn(series, series.end_ms, TZ)
    assert rhythm.evidence.method is Method.LINEAR
    assert rhythm.evidence.error_permille is not None


def test_a_month_ends_with_what_was_spent_and_what_the_rest_usually_costs() -> None:
    series = office(6)
    now = series.end_ms
    month = Period(now - 3 * DAY_MS, now + 7 * DAY_MS)
    end = period_end(series, Money(30 * DOLLAR), month, now, TZ)
    assert end.expected == Money(30 * DOLLAR + 5 * 80 * DOLLAR)
    assert end.low == end.high == end.expected


def test_four_of_five_periods_end_within_their_interval() -> None:
    within = 0
    for seed in range(30):
        series = office(9, seed=seed)
        now = START + 8 * 7 * DAY_MS
        end = period_end(series, Money(0), Period(now, now + 7 * DAY_MS), now, TZ)
        assert end.low is not None
        assert end.high is not None
        assert end.expected is not None
        assert end.low.nanos <= end.expected.nanos <= end.high.nanos
        within += end.low.nanos <= sum(series.values[-168:]) <= end.high.nanos
    assert within >= 20


def test_ninety_days_of_office_use_are_forecast_within_a_fifth() -> None:
    series = office(13, seed=1)
    evidence = learn(series, series.end_ms, TZ).evidence
    assert (evidence.method, evidence.tested_days) == (Method.WEEKDAY, 28)
    assert evidence.error_permille is not None
    assert evidence.error_permille < 200


def test_the_weekday_keeps_local_hours_when_clocks_change() -> None:
    """Berlin's clocks go back on 25 October: nine o'clock is an hour later by UTC from then on."""
    hours = range(START, START + 42 * DAY_MS, HOUR_MS)
    values = tuple(DOLLAR if datetime.fromtimestamp(at / 1000, BERLIN).hour == 9 else 0 for at in hours)
    series = Series(start_ms=START, values=values)
    rhythm = learn(series, series.end_ms, BERLIN)
    assert rhythm.evidence.method is Method.WEEKDAY
    assert {cell % 24 for cell, rate in enumerate(rhythm.rates) if rate} == {9}
    assert {rate for rate in rhythm.rates if rate} == {DOLLAR}


def test_the_hour_that_runs_does_not_count() -> None:
    series = Series(start_ms=START, values=(DOLLAR,) * 24 * 7 + (0,))
    assert set(learn(series, START + 7 * DAY_MS + 1, TZ).rates) == {DOLLAR}


def test_without_use_nothing_runs_out() -> None:
    series = Series(start_ms=START, values=(0,) * 24 * 30)
    found = exhaustion(learn(series, series.end_ms, TZ), DOLLAR, series.end_ms)
    assert (found.at_ms, found.evidence.error_permille) == (None, None)


def test_a_balance_is_spent_by_its_falls_and_top_ups_do_not_count() -> None:
    history = [(START, 10), (START + HOUR_MS, 4), (START + 2 * HOUR_MS, 54), (START + 3 * HOUR_MS, 52)]
    assert falls(history, START + 3 * HOUR_MS).values == (0, 6, 0, 2)
    assert falls([], START).values in ((), (0,))


@given(st.integers(1, 10**15), st.integers(0, 10**12), st.integers(0, 10**6))
def test_more_money_never_runs_out_earlier(left: int, more: int, offset_ms: int) -> None:
    series = office(4, seed=3)
    rhythm = learn(series, series.end_ms, BERLIN)
    now = series.end_ms + offset_ms
    first = crossing_ms(rhythm, left, now, now + 60 * DAY_MS)
    second = crossing_ms(rhythm, left + more, now, now + 60 * DAY_MS)
    assert first is None or first > now
    assert second is None or (first is not None and first <= second <= now + 60 * DAY_MS)


def window(used: str, *, resets_in_h: float | None = 2, duration_h: int | None = 5) -> UsageWindow:
    return UsageWindow(
        name="5h",
        used_percent=Decimal(used),
        resets_ms=None if resets_in_h is None else int(START + resets_in_h * HOUR_MS),
        duration_s=None if duration_h is None else duration_h * 3600,
    )


@pytest.mark.parametrize(
    ("given_window", "full_in_h"),
    [
        (window("75"), 1.0),
        (window("60"), None),
        (window("0"), None),
        (window("100"), 0),
        (window("75", resets_in_h=None), None),
        (window("75", duration_h=None), None),
        (window("75", resets_in_h=4.9), None),
        (window("75", resets_in_h=-1), None),
    ],
)
def test_a_window_is_full_at_its_pace_if_that_is_before_it_resets(
    given_window: UsageWindow, full_in_h: float | None
) -> None:
    found = window_exhaustion(given_window, [], START, TZ)
    assert found.at_ms == (None if full_in_h is None else START + full_in_h * HOUR_MS)


def test_a_weekly_window_goes_on_by_the_rhythm_of_its_weeks() -> None:
    """Five points each working hour; the weekend doesn't fill it."""
    history, used = [], Decimal(0)
    for hour in range(4 * 168 + 96):
        if hour % 168 == 0:
            used = Decimal(0)
        if hour % 168 // 24 < 5 and 9 <= hour % 24 < 12:
            used += 7
        history.append((START + (hour + 1) * HOUR_MS - 1, used))
    now = START + (4 * 168 + 96) * HOUR_MS
    week = UsageWindow(name="7d", used_percent=used, resets_ms=now + 3 * DAY_MS, duration_s=7 * 86_400)
    found = window_exhaustion(week, history, now, TZ)
    assert used == 84
    assert found.evidence.method is Method.WEEKDAY
    assert found.at_ms is not None
    assert abs(found.at_ms - (now + 11 * HOUR_MS + 2 * HOUR_MS // 7)) <= 60_000


@given(st.integers(1, 400 * DOLLAR), st.integers(0, 6 * 24))
def test_the_interval_lies_around_what_is_expected(left: int, offset_hours: int) -> None:
    series = office(8, seed=3)
    now_ms = series.end_ms + offset_hours * HOUR_MS
    found = exhaustion(learn(series, now_ms, TZ), left, now_ms)
    assert found.evidence.error_permille
    assert found.at_ms is not None
    assert found.early_ms is not None
    assert found.late_ms is not None
    assert now_ms <= found.early_ms <= found.at_ms <= found.late_ms


def test_a_method_that_was_never_tried_gives_no_interval() -> None:
    series = Series(start_ms=START, values=(DOLLAR,) * 73)
    found = exhaustion(learn(series, series.end_ms, TZ), DOLLAR, series.end_ms)
    assert found.at_ms is not None
    assert (found.early_ms, found.late_ms) == (None, None)
