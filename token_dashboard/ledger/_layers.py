"""Which roll-up answers a question, by days, hours or quarters of an hour, and SQL for the times in it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger import _slots
from token_dashboard.ledger._database import Value
from token_dashboard.model.period import BUCKET_MS, HOUR_MS, Period, local_date, start_of
from token_dashboard.model.report import Dimension

ANY_TIME = "0"

_WEEKS_OF_MONTHS = (Dimension.WEEK, Dimension.MONTH)
"""A week that two months share is two groups then."""

_EARLIEST_MS, _LATEST_MS = -62_135_000_000_000, 253_402_000_000_000
"""Beyond them no calendar goes: a period that does has no end there."""
_NO_START, _NO_END = -(2**40), 2**40
"""Days: a log may claim the last of the year 9999, which is a day later elsewhere."""
_NO_HOUR = -(2**40) * HOUR_MS


class Layer(NamedTuple):
    """A roll-up, the part of it that is wanted, and SQL for the time that a row of it belongs to."""

    table: str
    slot: str
    where: str
    values: list[Value]

    @property
    def is_kept(self) -> bool:
        """Whether it has fewer rows than there are quarters."""
        return self.table != "rollup"

    @classmethod
    def of_quarters(cls, period: Period | None, slot: str) -> "Layer":
        if period is None:
            return cls("rollup", slot, "1 = 1", [])
        values: list[Value] = [period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms]
        return cls("rollup", slot, "bucket_ms >= ? and bucket_ms < ?", values)

    @classmethod
    def of_hours(cls, hours: tuple[int, int], slot: str) -> "Layer":
        return cls("hour_rollup", slot, "bucket_ms >= ? and bucket_ms < ?", [*hours])

    @classmethod
    def of_days(cls, days: tuple[int, int], slot: str) -> "Layer":
        return cls("day_rollup", slot, "day >= ? and day < ?", [*days])


def layer_of(
    period: Period | None,
    within: Period,
    times: Sequence[Dimension],
    tz: ZoneInfo,
    kept: ZoneInfo | None,
    week_start: int,
) -> Layer:
    """By days where all that is asked falls on days that are kept, those of the zone ``kept``.

    ``within`` is the part of the period in which something was used, and ``times`` what is asked for, finest
    first.
    """
    time = times[0] if times else None
    is_daily = time is not Dimension.HOUR and (time is None or (kept is not None and kept.key == tz.key))
    if kept is not None and is_daily and (days := _whole_days(period, kept)):
        return Layer.of_days(days, _day_slot(times, within, kept, week_start))
    slot = _slot(times, within, tz, week_start)
    hours = _whole_hours(period)
    if hours is None or not (time is None or _slots.has_whole_hours(within, tz)):
        return Layer.of_quarters(period, slot)
    return Layer.of_hours(hours, "bucket_ms" if time is Dimension.HOUR else slot)


def _slot(times: Sequence[Dimension], within: Period, tz: ZoneInfo, week_start: int) -> str:
    if not times:
        return ANY_TIME
    time = times[0]
    if time is Dimension.HOUR:
        return _slots.hour(within, tz)
    if time is Dimension.MONTH:
        return _slots.month(within, tz)
    day = _slots.day(within, tz)
    if time is Dimension.DAY:
        return day
    week = _slots.week(f"({day})", week_start)
    return _slots.week_of_month(week, _slots.month(within, tz)) if times == _WEEKS_OF_MONTHS else week


def times_of(
    wanted: Dimension, told: Dimension, slots: Collection[int], tz: ZoneInfo, week_start: int
) -> Mapping[int, date]:
    """Days, weeks or months of rows, from the slots of their finest time."""
    days = _slots.days_of_buckets(slots, tz) if told is Dimension.HOUR else {slot: slot for slot in slots}
    known = {day: _time_of(wanted, _slots.date_of(day), week_start) for day in set(days.values())}
    return {slot: known[day] for slot, day in days.items()}


def _time_of(wanted: Dimension, day: date, week_start: int) -> date:
    if wanted is Dimension.WEEK:
        return _slots.date_of(day.toordinal() - (day.weekday() - week_start) % 7)
    return day.replace(day=1) if wanted is Dimension.MONTH else day


def _day_slot(times: Sequence[Dimension], within: Period, tz: ZoneInfo, week_start: int) -> str:
    if not times:
        return ANY_TIME
    if times[0] is Dimension.DAY:
        return "day"
    if times[0] is Dimension.MONTH:
        return _slots.month_of_day(within, tz)
    week = _slots.week("day", week_start)
    return _slots.week_of_month(week, _slots.month_of_day(within, tz)) if times == _WEEKS_OF_MONTHS else week


def _whole_hours(period: Period | None) -> tuple[int, int] | None:
    """When the first hour of a period begins and the last one ends, if both do so on a full hour."""
    if period is None:
        return _NO_HOUR, -_NO_HOUR
    first = _NO_HOUR if period.start_ms < _EARLIEST_MS else period.start_ms
    end = -_NO_HOUR if period.end_ms > _LATEST_MS else period.end_ms
    return None if first % HOUR_MS or end % HOUR_MS else (first, end)


def _whole_days(period: Period | None, tz: ZoneInfo) -> tuple[int, int] | None:
    """The days of a period, the last one not included; ``None`` if it doesn't begin and end with one."""
    if period is None:
        return _NO_START, _NO_END
    first = _NO_START if period.start_ms < _EARLIEST_MS else _day_that_starts(period.start_ms, tz)
    end = _NO_END if period.end_ms > _LATEST_MS else _day_that_starts(period.end_ms, tz)
    return None if first is None or end is None else (first, end)


def _day_that_starts(time_ms: int, tz: ZoneInfo) -> int | None:
    try:
        day = local_date(time_ms, tz)
        return day.toordinal() if start_of(day, tz) == time_ms else None
    except (ValueError, OverflowError, OSError):
        return None
