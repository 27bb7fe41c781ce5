"""Two periods beside each other, from the ledger alone."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.analysis import comparison as judging
from token_dashboard.engine.insights import local_days
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.comparison import Comparison, Span
from token_dashboard.model.period import BUCKET_MS, Period, local_date
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
        until = datetime.fromtimestamp(now_ms // BUCKET_MS * BUCKET_MS / 1000, tz).time() if runs else None
        periods = [self._periods(one, until) for one in spans]
        total = judging.change(*[await self._total(some) for some in periods])
        named = {
            dimension: judging.changes(dimension, *[await self._by(dimension, some) for some in periods])
            for dimension in _NAMED
        }
        usage = self._ledger.usage
        unpriced = [await usage.unpriced_models(period) for some in periods for period in some]
        return Comparison(
            as_of_ms=now_ms,
            time_zone=tz.key,
            earlier=spans[0],
            later=spans[1],
            is_cut=begun[0].days != begun[1].days,
            both_until=None if until is None else f"{until:%H:%M}",
            total=total,
            models=named[Dimension.MODEL],
            most=judging.most((one for found in named.values() for one in found), _MOST),
            unpriced_models=tuple(sorted({model for models in unpriced for model in models})),
        )

    def _periods(self, span: Span, until: time | None) -> list[Period]:
        """A span; or its days but the last one, of which there are quick sums, and a part of that one."""
        if until is None:
            return [local_days(span.since, span.until, self._tz)]
        last = local_days(span.until, span.until, self._tz)
        days = Period(local_days(span.since, span.until, self._tz).start_ms, last.start_ms)
        end = datetime.combine(span.until, until, self._tz)
        part = Period(last.start_ms, int(end.timestamp() * 1000))
        return [one for one in (days, part) if one.start_ms < one.end_ms]

    async def _total(self, periods: Iterable[Period]) -> Totals:
        return Totals.summed([await self._ledger.usage.totals(period) for period in periods])

    async def _by(self, dimension: Dimension, periods: Iterable[Period]) -> dict[judging.Named, Totals]:
        found: defaultdict[judging.Named, Totals] = defaultdict(Totals)
        for period in periods:
            for row in await self._ledger.usage.rows(period, (dimension,), self._tz):
                found[_named(row, dimension)] += row.totals
        return found


def before(span: Span) -> Span:
    """As many days as a span has, just before it."""
    days = timedelta(days=span.days)
    return Span(since=span.since - days, until=span.until - days)


def _named(row: ReportRow, dimension: Dimension) -> judging.Named:
    name: str | None = getattr(row, dimension.value)
    return name, row.provider if dimension is Dimension.MODEL else None
