"""SQL for the local hour, day, week and month that a roll-up's time lies in.

Whole numbers and comparisons only, alike in any engine: a zone is given as the offsets it had, as constants.
Days, weeks and months are ordinals (0001-01-01, a Monday, is 1), of the first day of a week or month.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import ZoneInfo

from token_dashboard.model.period import DAY_MS, HOUR_MS, OffsetSegment, Period, offset_segments, start_of

_EPOCH = date(1970, 1, 1).toordinal()
_ZONED = Period(0, (date(2100, 1, 1).toordinal() - _EPOCH) * DAY_MS)
"""Where offsets are looked up; beyond it the nearest one holds. A log may claim the year 1 or 9999."""


def _hour(offset_ms: int) -> str:
    shift = _EPOCH * DAY_MS + offset_ms
    return f"(bucket_ms + {shift}) / {HOUR_MS} * {HOUR_MS} - {shift}"


UTC_HOUR = _hour(0)


def hour(period: Period, tz: ZoneInfo) -> str:
    """When the hour by the local clock began, UTC epoch milliseconds.

    Where the clock is changed within an hour, what is left of it begins with the change.
    """
    if has_whole_hours(period, tz):
        return UTC_HOUR
    steps: list[tuple[int, int | str]] = []
    for one in _segments_of_hours(period, tz):
        begun, rest_ms = _hour(one.offset_ms), -(one.start_ms + one.offset_ms) % HOUR_MS
        if steps and rest_ms:
            steps += [(one.start_ms, one.start_ms), (one.start_ms + rest_ms, begun)]
        else:
            steps.append((one.start_ms, begun))
    return _arms("bucket_ms", steps)


def has_whole_hours(period: Period, tz: ZoneInfo) -> bool:
    """Whether its hours begin when those of UTC do, and its days with one of them."""
    segments = _segments_of_hours(period, tz)
    changes = [one.start_ms for one in segments[1:]]
    return not any(time_ms % HOUR_MS for time_ms in (*changes, *(one.offset_ms for one in segments)))


def day(period: Period, tz: ZoneInfo) -> str:
    return f"(bucket_ms + {_EPOCH * DAY_MS} + {_offset(period, tz)}) / {DAY_MS}"


def week(day: str, start: int) -> str:
    """Weeks begin on Monday if ``start`` is 0, on Sunday if it is 6."""
    return f"({day} + {6 - start}) / 7 * 7 - {6 - start}"


def week_of_month(week: str, month: str) -> str:
    """The first day of the part of a week that lies in one month: both can be told from it."""
    return f"case when {week} < {month} then {month} else {week} end"


def month_of_day(period: Period, tz: ZoneInfo) -> str:
    """Of a column ``day``."""
    return _arms("day", [(first.toordinal(), first.toordinal()) for first in _months(period, tz)])


def month(period: Period, tz: ZoneInfo) -> str:
    return _arms("bucket_ms", [(start_of(first, tz), first.toordinal()) for first in _months(period, tz)])


def days_of_buckets(buckets: Collection[int], tz: ZoneInfo) -> dict[int, int]:
    """What ``day`` says of each of some buckets."""
    ordered = sorted(buckets)
    if not ordered:
        return {}
    segments = offset_segments(_zoned(Period(ordered[0], ordered[-1] + 1)), tz)
    ends = [*(bisect_left(ordered, one.start_ms) for one in segments[1:]), len(ordered)]
    days: dict[int, int] = {}
    for segment, begin, end in zip(segments, [0, *ends], ends, strict=False):
        shift = _EPOCH * DAY_MS + segment.offset_ms
        days |= {bucket_ms: (bucket_ms + shift) // DAY_MS for bucket_ms in ordered[begin:end]}
    return days


@lru_cache(maxsize=65_536)
def day_of_bucket(bucket_ms: int, tz: ZoneInfo) -> int:
    """What ``day`` says of one bucket."""
    return days_of_buckets([bucket_ms], tz)[bucket_ms]


def date_of(ordinal: int) -> date:
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _offset(period: Period, tz: ZoneInfo) -> str:
    segments = offset_segments(_zoned(period), tz)
    return _arms("bucket_ms", [(one.start_ms, one.offset_ms) for one in segments])


def _segments_of_hours(period: Period, tz: ZoneInfo) -> Sequence[OffsetSegment]:
    """Offsets in a period and in the hour that is under way when it begins."""
    return offset_segments(_zoned(Period(period.start_ms - HOUR_MS, period.end_ms)), tz)


def _arms(column: str, steps: Sequence[tuple[int, int | str]]) -> str:
    """The value of the last step that the column has reached; of the first one if it has reached none."""
    arms = "".join(f" when {column} >= {start} then {value}" for start, value in reversed(steps[1:]))
    return f"case{arms} else {steps[0][1]} end" if arms else f"{steps[0][1]}"


def _months(period: Period, tz: ZoneInfo) -> list[date]:
    looked_up = _zoned(period)
    last = date_of(day_of_bucket(looked_up.end_ms - 1, tz))
    return list(_firsts(date_of(day_of_bucket(looked_up.start_ms, tz)).replace(day=1), last))


def _firsts(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)


def _zoned(period: Period) -> Period:
    """The part of a period in which offsets are looked up; never empty."""
    start_ms = min(max(period.start_ms, _ZONED.start_ms), _ZONED.end_ms - DAY_MS)
    return Period(start_ms, max(start_ms + 1, min(period.end_ms, _ZONED.end_ms)))
