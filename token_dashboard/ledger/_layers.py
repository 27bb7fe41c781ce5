"""Which roll-up answers a question, by days or by quarters of an hour, and the SQL for the times in it."""

from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger import _slots
from token_dashboard.ledger._database import Value
from token_dashboard.model.period import BUCKET_MS, Period, local_date, start_of
from token_dashboard.model.report import Dimension

ANY_TIME = "0"

_EARLIEST_MS, _LATEST_MS = -62_135_000_000_000, 253_402_000_000_000
"""Beyond them no calendar goes: a period that does has no end there."""
_NO_START, _NO_END = -(2**40), 2**40
"""Days: a log may claim the last of the year 9999, which is a day later elsewhere."""


class Layer(NamedTuple):
    """A roll-up, the part of it that is wanted, and SQL for the time that a row of it belongs to."""

    table: str
    slot: str
    where: str
    values: list[Value]

    @classmethod
    def of_quarters(cls, period: Period | None, slot: str) -> "Layer":
        if period is None:
            return cls("rollup", slot, "1 = 1", [])
        values: list[Value] = [period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms]
        return cls("rollup", slot, "bucket_ms >= ? and bucket_ms < ?", values)

    @classmethod
    def of_days(cls, days: tuple[int, int], slot: str) -> "Layer":
        return cls("day_rollup", slot, "day >= ? and day < ?", [*days])


def layer_of(
    period: Period | None,
    within: Period,
    time: Dimension | None,
    tz: ZoneInfo,
    kept: ZoneInfo | None,
    week_start: int,
) -> Layer:
    """By days where all that is asked falls on days that are kept, those of the zone ``kept``.

    ``within`` is the part of the period in which something was used, and ``time`` the finest dimension.
    """
    if time is Dimension.HOUR:
        return Layer.of_quarters(period, _slots.hour(within, tz))
    if kept is not None and (time is None or kept.key == tz.key) and (days := _whole_days(period, kept)):
        return Layer.of_days(days, _day_slot(time, within, kept, week_start))
    if time is None:
        return Layer.of_quarters(period, ANY_TIME)
    if time is Dimension.MONTH:
        return Layer.of_quarters(period, _slots.month(within, tz))
    day = _slots.day(within, tz)
    return Layer.of_quarters(period, _slots.week(f"({day})", week_start) if time is Dimension.WEEK else day)


def time_of(wanted: Dimension, told: Dimension, slot: int, tz: ZoneInfo, week_start: int) -> int | date:
    """The time of a row as one dimension has it, from the slot of the finest one."""
    if wanted is Dimension.HOUR:
        return slot
    day = _slots.date_of(_slots.day_of_bucket(slot, tz) if told is Dimension.HOUR else slot)
    if wanted is Dimension.WEEK:
        return _slots.date_of(day.toordinal() - (day.weekday() - week_start) % 7)
    return day.replace(day=1) if wanted is Dimension.MONTH else day


def _day_slot(time: Dimension | None, within: Period, tz: ZoneInfo, week_start: int) -> str:
    if time is Dimension.DAY:
        return "day"
    if time is Dimension.WEEK:
        return _slots.week("day", week_start)
    return ANY_TIME if time is None else _slots.month_of_day(within, tz)


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
