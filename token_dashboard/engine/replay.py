"""A period replayed on other models' prices, request by request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from token_dashboard.engine.insights import local_days
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.period import start_of
from token_dashboard.model.usage import UsageEvent
from token_dashboard.model.what_if import Swap, WhatIf
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.names import spellings
from token_dashboard.pricing.savings import Sheets
from token_dashboard.pricing.sheet import RateSheet, list_cost

_UTC = ZoneInfo("UTC")


@dataclass(slots=True)
class _Tally:
    models: set[str] = field(default_factory=set)
    requests: int = 0
    cost: Nanos = 0
    would_cost: Nanos = 0
    unpriced: int = 0


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
        sheets = Sheets(self._book)
        tallies = {source: _Tally() for source in swaps}
        sources: dict[str | None, str | None] = {}
        seen = 0
        async for page in self._ledger.timeline.requests(period):
            for event in page:
                seen += _count(event)
                if event.model not in sources:
                    sources[event.model] = _source(event.model, swaps)
                source = sources[event.model]
                if source is not None:
                    _add(tallies[source], event, _on(sheets, swaps[source], event.time_ms))
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


def _source(model: str | None, swaps: Mapping[str, str]) -> str | None:
    names = set(spellings(model)) if model else set()
    return next((source for source in swaps if source.lower() in names), None)


def _add(tally: _Tally, event: UsageEvent, sheet: RateSheet | None) -> None:
    tally.models.add(event.model or "")
    if sheet is None or event.list_cost_nanos is None:
        tally.unpriced += _count(event)
        return
    tally.requests += _count(event)
    tally.cost += event.list_cost_nanos
    tally.would_cost += list_cost(sheet, event)


def _count(event: UsageEvent) -> int:
    return 1 if event.requests is None else event.requests


def _on(sheets: Sheets, model: str, time_ms: int) -> RateSheet | None:
    vendor, _, name = model.partition("/")
    return sheets.on(None, model, time_ms) or (sheets.on(vendor, name, time_ms) if name else None)


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
