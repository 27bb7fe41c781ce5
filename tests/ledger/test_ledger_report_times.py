"""Hours that a change of the clock cuts, and weeks that two months share."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from ledger_world import an_event

from token_dashboard.ledger import Ledger
from token_dashboard.model.period import DAY_MS, start_of
from token_dashboard.model.report import Dimension

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("name", "used", "begun"),
    [
        # Half an hour back at 15:00 UTC: what is left of the hour until 02:00 begins with the change.
        ("Australia/Lord_Howe", ["14:45", "15:10", "15:40"], ["14:00", "15:00", "15:30"]),
        ("Australia/Lord_Howe", ["15:10"], ["15:00"]),
        # An hour back at 14:00 UTC, 03:45: a second 02:45, after the hour from 03:00 on.
        ("Pacific/Chatham", ["13:30", "14:05", "14:15"], ["13:15", "14:00", "14:15"]),
        ("Europe/Berlin", ["14:45", "15:10"], ["14:00", "15:00"]),
    ],
)
async def test_hours_in_which_a_clock_is_changed_begin_where_they_begin(
    ledger: Ledger, name: str, used: list[str], begun: list[str]
) -> None:
    def at(time: str) -> int:
        return int(datetime.fromisoformat(f"2026-04-04T{time}Z").timestamp() * 1000)

    await ledger.usage.record([an_event(time, time_ms=at(time)) for time in used])
    rows = await ledger.usage.rows(None, [Dimension.HOUR], ZoneInfo(name))
    assert [(row.hour, row.totals.requests) for row in rows] == [(at(time), 1) for time in begun]


@pytest.mark.parametrize("are_days_kept", [True, False])
async def test_a_week_of_two_months_is_parted_where_months_are_asked_for_too(
    ledger: Ledger, *, are_days_kept: bool
) -> None:
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    first = start_of(november, BERLIN)
    events = [
        an_event("a", time_ms=first - 1),
        an_event("b", time_ms=first),
        an_event("c", time_ms=first + 1),
    ]
    await ledger.usage.record(events)
    if are_days_kept:
        await ledger.usage.keep_days(BERLIN, first + DAY_MS)
    monday = date(2026, 10, 26)
    rows = await ledger.usage.rows(None, [Dimension.WEEK, Dimension.MONTH], BERLIN)
    assert [(row.week, row.month, row.totals.requests) for row in rows] == [
        (monday, october, 1),
        (monday, november, 2),
    ]
    rows = await ledger.usage.rows(None, [Dimension.MONTH, Dimension.WEEK], BERLIN)
    assert [(row.month, row.week) for row in rows] == [(october, monday), (november, monday)]
    (row,) = await ledger.usage.rows(None, [Dimension.WEEK], BERLIN)
    assert (row.week, row.totals.requests) == (monday, 3)


async def test_an_empty_ledger_has_no_rows_whatever_they_are_of(ledger: Ledger) -> None:
    for by in Dimension:
        assert await ledger.usage.rows(None, [by, Dimension.SESSION], BERLIN) == ()
        assert await ledger.usage.rows(None, [by, Dimension.HOUR, Dimension.MODEL], BERLIN) == ()
