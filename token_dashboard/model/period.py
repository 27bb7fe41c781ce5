"""Local days, weeks and months of a time zone, and how UTC buckets map onto them.

Storage is in UTC. A local day is made from the zone's offset segments (stretches of time with one UTC
offset), so that the same arithmetic runs in any SQL and days of 23 or 25 hours come out right.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
BUCKET_MS = 15 * MINUTE_MS
"""Roll-up bucket: every zone's offset since 1972 is a multiple of it."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time: ``start_ms`` included, ``end_ms`` not."""

    start_ms: int
    end_ms: int


class OffsetSegment(NamedTuple):
    """A stretch of time in which the zone's UTC offset doesn't change."""

    start_ms: int
    end_ms: int
    offset_ms: int


def zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name.

    Raises:
        ValueError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}; use a name like Europe/Berlin") from error


def local_date(time_ms: int, tz: ZoneInfo) -> date:
    """The calendar day of a moment in a zone."""
    return datetime.fromtimestamp(time_ms / 1000, tz).date()


def start_of(day: date, tz: ZoneInfo) -> int:
    """The first moment of a local day, UTC epoch milliseconds."""
    return int(datetime.combine(day, time_of_day.min, tz).astimezone(UTC).timestamp() * 1000)


def hour_of(time_ms: int, tz: ZoneInfo) -> Period:
    """The hour by the local clock that a moment lies in; shorter where a zone changes by half an hour."""
    around = Period(time_ms - HOUR_MS, time_ms + HOUR_MS)
    segment = next(one for one in offset_segments(around, tz) if one.start_ms <= time_ms < one.end_ms)
    start = time_ms - (time_ms + segment.offset_ms) % HOUR_MS
    return Period(max(start, segment.start_ms), min(start + HOUR_MS, segment.end_ms))


def day_of(time_ms: int, tz: ZoneInfo) -> Period:
    """The local day that a moment lies in."""
    day = local_date(time_ms, tz)
    return Period(start_of(day, tz), start_of(day + timedelta(days=1), tz))


def week_of(time_ms: int, tz: ZoneInfo) -> Period:
    """The local week, Monday first, that a moment lies in."""
    day = local_date(time_ms, tz)
    monday = day - timedelta(days=day.weekday())
    return Period(start_of(monday, tz), start_of(monday + timedelta(days=7), tz))


def month_of(time_ms: int, tz: ZoneInfo) -> Period:
    """The local calendar month that a moment lies in."""
    first = local_date(time_ms, tz).replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Period(start_of(first, tz), start_of(following, tz))


@lru_cache(maxsize=64)
def offset_segments(period: Period, tz: ZoneInfo) -> tuple[OffsetSegment, ...]:
    """The period cut wherever the zone's offset changes, exact to the minute."""
    segments: list[OffsetSegment] = []
    start = period.start_ms
    offset = _offset(start, tz)
    probe = start
    while probe < period.end_ms:
        following = min(probe + DAY_MS, period.end_ms)
        if (after := _offset(following, tz)) != offset:
            change = _change_between(probe, following, tz)
            segments.append(OffsetSegment(start, change, offset))
            start, offset, following = change, after, change
        probe = max(following, probe + 1)
    segments.append(OffsetSegment(start, period.end_ms, offset))
    return tuple(segment for segment in segments if segment.start_ms < segment.end_ms)


def _offset(time_ms: int, tz: ZoneInfo) -> int:
    offset = datetime.fromtimestamp(time_ms / 1000, tz).utcoffset() or timedelta()
    return int(offset.total_seconds()) * 1000


def _change_between(low: int, high: int, tz: ZoneInfo) -> int:
    before = _offset(low, tz)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, tz) == before:
            low = middle
        else:
            high = middle
    return high
