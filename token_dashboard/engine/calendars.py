"""Use as a calendar shows it, from the ledger alone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.analysis import calendar as judging
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import EVERYTHING, Only
from token_dashboard.model.calendar import ActiveDay, Calendar, DayPart, Measure
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import Period, local_date, start_of
from token_dashboard.model.report import Dimension, ReportRow, Totals

_WEEKS = 52


class Calendars:
    """Answers how use is spread over a year."""

    def __init__(self, ledger: Ledger, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._tz = tz
        self._clock = clock

    async def calendar(
        self,
        measure: Measure,
        *,
        year: int | None = None,
        agents: tuple[str, ...] | None = None,
        with_parts: bool = True,
    ) -> Calendar:
        """A calendar year; without one, the 52 weeks before this one, and this one until today.

        Only ``with_parts`` the days tell what they are made of: those are twenty times as many sums.
        """
        now_ms, tz = self._clock.now_ms(), self._tz
        today = local_date(now_ms, tz)
        since = date(year, 1, 1) if year else today - timedelta(weeks=_WEEKS, days=today.weekday())
        until = date(year, 12, 31) if year else today
        period = Period(start_of(since, tz), start_of(until + timedelta(days=1), tz))
        only: Only = {Dimension.AGENT: agents} if agents else EVERYTHING
        usage = self._ledger.usage
        await usage.keep_days(tz, now_ms)
        parts = (Dimension.AGENT, Dimension.MODEL) if with_parts else ()
        rows = await usage.rows(period, (Dimension.DAY, *parts), tz, only)
        days = _days(rows, measure, with_parts=with_parts)
        hours = await self._ledger.timeline.hours_of_day(period, tz, only) if days else {}
        weekdays = _summed((one.day.weekday(), one.totals) for one in days)
        streaks = judging.streaks(one.day for one in days)
        return Calendar(
            as_of_ms=now_ms,
            time_zone=tz.key,
            measure=measure,
            since=since,
            until=until,
            today=today,
            total=Totals.summed([one.totals for one in days]),
            days=days,
            current_streak=judging.current(streaks, today),
            longest_streak=judging.longest(streaks),
            busiest_day=max(days, key=lambda one: (measure.of(one.totals), one.totals.requests, one.day)).day
            if days
            else None,
            weekdays=(by_weekday := tuple(weekdays[place] for place in range(7))),
            hours=(by_hour := tuple(hours.get(place, Totals()) for place in range(24))),
            peak_weekday=judging.peak(by_weekday, measure),
            peak_hour=judging.peak(by_hour, measure),
        )


def _days(rows: Iterable[ReportRow], measure: Measure, *, with_parts: bool) -> tuple[ActiveDay, ...]:
    by_day: defaultdict[date, list[ReportRow]] = defaultdict(list)
    for row in rows:
        if row.day is not None:
            by_day[row.day].append(row)
    totals = {day: Totals.summed([row.totals for row in found]) for day, found in by_day.items()}
    highest = max(map(measure.of, totals.values()), default=0)
    return tuple(
        ActiveDay(
            day=day,
            totals=totals[day],
            intensity=judging.intensity(measure.of(totals[day]), highest),
            parts=tuple(map(_part, found)) if with_parts else (),
        )
        for day, found in sorted(by_day.items())
    )


def _part(row: ReportRow) -> DayPart:
    return DayPart(agent=row.agent, provider=row.provider, model=row.model, totals=row.totals)


def _summed(parts: Iterable[tuple[int, Totals]]) -> defaultdict[int, Totals]:
    by_place: defaultdict[int, list[Totals]] = defaultdict(list)
    for place, totals in parts:
        by_place[place].append(totals)
    return defaultdict(Totals, {place: Totals.summed(found) for place, found in by_place.items()})
