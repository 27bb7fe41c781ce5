"""What a calendar of use shows: how busy each day was, streaks, peaks."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from token_dashboard.model.calendar import Measure, Streak
from token_dashboard.model.report import Totals

LEVELS = 4
_DAY = timedelta(days=1)


def intensity(amount: int, highest: int) -> int:
    """1 to 4 for the quarter of the highest that an amount comes to; what was used is never 0."""
    return max(1, min(LEVELS, -(-LEVELS * amount // highest))) if highest > 0 else 1


def streaks(days: Iterable[date]) -> list[Streak]:
    """The days that follow each other, first to last; the days come in order and once each."""
    found: list[Streak] = []
    for day in days:
        if found and found[-1].until + _DAY == day:
            found[-1] = Streak(since=found[-1].since, until=day, days=found[-1].days + 1)
        else:
            found.append(Streak(since=day, until=day, days=1))
    return found


def current(found: Sequence[Streak], today: date) -> Streak | None:
    """The streak that isn't broken yet: a day that still runs breaks none."""
    return next((one for one in found if one.since <= today <= one.until + _DAY), None)


def longest(found: Sequence[Streak]) -> Streak | None:
    """The longest, the later one of two."""
    return max(found, key=lambda one: (one.days, one.since), default=None)


def peak(totals: Sequence[Totals], measure: Measure) -> int | None:
    """The place with the most; ``None``: nothing was used."""
    best = max(
        range(len(totals)),
        key=lambda place: (measure.of(totals[place]), totals[place].requests, -place),
        default=None,
    )
    return best if best is not None and totals[best].requests else None
