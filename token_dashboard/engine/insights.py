"""What a period says beyond its sums, from the ledger and the price book."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from token_dashboard.engine.history import within_calendars
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.insight import CacheSaving, Insights, ModelInsight
from token_dashboard.model.money import Money, divide
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS, Period, start_of
from token_dashboard.model.report import Dimension, ReportRow, Totals
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.savings import Sheets, cache_effect, sizes_of

_Model = tuple[str | None, str | None]
"""Provider and model."""


class InsightReports:
    """Answers what caching was worth, and what sessions and hours of work cost."""

    def __init__(self, ledger: Ledger, book: PriceBook, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._book = book
        self._tz = tz
        self._clock = clock

    async def insights(self, since: date, until: date) -> Insights:
        """Of the local days from one to the other, both included."""
        tz, now_ms, usage = self._tz, self._clock.now_ms(), self._ledger.usage
        period = local_days(since, until, tz)
        await usage.keep_days(tz, now_ms)
        rows = await usage.rows(period, (Dimension.PROVIDER, Dimension.MODEL), tz)
        total = Totals.summed([row.totals for row in rows])
        savings, detailed, unpriced = await self._savings(period)
        sessions = [
            row for row in await usage.rows(period, (Dimension.SESSION,), tz) if row.session is not None
        ]
        active_ms = await self._ledger.timeline.active_quarters(period) * BUCKET_MS
        return Insights(
            as_of_ms=now_ms,
            time_zone=tz.key,
            since=since,
            until=until,
            total=total,
            input_per_output=_ratio(total),
            models=_models(rows, savings),
            cache_saving=_summed(savings.values()),
            unpriced_models=tuple(sorted({model or "?" for _, model in unpriced})),
            requests_without_detail=max(total.requests - detailed, 0),
            sessions=len(sessions),
            cost_per_session=_each(Totals.summed([row.totals for row in sessions]), len(sessions)),
            active_s=active_ms // 1000,
            cost_per_active_hour=_each(total, active_ms, of=HOUR_MS),
        )

    async def _savings(self, period: Period) -> tuple[dict[_Model, CacheSaving], int, set[_Model]]:
        """By model; of how many requests; and the models with requests whose price isn't known."""
        sheets, timeline = Sheets(self._book), self._ledger.timeline
        prices = [sheets.on(*used) for used in await timeline.models_used(period)]
        sizes = {size for sheet in prices if sheet for size in sizes_of(sheet)}
        has_peaks = any(sheet.peak for sheet in prices if sheet)
        saved: defaultdict[_Model, int] = defaultdict(int)
        extra: defaultdict[_Model, int] = defaultdict(int)
        unpriced: set[_Model] = set()
        requests = 0
        for event, count in await timeline.cached_input(period, sizes, MINUTE_MS if has_peaks else DAY_MS):
            requests += count
            model = (event.provider, event.model)
            sheet = sheets.on(*model, event.time_ms)
            if sheet is None:
                unpriced.add(model)
                continue
            effect = cache_effect(sheet, event)
            saved[model] += effect.saved
            extra[model] += effect.extra
        return {model: CacheSaving.of(saved[model], extra[model]) for model in saved}, requests, unpriced


def local_days(since: date, until: date, tz: ZoneInfo) -> Period:
    """From the start of the one day to the end of the other."""
    first, last = within_calendars(since), within_calendars(until)
    return Period(start_of(first, tz), start_of(last + timedelta(days=1), tz))


def _models(rows: Iterable[ReportRow], savings: dict[_Model, CacheSaving]) -> tuple[ModelInsight, ...]:
    models = [
        ModelInsight(
            provider=row.provider,
            model=row.model,
            totals=row.totals,
            input_per_output=_ratio(row.totals),
            cache_saving=savings.get((row.provider, row.model)),
        )
        for row in rows
    ]
    return tuple(sorted(models, key=lambda one: (-one.totals.list_cost_nanos, -one.totals.total_tokens)))


def _summed(savings: Iterable[CacheSaving]) -> CacheSaving | None:
    every = list(savings)
    if not every:
        return None
    return CacheSaving.of(
        sum(one.saved_by_reads.nanos for one in every), sum(one.extra_for_writes.nanos for one in every)
    )


def _ratio(totals: Totals) -> Decimal | None:
    return Decimal(totals.input_tokens) / totals.output_tokens if totals.output_tokens else None


def _each(totals: Totals, count: int, of: int = 1) -> Money | None:
    """The list cost for each of a count."""
    cost = totals.list_cost
    return None if cost is None or count == 0 else Money(divide(cost.nanos * of, count))
