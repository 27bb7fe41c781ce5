"""Two periods beside each other, from the ledger alone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from token_dashboard.analysis import comparison as judging
from token_dashboard.engine.insights import local_days
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.comparison import Comparison, Span
from token_dashboard.model.period import BUCKET_MS, Period, local_date, start_of
from token_dashboard.model.report import Dimension, ReportRow, Totals

_NAMED = (Dimension.MODEL, Dimension.AGENT, Dimension.PROJECT)
_MOST = 5


class Comparisons:
    """Answers what changed."""

    def __init__(self, ledger: Ledger, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._tz = tz
        self._clock = clock

    async def comparison(self, earlier: Span, later: Span) -> Comparison:
        """Of the longer one, as many days as the other has. A day that still runs ends in both now."""
        now_ms, tz = self._clock.now_ms(), self._tz
        today = local_date(now_ms, tz)
        begun = [judging.until_today(one, today) for one in (earlier, later)]
        days = min(one.days for one in begun)
        spans = [judging.cut(one, days) for one in begun]
        runs = any(one.until == today for one in spans)
        since_midnight_ms = (now_ms - start_of(today, tz)) // BUCKET_MS * BUCKET_MS
        periods = [self._period(one, since_midnight_ms if runs else None) for one in spans]
        total = judging.change(*[await self._ledger.usage.totals(period) for period in periods])
        named = {
            dimension: judging.changes(dimension, *[await self._by(dimension, period) for period in periods])
            for dimension in _NAMED
        }
        unpriced = [await self._ledger.usage.unpriced_models(period) for period in periods]
        hours, minutes = divmod(since_midnight_ms // 60_000, 60)
        return Comparison(
            as_of_ms=now_ms,
            time_zone=tz.key,
            earlier=spans[0],
            later=spans[1],
            is_cut=begun[0].days != begun[1].days,
            both_until=f"{hours:02}:{minutes:02}" if runs else None,
            total=total,
            models=named[Dimension.MODEL],
            most=judging.most((one for found in named.values() for one in found), _MOST),
            unpriced_models=tuple(sorted({*unpriced[0], *unpriced[1]})),
        )

    def _period(self, span: Span, last_day_ms: int | None) -> Period:
        whole = local_days(span.since, span.until, self._tz)
        if last_day_ms is None:
            return whole
        last = local_days(span.until, span.until, self._tz)
        return Period(whole.start_ms, min(last.start_ms + last_day_ms, whole.end_ms))

    async def _by(self, dimension: Dimension, period: Period) -> dict[judging.Named, Totals]:
        rows = await self._ledger.usage.rows(period, (dimension,), self._tz)
        return {_named(row, dimension): row.totals for row in rows}


def before(span: Span) -> Span:
    """As many days as a span has, just before it."""
    days = timedelta(days=span.days)
    return Span(since=span.since - days, until=span.until - days)


def _named(row: ReportRow, dimension: Dimension) -> judging.Named:
    name: str | None = getattr(row, dimension.value)
    return name, row.provider if dimension is Dimension.MODEL else None
