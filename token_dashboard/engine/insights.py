"""What a period says beyond its sums, from the ledger and the price book."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from token_dashboard.engine.history import within_calendars
from token_dashboard.ledger import Ledger
from token_dashboard.model.alike import Lines
from token_dashboard.model.clock import Clock
from token_dashboard.model.insight import CacheSaving, Insights, ModelInsight
from token_dashboard.model.money import Money, divide
from token_dashboard.model.period import BUCKET_MS, HOUR_MS, Period, start_of
from token_dashboard.model.report import Dimension, ReportRow, Totals
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.savings import Sheets, cache_effect
from token_dashboard.pricing.sheet import PER
from token_dashboard.pricing.together import lines_of

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
        sessions, of_sessions = await self._ledger.timeline.sessions(period)
        active_ms = await self._ledger.timeline.active_quarters(period) * BUCKET_MS
        return Insights(
            as_of_ms=now_ms,
            time_zone=tz.key,
            since=since,
            until=until,
            total=total,
            input_per_output=_ratio(total),
            models=_models(rows, savings, detailed),
            cache_saving=_summed(savings.values()),
            unpriced_models=tuple(sorted(unpriced | {row.model or "?" for row in rows if _is_partial(row)})),
            requests_without_detail=max(total.requests - detailed.total(), 0),
            sessions=sessions,
            cost_per_session=_each(of_sessions, sessions),
            active_s=active_ms // 1000,
            cost_per_active_hour=_each(total, active_ms, of=HOUR_MS),
        )

    async def _savings(self, period: Period) -> tuple[dict[_Model, CacheSaving], Counter[_Model], set[str]]:
        """By model; of how many requests; and the models with requests whose price isn't known."""
        sheets, timeline = Sheets(self._book), self._ledger.timeline
        saved: defaultdict[_Model, int] = defaultdict(int)
        extra: defaultdict[_Model, int] = defaultdict(int)
        unpriced: set[str] = set()
        requests: Counter[_Model] = Counter()
        for lines, models in _by_lines(sheets, await timeline.models_used(period), period).items():
            for alike in await timeline.alike(period, models, lines):
                used = (alike.example.provider, alike.example.model)
                requests[used] += alike.requests
                sheet = sheets.on(*used, alike.example.time_ms)
                if sheet is None:
                    unpriced.add(alike.example.model or "?")
                    continue
                effect = cache_effect(sheet, alike)
                saved[used] += effect.saved
                extra[used] += effect.extra
        savings = {used: CacheSaving.of(divide(saved[used], PER), divide(extra[used], PER)) for used in saved}
        return savings, requests, unpriced


def _by_lines(sheets: Sheets, used: Iterable[_Model], period: Period) -> dict[Lines, set[str | None]]:
    """Models by where their rates change: one that has many such lines makes no other's sums finer."""
    providers: defaultdict[str | None, list[str | None]] = defaultdict(list)
    for provider, model in used:
        providers[model].append(provider)
    found: defaultdict[Lines, set[str | None]] = defaultdict(set)
    for model, names in providers.items():
        moments = {moment for name in names for moment in sheets.begins(name, model, period)}
        prices = [sheets.on(name, model, moment) for name in names for moment in moments]
        found[lines_of([sheet for sheet in prices if sheet], moments)].add(model)
    return found


def local_days(since: date, until: date, tz: ZoneInfo) -> Period:
    """From the start of the one day to the end of the other."""
    first, last = within_calendars(since), within_calendars(until)
    return Period(start_of(first, tz), start_of(last + timedelta(days=1), tz))


def _is_partial(row: ReportRow) -> bool:
    return row.totals.requests > row.totals.priced_requests


def _models(
    rows: Iterable[ReportRow], savings: dict[_Model, CacheSaving], detailed: Counter[_Model]
) -> tuple[ModelInsight, ...]:
    models = [
        ModelInsight(
            provider=row.provider,
            model=row.model,
            totals=row.totals,
            input_per_output=_ratio(row.totals),
            cache_saving=savings.get((row.provider, row.model)),
            requests_without_detail=max(row.totals.requests - detailed[row.provider, row.model], 0),
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
