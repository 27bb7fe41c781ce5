"""Which figure is meant by ``claude-opus-4-5 2026-11-20``: words held against what the ledger knows."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.ledger import Ledger
from token_dashboard.model.period import Period, hour_of, start_of
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension
from token_dashboard.model.stretch import known_day

_MEASURES = frozenset({"cost", "costs", "tokens", "requests", "input", "output", "total"})
"""They may stand beside; a figure is opened with all its sums."""
_YEAR, _MONTH = re.compile(r"\d{4}"), re.compile(r"(\d{4})-(\d\d)")
_HOUR = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)(?::00)?")
_CHOICES = 8


class UnclearFigure(ValueError):
    """A word names nothing, or several things; the text says what to choose from."""


@record
class Figure:
    """A stretch of time, or all of it, and the values that requests are kept to."""

    period: Period | None = None
    only: tuple[tuple[Dimension, str], ...] = ()


async def figure_of(
    ledger: Ledger,
    words: Sequence[str],
    given: Mapping[Dimension, str],
    days: tuple[date, date] | None,
    tz: ZoneInfo,
    today: date,
) -> Figure:
    """The figure that free words and options name together. ``days`` are local ones, both included.

    Raises:
        UnclearFigure: a word that the ledger doesn't know, that names several things, or a second time.
    """
    only = {dimension: await _value(ledger, dimension, text) for dimension, text in given.items()}
    period = None if days is None else _period(days, tz)
    for word in words:
        if word.lower() in _MEASURES:
            continue
        if (meant := _time(word, tz, today)) is not None:
            if period is not None:
                raise UnclearFigure(f"{word!r} is a second time; name one hour, day, week, month or year.")
            period = meant
            continue
        dimension, text = await _meant(ledger, word)
        if only.setdefault(dimension, text) != text:
            raise UnclearFigure(f"{word!r} is a second {dimension}, beside {only[dimension]!r}.")
    return Figure(period=period, only=tuple(only.items()))


def _period(days: tuple[date, date], tz: ZoneInfo) -> Period:
    return Period(start_of(days[0], tz), start_of(days[1] + timedelta(days=1), tz))


def _time(word: str, tz: ZoneInfo, today: date) -> Period | None:
    """What a word for a time means."""
    if found := _HOUR.fullmatch(word):
        try:
            known_day(found[1])
            moment = datetime.fromisoformat(f"{found[1]}T{found[2]}:00").replace(tzinfo=tz)
        except ValueError:
            return None
        return _clock_hour(moment, tz)
    days = _days(word, today)
    return None if days is None else _period(days, tz)


def _clock_hour(moment: datetime, tz: ZoneInfo) -> Period | None:
    """An hour by its name, both where the clock strikes it twice; ``None`` where the clock leaves it out."""
    first_ms, again_ms = (int(moment.replace(fold=fold).timestamp()) * 1000 for fold in (0, 1))
    begun = hour_of(first_ms, tz)
    if datetime.fromtimestamp(begun.start_ms / 1000, tz).hour != moment.hour:
        return None
    return Period(begun.start_ms, hour_of(max(first_ms, again_ms), tz).end_ms)


def _days(word: str, today: date) -> tuple[date, date] | None:
    """The first and the last day of a word for days."""
    monday = today - timedelta(days=today.weekday())
    named = {
        "today": (today, today),
        "yesterday": (today - timedelta(days=1), today - timedelta(days=1)),
        "week": (monday, monday + timedelta(days=6)),
        "month": month_of(today),
    }
    if word.lower() in named:
        return named[word.lower()]
    try:
        if _YEAR.fullmatch(word):
            return known_day(f"{word}-01-01"), known_day(f"{word}-12-31")
        if found := _MONTH.fullmatch(word):
            return month_of(known_day(f"{found[1]}-{found[2]}-01"))
        day = known_day(word) if "-" in word else None
    except ValueError:
        return None
    return None if day is None else (day, day)


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of a day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


async def _value(ledger: Ledger, dimension: Dimension, text: str) -> str:
    found = [(dimension, one) for one in (await ledger.proof.values(text)).get(dimension, ())]
    return _one(text, found, f"{dimension} ")[1]


async def _meant(ledger: Ledger, word: str) -> tuple[Dimension, str]:
    values = await ledger.proof.values(word)
    return _one(word, [(dimension, text) for dimension, texts in values.items() for text in texts], "")


def _one(word: str, found: Sequence[tuple[Dimension, str]], kind: str) -> tuple[Dimension, str]:
    """What is called so to the letter, or in another case, or whose last part is; or what alone holds it."""
    lower = word.lower()
    exact = [one for one in found if one[1] == word] or [one for one in found if one[1].lower() == lower]
    last = [one for one in found if re.split(r"[/\\]", one[1].lower())[-1] == lower]
    meant = exact or last or found
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise UnclearFigure(f"the ledger knows no {kind}{word!r}. tokens report shows what it knows.")
    choices = ", ".join(f"--{dimension} {text}" for dimension, text in meant[:_CHOICES])
    raise UnclearFigure(f"{word!r} may mean several things. Choose from: {choices}.")
