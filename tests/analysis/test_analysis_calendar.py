"""Streaks, shades and peaks of a calendar."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.calendar import current, intensity, longest, peak, streaks
from token_dashboard.model.calendar import Measure, Streak
from token_dashboard.model.report import Totals

TODAY = date(2026, 11, 22)
days = st.sets(st.integers(0, 80)).map(lambda ago: sorted(TODAY - timedelta(days=one) for one in ago))


@given(days)
def test_streaks_are_the_days_that_follow_each_other(used: list[date]) -> None:
    found = streaks(used)
    assert [one.since + timedelta(days=day) for one in found for day in range(one.days)] == used
    assert all(one.until + timedelta(days=1) < after.since for one, after in pairwise(found))


@given(days)
def test_the_streak_of_now_began_where_a_day_was_left_out(used: list[date]) -> None:
    found = current(streaks(used), TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert (found is not None) == (TODAY in used or yesterday in used)
    if found is not None:
        assert found.since - timedelta(days=1) not in used
        assert found.until in {TODAY, yesterday}


def test_a_day_that_still_runs_breaks_no_streak_but_a_day_that_is_over_does() -> None:
    last = Streak(since=date(2026, 11, 19), until=date(2026, 11, 21), days=3)
    assert current([last], TODAY) == last
    assert current([last], TODAY + timedelta(days=1)) is None


def test_of_two_longest_streaks_the_later_one_is_told() -> None:
    found = streaks([date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 1), date(2026, 3, 2)])
    later = longest(found)
    assert later is not None
    assert later.since == date(2026, 3, 1)
    assert longest([]) is None


@pytest.mark.parametrize(
    ("amount", "level"), [(0, 1), (1, 1), (25, 1), (26, 2), (50, 2), (51, 3), (75, 3), (76, 4), (100, 4)]
)
def test_a_day_is_as_dark_as_its_quarter_of_the_busiest(amount: int, level: int) -> None:
    assert intensity(amount, 100) == level


def test_days_without_any_price_are_all_alike() -> None:
    assert intensity(0, 0) == 1


def test_the_peak_is_the_first_place_with_the_most() -> None:
    some = [Totals(requests=1, input_tokens=tokens) for tokens in (3, 7, 7)]
    assert peak(some, Measure.TOKENS) == 1
    assert peak([Totals()] * 24, Measure.TOKENS) is None
