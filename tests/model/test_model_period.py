from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.period import (
    BUCKET_MS,
    HOUR_MS,
    Period,
    day_of,
    local_date,
    month_of,
    offset_segments,
    start_of,
    zone,
)

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Sao_Paulo",
]


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_a_day_is_23_or_25_hours_long_when_the_clock_changes() -> None:
    berlin = zone("Europe/Berlin")
    spring, autumn = (
        day_of(at("2026-03-29T12:00+02:00"), berlin),
        day_of(at("2026-10-25T12:00+01:00"), berlin),
    )
    assert spring.end_ms - spring.start_ms == 23 * HOUR_MS
    assert autumn.end_ms - autumn.start_ms == 25 * HOUR_MS


def test_a_month_is_the_calendar_month_of_the_zone() -> None:
    month = month_of(at("2026-12-31T23:30+00:00"), zone("Asia/Kathmandu"))
    assert month == Period(at("2027-01-01T00:00+05:45"), at("2027-02-01T00:00+05:45"))


def test_an_unknown_zone_is_named() -> None:
    with pytest.raises(ValueError, match="'Mars/Olympus'"):
        zone("Mars/Olympus")


def test_a_clock_change_cuts_a_period_in_two() -> None:
    segments = offset_segments(
        Period(at("2026-10-01T00:00+02:00"), at("2026-11-01T00:00+01:00")), zone("Europe/Berlin")
    )
    assert [segment.offset_ms // HOUR_MS for segment in segments] == [2, 1]
    assert segments[0].end_ms == segments[1].start_ms == at("2026-10-25T01:00+00:00")


@given(
    st.sampled_from(ZONES),
    st.integers(at("1990-01-01T00:00+00:00"), at("2037-01-01T00:00+00:00")),
    st.integers(0, 400),
)
def test_segments_give_every_bucket_its_local_day(name: str, start: int, days: int) -> None:
    tz = zone(name)
    start -= start % BUCKET_MS
    period = Period(start, start + days * 24 * HOUR_MS)
    segments = offset_segments(period, tz)
    assert [one.end_ms for one in segments[:-1]] == [one.start_ms for one in segments[1:]]
    for segment in segments:
        for moment in (segment.start_ms, segment.end_ms - 1):
            day = datetime.fromtimestamp((moment + segment.offset_ms) / 1000, UTC).date()
            assert day == local_date(moment, tz)


@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2037, 1, 1)))
def test_a_day_starts_on_a_bucket(name: str, day: date) -> None:
    assert start_of(day, zone(name)) % BUCKET_MS == 0
    assert local_date(start_of(day, zone(name)), zone(name)) == day
