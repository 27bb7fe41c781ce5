"""What was used: reports over any period, from the ledger alone."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.engine.garbage import uncollected
from token_dashboard.engine.report_rows import Rates, matching, ordered, with_parts
from token_dashboard.engine.view import Exchanges, dollars_alone
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import EVERYTHING, Only
from token_dashboard.ledger.top import Top
from token_dashboard.model.clock import Clock
from token_dashboard.model.exchange import Exchange
from token_dashboard.model.period import BUCKET_MS, HOUR_MS, Period, local_date, start_of
from token_dashboard.model.record import column
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order, Report, ReportRow, Rest, Totals
from token_dashboard.model.report_request import ReportRequest
from token_dashboard.model.stretch import Stretch

_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2199, 12, 31)
"""No log was written outside; calendars of all zones hold within."""
_BEGINNING_MS, _END_MS = -(2**60), 2**60
_MOST_VALUES = 20_000
"""What a database takes at once, with room."""


class History:
    """Answers questions about the past."""

    def __init__(
        self, ledger: Ledger, tz: ZoneInfo, clock: Clock, exchanges: Exchanges = dollars_alone
    ) -> None:
        self._ledger = ledger
        self._tz = tz
        self._exchanges = exchanges
        self._clock = clock

    def today(self, tz: ZoneInfo | None = None) -> date:
        """The day it is in a zone, the owner's unless told."""
        return local_date(self._clock.now_ms(), tz or self._tz)

    def exchange(self, currency: str | None) -> Exchange | None:
        """The rates of a currency, or of the one that the owner wants to see beside dollars.

        Raises:
            ConfigError: no rate is known, or the file of rates can't be used.
        """
        return self._exchanges(currency)

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
        return await self.answer(
            ReportRequest(
                by=tuple(by),
                stretch=Stretch(since=since, until=until),
                only={one: (value,) if isinstance(value, str) else value for one, value in only.items()},
                cost_basis=cost_basis,
                order=Order.NAME,
                tz=tz,
            )
        )

    async def answer(self, asked: ReportRequest) -> Report:
        """A report, as it is asked for.

        Raises:
            ValueError: a pattern matches more values than one question can hold, or rows without a time are
                to be in the order of time.
        """
        tz = asked.tz or self._tz
        await self._ledger.usage.keep_days(self._tz, self._clock.now_ms())
        period = _period(asked.stretch, tz, self._clock.now_ms())
        only, unmatched = await self._resolved(asked.only)
        report = Report(
            time_zone=tz.key,
            since=asked.stretch.since,
            until=asked.stretch.until,
            by=asked.by,
            rows=(),
            total=Totals(),
            unpriced_models=(),
            cost_basis=asked.cost_basis,
            order=asked.order_meant,
            start_ms=_unless(period.start_ms, _BEGINNING_MS) if period else None,
            end_ms=_unless(period.end_ms, _END_MS) if period else None,
            currency=asked.exchange.currency if asked.exchange else None,
            unmatched=unmatched,
        )
        if only is None or (period and period.start_ms >= period.end_ms):
            return report
        with uncollected():
            return await self._filled(report, _Sums(self._ledger, period, tz, only, asked.week_start), asked)

    async def _filled(self, report: Report, sums: "_Sums", asked: ReportRequest) -> Report:
        groups, rows, total = await sums.first_rows(asked)
        if asked.has_parts and Dimension.MODEL not in asked.by:
            rows = with_parts(rows, asked, await sums.rows((*asked.by, Dimension.MODEL)))
        rest = None
        if groups > len(rows):
            totals = total - Totals.summed(column(rows, "totals"))
            rest = Rest(groups=groups - len(rows), totals=totals)
        unpriced = await sums.unpriced_models() if total.requests > total.priced_requests else ()
        told = replace(report, total=total, rest=rest, rows=rows, unpriced_models=unpriced)
        if asked.exchange is None:
            return told
        return await Rates(asked, asked.exchange, sums.rows).applied(told)

    async def _resolved(
        self, only: Mapping[Dimension, Sequence[str]]
    ) -> tuple[Only | None, Mapping[str, tuple[str, ...]]]:
        """The values that patterns stand for, or ``None`` if one of the dimensions has no such value."""
        values: dict[Dimension, tuple[str, ...]] = {}
        unmatched: dict[str, tuple[str, ...]] = {}
        for dimension, patterns in only.items():
            known = await self._ledger.usage.values(dimension)
            found, missing = matching(patterns, known, by_start=dimension is Dimension.SESSION)
            if len(found) > _MOST_VALUES:
                raise ValueError(f"{dimension} {patterns[0]!r} matches {len(found):,} values; narrow it")
            values[dimension] = found
            if missing:
                unmatched[dimension.value] = missing
        return (values if all(values.values()) else None), unmatched


class _Sums:
    """One question's part of the ledger."""

    def __init__(
        self, ledger: Ledger, period: Period | None, tz: ZoneInfo, only: Only, week_start: int
    ) -> None:
        self._usage = ledger.usage
        self._period = period
        self._tz = tz
        self._only = only
        self._week_start = week_start

    async def rows(self, by: Sequence[Dimension]) -> Sequence[ReportRow]:
        return await self._usage.rows(self._period, by, self._tz, self._only, week_start=self._week_start)

    async def first_rows(self, asked: ReportRequest) -> tuple[int, Sequence[ReportRow], Totals]:
        """How many groups there are, those that are wanted, and the sum of all.

        Sessions tell what they were about.
        """
        order = asked.order_meant
        top = None
        if _is_placed(order, asked.by):
            top = Top(order, asked.cost_basis, asked.limit, asked.is_reversed)
        groups = await self._usage.table(
            self._period,
            asked.by,
            self._tz,
            self._only,
            week_start=self._week_start,
            with_activity=Dimension.SESSION in asked.by,
            top=top,
        )
        rows = groups.rows if top else ordered(groups.rows, asked)[: asked.limit]
        return groups.groups, rows, groups.total

    async def unpriced_models(self) -> tuple[str, ...]:
        return await self._usage.unpriced_models(self._period, self._only)


def _is_placed(order: Order, by: Sequence[Dimension]) -> bool:
    """Whether the ledger puts the groups in order by itself."""
    times = sum(one in TIMES for one in by)
    return bool(by) and times <= 1 and (order is not Order.TIME or times == 1 or Dimension.SESSION in by)


def within_calendars(day: date) -> date:
    """The day, or the nearest one that every zone's calendar knows."""
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def _period(stretch: Stretch, tz: ZoneInfo, now_ms: int) -> Period | None:
    """Whole local days, or hours up to now; ``None`` is all time."""
    if stretch.hours is not None:
        start_ms = now_ms - stretch.hours * HOUR_MS
        return Period(start_ms // BUCKET_MS * BUCKET_MS, now_ms + 1)
    if stretch.since is None and stretch.until is None:
        return None
    start, end = _BEGINNING_MS, _END_MS
    if stretch.since is not None:
        start = start_of(within_calendars(stretch.since), tz)
    if stretch.until is not None:
        end = start_of(within_calendars(stretch.until) + timedelta(days=1), tz)
    return Period(start, end)


def _unless(time_ms: int, edge_ms: int) -> int | None:
    return None if time_ms == edge_ms else time_ms
