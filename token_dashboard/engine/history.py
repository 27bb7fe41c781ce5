"""What was used: reports over any period, from the ledger alone."""

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import EVERYTHING, Only
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import DAY_MS, Period, start_of
from token_dashboard.model.report import CostBasis, Dimension, Report, Totals

_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2199, 12, 31)
"""No log was written outside; calendars of all zones hold within."""


class History:
    """Answers questions about the past."""

    def __init__(self, ledger: Ledger, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._tz = tz
        self._clock = clock

    async def report(
        self,
        by: Sequence[Dimension],
        *,
        since: date | None = None,
        until: date | None = None,
        tz: ZoneInfo | None = None,
        only: Only = EVERYTHING,
        cost_basis: CostBasis = CostBasis.COMPUTED,
    ) -> Report:
        """Usage of the local days ``since`` to ``until``, both included; without them, all of it."""
        tz = tz or self._tz
        await self._ledger.usage.keep_days(self._tz, self._clock.now_ms())
        first_ms, last_ms = await self._ledger.usage.span(only)
        start = start_of(within_calendars(since), tz) if since else (first_ms or 0)
        end = start_of(within_calendars(until) + timedelta(days=1), tz) if until else (last_ms or 0) + DAY_MS
        period = Period(start, end)
        rows = await self._ledger.usage.rows(period, by, tz, only) if start < end else ()
        return Report(
            time_zone=tz.key,
            since=since,
            until=until,
            by=tuple(by),
            rows=rows,
            total=sum((row.totals for row in rows), Totals()),
            unpriced_models=await self._unpriced(period, tz, only) if rows else (),
            cost_basis=cost_basis,
        )

    async def _unpriced(self, period: Period, tz: ZoneInfo, only: Only) -> tuple[str, ...]:
        """Models with requests whose price isn't known; ``?`` for requests that name none."""
        rows = await self._ledger.usage.rows(period, (Dimension.MODEL,), tz, only)
        missing = (row for row in rows if row.totals.requests > row.totals.priced_requests)
        return tuple(sorted({row.model or "?" for row in missing}))


def within_calendars(day: date) -> date:
    """The day, or the nearest one that every zone's calendar knows."""
    return min(max(day, _FIRST_DAY), _LAST_DAY)
