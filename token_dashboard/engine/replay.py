"""A period replayed on other models' prices, request by request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from token_dashboard.engine.insights import local_days
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.period import Period, start_of
from token_dashboard.model.usage import UsageEvent
from token_dashboard.model.what_if import Swap, WhatIf
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.names import spellings
from token_dashboard.pricing.savings import Sheets
from token_dashboard.pricing.sheet import RateSheet, list_cost
from token_dashboard.pricing.together import lines_of, list_cost_of_all

_UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class _Tally:
    models: set[str] = field(default_factory=set)
    requests: int = 0
    cost: Nanos = 0
    would_cost: Nanos = 0
    unpriced: int = 0

    def add(self, one: UsageEvent, count: int, cost: Nanos | None, would_cost: Nanos | None) -> None:
        """Requests like one, with what they cost and what they would have cost; ``None``: nobody knows."""
        self.models.add(one.model or "")
        if cost is None or would_cost is None:
            self.unpriced += count
            return
        self.requests += count
        self.cost += cost
        self.would_cost += would_cost


class Replay:
    """Answers what would have been."""

    def __init__(self, ledger: Ledger, book: PriceBook, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._book = book
        self._tz = tz
        self._clock = clock

    def is_priced(self, model: str, day: date) -> bool:
        """Whether a model, or ``vendor/model``, has a list price on a day."""
        return _on(Sheets(self._book), model, start_of(day, _UTC)) is not None

    async def what_if(self, swaps: Mapping[str, str], since: date, until: date) -> WhatIf:
        """The days replayed with each source's requests on its target.

        A source names the models whose spellings it is one of: ``claude-opus-4-5`` is also
        ``claude-opus-4-5-20251101``.
        """
        period = local_days(since, until, self._tz)
        tallies = await self._replayed(period, swaps)
        seen = await self._ledger.timeline.kept_requests(period)
        total = await self._ledger.usage.totals(period)
        has_unpriced = total.requests > total.priced_requests
        difference = sum(one.would_cost - one.cost for one in tallies.values())
        return WhatIf(
            as_of_ms=self._clock.now_ms(),
            time_zone=self._tz.key,
            since=since,
            until=until,
            swaps=tuple(_swap(source, swaps[source], tally) for source, tally in tallies.items()),
            total=Money(total.list_cost_nanos),
            would_total=Money(total.list_cost_nanos + difference),
            unpriced_models=await self._ledger.usage.unpriced_models(period) if has_unpriced else (),
            requests_without_detail=max(total.requests - seen, 0),
        )

    async def _replayed(self, period: Period, swaps: Mapping[str, str]) -> dict[str, _Tally]:
        """What became of each source: from sums of requests that are alike, unless each has to be rounded."""
        sheets, timeline = Sheets(self._book), self._ledger.timeline
        used = await timeline.models_used(period)
        sources = {
            model: source for _, model in used if model and (source := _source(model, swaps)) is not None
        }
        targets = {swaps[source] for source in sources.values()}
        moments = {moment for target in targets for moment in _begins(sheets, target, period)}
        prices = [_on(sheets, target, moment) for target in targets for moment in moments]
        lines = lines_of([sheet for sheet in prices if sheet], moments)
        tallies = {source: _Tally() for source in swaps}
        for alike in await timeline.alike(period, sources, lines):
            source = sources[alike.example.model or ""]
            sheet = _on(sheets, swaps[source], alike.example.time_ms)
            would_cost = list_cost_of_all(sheet, alike) if sheet else None
            if sheet is not None and would_cost is None:
                return await self._replayed_one_by_one(period, swaps, sources)
            tallies[source].add(alike.example, alike.requests, alike.list_cost_nanos, would_cost)
        return tallies

    async def _replayed_one_by_one(
        self, period: Period, swaps: Mapping[str, str], sources: Mapping[str, str]
    ) -> dict[str, _Tally]:
        sheets = Sheets(self._book)
        tallies = {source: _Tally() for source in swaps}
        async for page in self._ledger.timeline.requests(period):
            for event in page:
                if (source := sources.get(event.model or "")) is not None:
                    sheet = _on(sheets, swaps[source], event.time_ms)
                    would_cost = list_cost(sheet, event) if sheet else None
                    count = 1 if event.requests is None else event.requests
                    tallies[source].add(event, count, event.list_cost_nanos, would_cost)
        return tallies


def _source(model: str, swaps: Mapping[str, str]) -> str | None:
    names = set(spellings(model))
    return next((source for source in swaps if source.lower() in names), None)


def _on(sheets: Sheets, model: str, time_ms: int) -> RateSheet | None:
    vendor, _, name = model.partition("/")
    return sheets.on(None, model, time_ms) or (sheets.on(vendor, name, time_ms) if name else None)


def _begins(sheets: Sheets, model: str, period: Period) -> set[int]:
    vendor, _, name = model.partition("/")
    return sheets.begins(None, model, period) | sheets.begins(vendor, name, period)


def _swap(source: str, target: str, tally: _Tally) -> Swap:
    return Swap(
        source=source,
        target=target,
        models=tuple(sorted(tally.models)),
        requests=tally.requests,
        cost=Money(tally.cost),
        would_cost=Money(tally.would_cost),
        difference=Money(tally.would_cost - tally.cost),
        unpriced_requests=tally.unpriced,
    )
