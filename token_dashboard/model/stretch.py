"""The time that a report is about, as people ask for it: ``today``, the last 36 hours, a year, days."""

import re
from datetime import date, timedelta
from enum import StrEnum

from token_dashboard.model.record import record

FIRST_YEAR, LAST_YEAR = 1970, 2199
_LAST = re.compile(r"([1-9][0-9]{0,4})([hdw])", re.ASCII)
_MOST_DAYS = 3650

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Named(StrEnum):
    """Periods that have a name. Those that aren't over end today."""

    TODAY = "today"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    LAST_MONTH = "last-month"
    YEAR = "year"
    ALL = "all"


@record
class Stretch:
    """Local days, both included, or hours back from now. Without any of them it is all time."""

    since: date | None = None
    until: date | None = None
    hours: int | None = None


ALWAYS = Stretch()


def named(name: Named, today: date, week_start: int = 0) -> Stretch:
    """A period by its name; ``week_start`` 0 is Monday."""
    since = {
        Named.TODAY: today,
        Named.DAY: today,
        Named.WEEK: first_of_week(today, week_start),
        Named.MONTH: today.replace(day=1),
        Named.YEAR: today.replace(month=1, day=1),
    }
    if name is Named.ALL:
        return ALWAYS
    if name is Named.LAST_MONTH:
        last = today.replace(day=1) - timedelta(days=1)
        return Stretch(since=last.replace(day=1), until=last)
    return Stretch(since=since[name], until=today)


def last(written: str, today: date) -> Stretch:
    """``36h`` back from now, ``7d`` that end today, ``4w``.

    Raises:
        ValueError: it is none of these.
    """
    found = _LAST.fullmatch(written.strip())
    count, unit = (int(found[1]), found[2]) if found else (0, "")
    days = count * 7 if unit == "w" else -(-count // 24) if unit == "h" else count
    if not 1 <= days <= _MOST_DAYS:
        raise ValueError(
            f"{written!r} is no length of time; write 36h, 7d or 4w, {_MOST_DAYS} days at the most"
        )
    if unit == "h":
        return Stretch(hours=count)
    return last_days(days, today)


def last_days(days: int, today: date) -> Stretch:
    """So many days, the last of which is today."""
    return Stretch(since=today - timedelta(days=days - 1), until=today)


def year(number: int) -> Stretch:
    """A calendar year.

    Raises:
        ValueError: no log can be of that year.
    """
    if not FIRST_YEAR <= number <= LAST_YEAR:
        raise ValueError(f"{number} is no year of ours; {FIRST_YEAR} to {LAST_YEAR} are known")
    return Stretch(since=date(number, 1, 1), until=date(number, 12, 31))


def known_day(text: str) -> date:
    """A day, ``2026-11-01``.

    Raises:
        ValueError: it is none, or no log can be of its year.
    """
    day = date.fromisoformat(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"{text!r} lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


def first_of_week(day: date, week_start: int = 0) -> date:
    return day - timedelta(days=(day.weekday() - week_start) % 7)
