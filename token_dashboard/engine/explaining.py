"""Opens a figure down to the events under it: where each was read, and what it was priced with."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from token_dashboard.engine.figure import Figure
from token_dashboard.engine.sources import Located, Origin, Sources
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.proof import HeldEvent
from token_dashboard.model.explanation import ExplainedEvent, Explanation, PriceEntry
from token_dashboard.model.money import Money
from token_dashboard.model.report import Totals
from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.sheet import list_cost

_COUNTS = slice(UsageEvent._fields.index("input_tokens"), UsageEvent._fields.index("web_searches") + 1)


async def explain(
    ledger: Ledger, sources: Sources, book: PriceBook, figure: Figure, tz: ZoneInfo, limit: int | None
) -> Explanation:
    """The figure as reports show it, the sums over its single events, and the newest ``limit`` of them."""
    found = await summed(ledger, figure, tz)
    pages = opened(ledger, sources, book, figure, limit)
    return replace(found, events=tuple([one async for page in pages for one in page]))


async def summed(ledger: Ledger, figure: Figure, tz: ZoneInfo) -> Explanation:
    """The same without the single events."""
    only = dict(figure.only)
    total = await ledger.usage.totals(figure.period, only)
    detail = await ledger.proof.figure(figure.period, only)
    pruned = total.requests - detail.requests
    return Explanation(
        time_zone=tz.key,
        start_ms=figure.period.start_ms if figure.period else None,
        end_ms=figure.period.end_ms if figure.period else None,
        only=figure.only,
        total=total,
        detail=detail,
        events=(),
        pruned_requests=pruned,
        adds_up=total == detail or (pruned > 0 and await _may_lack(ledger, total, detail)),
    )


async def opened(
    ledger: Ledger, sources: Sources, book: PriceBook, figure: Figure, limit: int | None
) -> AsyncIterator[Sequence[ExplainedEvent]]:
    """The newest ``limit`` events of a figure, in order of time, page by page.

    A page is held at once, and a file is read again for every page that has events of it.
    """
    async for page in ledger.proof.by_time(figure.period, dict(figure.only), limit):
        yield await _explained(page, sources, book)


async def _may_lack(ledger: Ledger, total: Totals, detail: Totals) -> bool:
    """Whether requests whose detail was deleted can be what the events lack."""
    deleted = sum(one.pruned for one in (await ledger.proof.intake()).values())
    return deleted > 0 and total.input_tokens >= detail.input_tokens


async def _explained(
    shown: Sequence[HeldEvent], sources: Sources, book: PriceBook
) -> Sequence[ExplainedEvent]:
    origins = await sources.origins(shown)
    located: dict[int, list[Located]] = {}
    for (agent, paths), keys in _by_files(shown, origins).items():
        located.update(await sources.places(agent, paths, keys))
    return [
        _one(held.event, located.get(held.event.key, []), origins[held.event.key], book) for held in shown
    ]


def _by_files(
    held: Iterable[HeldEvent], origins: Mapping[int, Origin]
) -> dict[tuple[str | None, tuple[str, ...]], list[int]]:
    """The keys of events, by agent and the files that they are looked for in."""
    keys: dict[tuple[str | None, tuple[str, ...]], list[int]] = defaultdict(list)
    for event, _ in held:
        if paths := origins[event.key].paths:
            keys[event.agent, paths].append(event.key)
    return keys


def _one(event: UsageEvent, located: Sequence[Located], origin: Origin, book: PriceBook) -> ExplainedEvent:
    standing = next((one for one in located if one[0][_COUNTS] == event[_COUNTS]), None)
    standing = standing or (located[-1] if located else None)
    return ExplainedEvent(
        event=event,
        trace=origin.trace(is_found=bool(located)),
        place=standing[1] if standing else None,
        repeats=tuple(one[1] for one in located if one is not standing),
        price=_price(event, [event.time_ms, *([standing[0].time_ms] if standing else [])], book),
    )


def _price(event: UsageEvent, times: Iterable[int], book: PriceBook) -> PriceEntry | None:
    """The price of the moment that gives the stored cost, else of the first one.

    An answer that streams past a change of prices is priced at its earliest record where all were read
    together, else at the one that told the most.
    """
    entries = [_entry(event._replace(time_ms=time_ms), book) for time_ms in times]
    known = [one for one in entries if one is not None]
    return next((one for one in known if one.is_same), known[0] if known else None)


def _entry(event: UsageEvent, book: PriceBook) -> PriceEntry | None:
    day = datetime.fromtimestamp(event.time_ms / 1000, UTC).date()
    sheet = book.lookup(event.provider, event.model, day)
    if sheet is None:
        return None
    rates = sheet.rates_for(event)
    return PriceEntry(
        row=sheet.row,
        source=sheet.source,
        origin=book.origin(event.provider, event.model or ""),
        from_date=sheet.from_date,
        list_price_of=sheet.list_price_of,
        input=Money(rates.input),
        cache_read=Money(rates.cache_read),
        cache_creation=Money(rates.cache_creation),
        cache_creation_1h=Money(rates.cache_creation_1h),
        output=Money(rates.output),
        reasoning=None if rates.reasoning is None else Money(rates.reasoning),
        above_input_tokens=sheet.tier_of(event),
        service_tier=event.service_tier if event.service_tier in sheet.services else None,
        web_search=Money(sheet.web_search) if event.web_searches else None,
        is_same=(sheet.from_date, list_cost(sheet, event)) == (event.price_date, event.list_cost_nanos),
    )
