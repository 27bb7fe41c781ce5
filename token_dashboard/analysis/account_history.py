"""Figures of accounts by day, and how they were distributed."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from token_dashboard.model.account_history import PERCENT, Amount, DayOfFigure, Figure, FigureStats, Reading
from token_dashboard.model.money import Money
from token_dashboard.model.period import HOUR_MS, Period, local_date

_UNSEEN_MS = HOUR_MS
"""For how long a value is taken to hold after it was last seen: a computer may have slept for days since."""


def by_day(readings: Iterable[Reading], since: date, until: date, tz: ZoneInfo) -> tuple[DayOfFigure, ...]:
    """Each figure on each of the days from one to the other on which it was seen or known to hold."""
    found: list[DayOfFigure] = []
    for figure, group in groupby(readings, key=lambda one: one.figure):
        values: dict[date, list[Amount]] = {}
        for reading in group:
            day = max(local_date(reading.first_ms, tz), since)
            while day <= min(local_date(reading.last_ms, tz), until):
                values.setdefault(day, []).append(reading.value)
                day += timedelta(days=1)
        found += [
            DayOfFigure(
                day=day,
                figure=figure,
                lowest=min(of_day, key=_size),
                highest=max(of_day, key=_size),
                last=of_day[-1],
            )
            for day, of_day in values.items()
        ]
    return tuple(sorted(found, key=lambda one: one.day))


def stats(readings: Iterable[Reading], period: Period) -> tuple[FigureStats, ...]:
    """How each figure was within a period."""
    return tuple(_stats(list(group), period) for _, group in groupby(readings, key=lambda one: one.figure))


def _stats(readings: Sequence[Reading], period: Period) -> FigureStats:
    weighed = _weighed(readings, period)
    whole = sum(weight for _, weight in weighed)
    sizes = [_size(one.value) for one in readings]
    figure = readings[0].figure
    mean = sum((size * weight for size, weight in weighed), Decimal(0)) / whole
    return FigureStats(
        figure=figure,
        readings=len(readings),
        lowest=_amount(min(sizes), figure),
        mean=_amount(mean, figure),
        median=_amount(_quantile(weighed, whole, 50), figure),
        p90=_amount(_quantile(weighed, whole, 90), figure),
        highest=_amount(max(sizes), figure),
    )


def _size(amount: Amount) -> Decimal:
    return Decimal(amount.nanos) if isinstance(amount, Money) else amount


def _amount(size: Decimal, figure: Figure) -> Amount:
    return size if figure.unit == PERCENT else Money(int(size.to_integral_value()), figure.unit)


def _weighed(readings: Sequence[Reading], period: Period) -> list[tuple[Decimal, int]]:
    """Values and for how long each held within the period, lowest first; alike if none held at all."""
    ends = [min(following.first_ms, one.last_ms + _UNSEEN_MS) for one, following in pairwise(readings)]
    ends.append(readings[-1].last_ms)
    weights = [
        max(min(end, period.end_ms) - max(one.first_ms, period.start_ms), 0)
        for one, end in zip(readings, ends, strict=True)
    ]
    if not any(weights):
        weights = [1] * len(weights)
    return sorted(zip((_size(one.value) for one in readings), weights, strict=True))


def _quantile(weighed: Sequence[tuple[Decimal, int]], whole: int, percent: int) -> Decimal:
    """The lowest value that is not exceeded for so many percent of the time."""
    passed = 0
    for value, weight in weighed:
        passed += weight
        if passed * 100 >= whole * percent:
            return value
    return weighed[-1][0]
