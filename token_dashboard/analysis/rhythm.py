"""What use an hour of the week usually sees: learned from its history, by the method that did better before.

Two methods are tried on the past. *Linear* expects, for every hour, the mean of the last seven days:
``sum(last 168 hours) / 168``. *Weekday* expects, for each local hour of the week, the mean of that hour's
last four occurrences with weights 4, 3, 2, 1, newest first. Both answer with a table of 168 rates, so
everything that is worked out from them is the same for both.

The back-test stands at each of up to 28 past days and learns from what was before it. It compares what it
expects within the next 6, 12, 18 … hours, up to a week, with what came. The error is the sum of the misses
over the sum of what was used. Weekday is taken when it was tried on at least seven days and missed by less.
"""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from zoneinfo import ZoneInfo

from token_dashboard.model.forecast import Evidence, Method
from token_dashboard.model.money import divide
from token_dashboard.model.period import HOUR_MS, Period, offset_segments
from token_dashboard.model.record import record
from token_dashboard.model.series import Series

_DAY = 24
WEEK = 168
"""Hours."""
LEAST_DAYS = 3
_LEAST_HOURS = {Method.LINEAR: LEAST_DAYS * _DAY, Method.WEEKDAY: 2 * WEEK}
_WEIGHTS = (4, 3, 2, 1)
_TRIED_DAYS = 28
_TRIED_EVERY = 6
"""Hours."""
_LEAST_TRIED = 7


@record
class Rhythm:
    """The use that is expected of each local hour of the week."""

    rates: tuple[int, ...]
    """Use an hour, 168 of them; empty when the history is too young to expect anything."""
    tz: ZoneInfo
    evidence: Evidence


@record
class Observed:
    """A history of whole hours, ready to be learned from at any of them."""

    values: tuple[int, ...]
    sums: tuple[int, ...]
    """Of the first n values."""
    cells: tuple[int, ...]
    """The hour of the local week of each."""

    def rates(self, method: Method, hours: int) -> tuple[int, ...]:
        """What a method expects after the first so many hours."""
        if method is Method.LINEAR:
            used = min(hours, WEEK)
            return (divide(self.sums[hours] - self.sums[hours - used], used),) * WEEK
        total, weight = [0] * WEEK, [0] * WEEK
        for week, each in enumerate(_WEIGHTS):
            newest = hours - week * WEEK
            for place in range(max(newest - WEEK, 0), max(newest, 0)):
                total[self.cells[place]] += each * self.values[place]
                weight[self.cells[place]] += each
        return tuple(divide(total[cell], weight[cell]) if weight[cell] else 0 for cell in range(WEEK))

    def miss(self, rates: Sequence[int], hours: int, ahead: int) -> int:
        """By how much more was used within the next hours than the rates expected."""
        expected = sum(rates[cell] for cell in self.cells[hours : hours + ahead])
        return self.sums[hours + ahead] - self.sums[hours] - expected


def learn(series: Series, now_ms: int, tz: ZoneInfo) -> Rhythm:
    """The rhythm of a series up to now. The hour that still runs doesn't count."""
    seen = observed(series, now_ms, tz)
    days = len(seen.values) // _DAY
    if days < LEAST_DAYS:
        nothing = Evidence(method=None, observed_days=days, needed_days=LEAST_DAYS)
        return Rhythm(rates=(), tz=tz, evidence=nothing)
    method, tried = Method.LINEAR, _origins(seen, Method.LINEAR)
    error = _error_permille(seen, Method.LINEAR, tried)
    shared = _origins(seen, Method.WEEKDAY)
    if len(shared) >= _LEAST_TRIED:
        linear, weekday = (_error_permille(seen, one, shared) for one in Method if one in _LEAST_HOURS)
        tried, error = shared, linear
        if linear is not None and weekday is not None and weekday < linear:
            method, error = Method.WEEKDAY, weekday
    return Rhythm(
        rates=seen.rates(method, len(seen.values)),
        tz=tz,
        evidence=Evidence(
            method=method,
            observed_days=days,
            needed_days=LEAST_DAYS,
            tested_days=len(tried) if error is not None else 0,
            error_permille=error,
        ),
    )


def observed(series: Series, now_ms: int, tz: ZoneInfo) -> Observed:
    """The whole hours of a series that are over."""
    hours = max(min((now_ms - series.start_ms) // HOUR_MS, len(series.values)), 0)
    values = series.values[:hours]
    cells = tuple(cells_of(Period(series.start_ms, series.start_ms + hours * HOUR_MS), tz)) if hours else ()
    return Observed(values=values, sums=(0, *accumulate(values)), cells=cells)


def cells_of(period: Period, tz: ZoneInfo) -> list[int]:
    """The hour of the local week, 0 to 167, in which each hour of a period begins."""
    segments = offset_segments(period, tz)
    starts = [segment.start_ms for segment in segments]
    return [
        (moment + segments[bisect_right(starts, moment) - 1].offset_ms) // HOUR_MS % WEEK
        for moment in range(period.start_ms, period.end_ms, HOUR_MS)
    ]


def misses(series: Series, now_ms: int, rhythm: Rhythm, ahead: int) -> list[int]:
    """How far off the rhythm's method was, so many hours ahead, on each past day; sorted."""
    method = rhythm.evidence.method
    if method is None:
        return []
    seen = observed(series, now_ms, rhythm.tz)
    last = len(seen.values) - ahead
    first = max(_LEAST_HOURS[method], last - 2 * _TRIED_DAYS * _DAY)
    return sorted(
        seen.miss(seen.rates(method, hours), hours, ahead) for hours in range(last, first - 1, -_DAY)
    )


def _origins(seen: Observed, method: Method) -> list[int]:
    """The hours at which the back-test stands, newest first."""
    last = len(seen.values) - _DAY
    first = max(_LEAST_HOURS[method], last - (_TRIED_DAYS - 1) * _DAY)
    return list(range(last, first - 1, -_DAY))


def _error_permille(seen: Observed, method: Method, origins: Sequence[int]) -> int | None:
    """``None`` when nothing was used, or nothing could be tried."""
    missed = used = 0
    for hours in origins:
        rates = seen.rates(method, hours)
        expected = 0
        for place in range(hours, min(hours + WEEK, len(seen.values))):
            expected += rates[seen.cells[place]]
            if (place + 1 - hours) % _TRIED_EVERY == 0:
                came = seen.sums[place + 1] - seen.sums[hours]
                missed += abs(came - expected)
                used += came
    return divide(missed * 1000, used) if used > 0 else None
