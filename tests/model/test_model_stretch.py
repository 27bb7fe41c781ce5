"""Periods as people say them."""

from datetime import date

import pytest

from token_dashboard.model.stretch import ALWAYS, Named, Stretch, last, named, year

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        (Named.TODAY, SUNDAY, SUNDAY),
        (Named.DAY, SUNDAY, SUNDAY),
        (Named.WEEK, date(2026, 11, 16), SUNDAY),
        (Named.MONTH, date(2026, 11, 1), SUNDAY),
        (Named.LAST_MONTH, date(2026, 10, 1), date(2026, 10, 31)),
        (Named.YEAR, date(2026, 1, 1), SUNDAY),
        (Named.ALL, None, None),
    ],
)
def test_a_named_period_begins_on_its_first_day_and_ends_today_unless_it_is_over(
    name: Named, since: date | None, until: date | None
) -> None:
    assert named(name, SUNDAY) == Stretch(since=since, until=until)


def test_the_month_before_january_is_december() -> None:
    assert named(Named.LAST_MONTH, date(2027, 1, 31)) == Stretch(
        since=date(2026, 12, 1), until=date(2026, 12, 31)
    )


@pytest.mark.parametrize(("start", "since"), [(0, 16), (6, 22), (5, 21), (2, 18)])
def test_a_week_begins_on_the_day_that_is_wanted(start: int, since: int) -> None:
    assert named(Named.WEEK, SUNDAY, start).since == date(2026, 11, since)


@pytest.mark.parametrize(
    ("written", "stretch"),
    [
        ("1d", Stretch(since=SUNDAY, until=SUNDAY)),
        ("7d", Stretch(since=date(2026, 11, 16), until=SUNDAY)),
        ("4w", Stretch(since=date(2026, 10, 26), until=SUNDAY)),
        ("36h", Stretch(hours=36)),
    ],
)
def test_the_last_days_end_today_and_the_last_hours_end_now(written: str, stretch: Stretch) -> None:
    assert last(written, SUNDAY) == stretch


@pytest.mark.parametrize("written", ["", "7", "d", "0d", "-1d", "1.5d", "3y", "7 d", "99999d", "3651d", "٣d"])
def test_another_length_is_refused_with_what_is_allowed(written: str) -> None:
    with pytest.raises(ValueError, match="write 36h, 7d or 4w"):
        last(written, SUNDAY)


def test_a_year_is_whole_and_one_that_we_know() -> None:
    assert year(2025) == Stretch(since=date(2025, 1, 1), until=date(2025, 12, 31))
    for number in (0, 1969, 2200, 99_999):
        with pytest.raises(ValueError, match="1970 to 2199"):
            year(number)
    assert Stretch() == ALWAYS
