"""When something is used up, and what a period will have cost at its end.

All of it adds up the rates of a rhythm, hour by hour of the local clock, in whole nanos.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from token_dashboard.analysis.rhythm import Rhythm, cells_of, learn, misses
from token_dashboard.model.forecast import Evidence, Exhaustion, Method, PeriodEnd
from token_dashboard.model.money import Money, Nanos, divide
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS, Period
from token_dashboard.model.series import Series
from token_dashboard.model.snapshot import UsageWindow

HISTORY_MS = 84 * DAY_MS
"""How much of the past is of use: four weeks to learn from, before each of eight weeks to try it on."""
_FARTHEST_MS = 366 * DAY_MS
_AHEAD_HOURS = 14 * 24
"""How far ahead past forecasts are tried for an interval; beyond it, misses grow with the time."""
_LEAST_TRIED = 10
_PERCENT = 1_000_000
"""Windows are forecast in millionths of a percent."""
_LEAST_WINDOW_MS = 15 * MINUTE_MS


def crossing_ms(rhythm: Rhythm, left: int, from_ms: int, until_ms: int) -> int | None:
    """The first moment at which the expected use since ``from_ms`` adds up to ``left``.

    ``None``: not before ``until_ms``, or the rhythm isn't known.
    """
    if left <= 0:
        return from_ms
    for start, end, rate in _hours(rhythm, Period(from_ms, until_ms)):
        if left * HOUR_MS <= rate * (end - start):
            return start - (-left * HOUR_MS // rate)
        left -= rate * (end - start) // HOUR_MS
    return None


def exhaustion(rhythm: Rhythm, left: Nanos, now_ms: int) -> Exhaustion:
    """When a balance is gone, at most a year ahead; the rhythm is that of what is spent from it."""
    if left <= 0:
        return Exhaustion(at_ms=now_ms, evidence=rhythm.evidence)
    return _exhaustion(rhythm, left, now_ms, now_ms + _FARTHEST_MS)


def _exhaustion(rhythm: Rhythm, left: int, now_ms: int, until_ms: int) -> Exhaustion:
    """With an interval: as if use were higher and lower by the share that the method was off before."""
    at_ms, off = crossing_ms(rhythm, left, now_ms, until_ms), rhythm.evidence.error_permille
    early_ms = late_ms = None
    if off is not None:
        early_ms = crossing_ms(rhythm, max(left * 1000 // (1000 + off), 1), now_ms, until_ms)
        if off < 1000:
            late_ms = crossing_ms(rhythm, left * 1000 // (1000 - off), now_ms, until_ms)
    return Exhaustion(at_ms=at_ms, early_ms=early_ms, late_ms=late_ms, evidence=rhythm.evidence)


def period_end(series: Series, spent: Money, period: Period, now_ms: int, tz: ZoneInfo) -> PeriodEnd:
    """What a period costs at its end: what was spent, and the use that is expected of its remaining hours.

    The interval adds the 10th and the 90th percentile of what the same method missed on past days, as many
    hours ahead as remain. It is never under what is spent already.
    """
    rhythm = learn(series, now_ms, tz)
    if rhythm.evidence.method is None:
        return PeriodEnd(
            period=period, spent=spent, expected=None, low=None, high=None, evidence=rhythm.evidence
        )
    rest = _rest(period, now_ms)
    ahead = _ahead(rhythm, rest)
    low = high = None
    remaining = -((rest.start_ms - rest.end_ms) // HOUR_MS)
    if remaining == 0:
        low = high = spent
    else:
        tried_hours = min(remaining, _AHEAD_HOURS)
        missed = misses(series, now_ms, rhythm, tried_hours)
        if len(missed) >= _LEAST_TRIED:
            least, most = (
                divide(missed[len(missed) * tenths // 10] * remaining, tried_hours) for tenths in (1, 9)
            )
            low, high = (
                Money(spent.nanos + max(ahead + miss, 0), spent.currency)
                for miss in (min(least, 0), max(most, 0))
            )
    return PeriodEnd(
        period=period,
        spent=spent,
        expected=Money(spent.nanos + ahead, spent.currency),
        low=low,
        high=high,
        evidence=rhythm.evidence,
    )


def expected_at_end(rhythm: Rhythm, spent: Money, period: Period, now_ms: int) -> Money | None:
    """What ``period_end`` expects, without the work for its interval; ``None`` from a history too young."""
    if rhythm.evidence.method is None:
        return None
    return Money(spent.nanos + _ahead(rhythm, _rest(period, now_ms)), spent.currency)


def falls(history: Sequence[tuple[int, Nanos]], now_ms: int) -> Series:
    """What was spent of a balance, by its history of (moment, nanos), oldest first; rises are top-ups."""
    drops = [(moment, max(before - after, 0)) for (_, before), (moment, after) in pairwise(history)]
    return _series(history[0][0] if history else now_ms, drops, now_ms)


def window_exhaustion(
    window: UsageWindow, history: Sequence[tuple[int, Decimal]], now_ms: int, tz: ZoneInfo
) -> Exhaustion:
    """When a usage window is full, if that is before it resets.

    ``history`` is (moment, used percent) of this window, oldest first. A window of a day or more goes on by
    the rhythm of that history once it is old enough; any other goes on as it has since it began:
    ``elapsed * (100 - used) / used``, not before a tenth of it and a quarter of an hour have passed.
    """
    left = 100 * _PERCENT - _micro(window.used_percent)
    elapsed_ms = _elapsed_ms(window, now_ms)
    evidence = Evidence(
        method=Method.WINDOW if elapsed_ms is not None else None,
        observed_days=(elapsed_ms or 0) // DAY_MS,
        needed_days=0,
    )
    if left <= 0:
        return Exhaustion(at_ms=now_ms, evidence=evidence)
    if window.resets_ms is None or window.resets_ms <= now_ms:
        return Exhaustion(at_ms=None, evidence=evidence)
    if window.duration_s is not None and window.duration_s * 1000 >= DAY_MS:
        rhythm = learn(_rises(history, now_ms), now_ms, tz)
        if rhythm.evidence.method is not None:
            return _exhaustion(rhythm, left, now_ms, window.resets_ms)
    used = _micro(window.used_percent)
    if elapsed_ms is None or used <= 0:
        return Exhaustion(at_ms=None, evidence=evidence)
    at_ms = now_ms + divide(elapsed_ms * left, used)
    return Exhaustion(at_ms=at_ms if at_ms < window.resets_ms else None, evidence=evidence)


def _elapsed_ms(window: UsageWindow, now_ms: int) -> int | None:
    """How long the window has run; ``None`` when that is unknown or too short to say anything."""
    if window.resets_ms is None or window.duration_s is None:
        return None
    length_ms = window.duration_s * 1000
    elapsed_ms = now_ms - (window.resets_ms - length_ms)
    is_enough = elapsed_ms >= max(length_ms // 10, _LEAST_WINDOW_MS)
    return elapsed_ms if is_enough and elapsed_ms < length_ms else None


def _rest(period: Period, now_ms: int) -> Period:
    return Period(min(now_ms, period.end_ms), period.end_ms)


def _ahead(rhythm: Rhythm, period: Period) -> int:
    """The use that is expected of a period."""
    return sum(divide(rate * (end - start), HOUR_MS) for start, end, rate in _hours(rhythm, period))


def _rises(history: Sequence[tuple[int, Decimal]], now_ms: int) -> Series:
    """What was used of a window: after a fall, which is a reset, all that is used anew."""
    rises = [
        (moment, _micro(after - before if after >= before else after))
        for (_, before), (moment, after) in pairwise(history)
    ]
    return _series(history[0][0] if history else now_ms, rises, now_ms)


def _micro(percent: Decimal) -> int:
    return int(percent * _PERCENT)


def _series(first_ms: int, changes: Sequence[tuple[int, int]], now_ms: int) -> Series:
    start = first_ms // HOUR_MS * HOUR_MS
    values = [0] * max((now_ms - start) // HOUR_MS + 1, 0)
    for moment, change in changes:
        if start <= moment <= now_ms:
            values[(moment - start) // HOUR_MS] += change
    return Series(start_ms=start, values=tuple(values))


def _hours(rhythm: Rhythm, period: Period) -> list[tuple[int, int, int]]:
    """Each hour or part of one, as (start, end, rate an hour)."""
    if not rhythm.rates or period.end_ms <= period.start_ms:
        return []
    first = period.start_ms // HOUR_MS * HOUR_MS
    cells = cells_of(Period(first, period.end_ms), rhythm.tz)
    return [
        (
            max(first + place * HOUR_MS, period.start_ms),
            min(first + (place + 1) * HOUR_MS, period.end_ms),
            rhythm.rates[cell],
        )
        for place, cell in enumerate(cells)
    ]
