"""Holds the ledger against a vendor's own daily report, and says what the gap is made of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from token_dashboard.ledger import Ledger, Owner
from token_dashboard.model.money import USD, Money, Nanos, divide
from token_dashboard.model.period import Period, start_of
from token_dashboard.model.reconciliation import GapKind, GapPart, Reconciliation
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.snapshot import DailyCost, DailyUsage
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.sheet import PER, RateSheet

_UTC = ZoneInfo("UTC")
_WIDEST_FIRST = ("organization", "workspace", "account", "key")


@dataclass(slots=True)
class _Model:
    """One model on one day, from both sides."""

    name: str | None
    cost: Nanos | None = None
    """What the vendor billed for it; ``None`` when it doesn't tell costs by model."""
    usage: list[DailyUsage] = field(default_factory=list)
    ours: Totals = field(default_factory=Totals)

    @property
    def is_unpriced(self) -> bool:
        return self.ours.requests > self.ours.priced_requests


@dataclass(slots=True)
class _Day:
    """One UTC day of the provider, from both sides."""

    models: dict[str, _Model] = field(default_factory=dict)
    billed: Nanos = 0
    pooled: Nanos = 0
    """Of ``billed``: what is told for no model."""
    is_told: bool = False
    """The vendor says what it cost."""
    is_counted: bool = False
    """The vendor says what was used."""
    is_partial: bool = False

    @property
    def ours(self) -> Totals:
        return sum((one.ours for one in self.models.values()), Totals())


async def reconcile(
    ledger: Ledger, book: PriceBook, provider: str, since: date, until: date, tolerance_percent: Decimal
) -> Reconciliation:
    """UTC days from ``since`` through ``until``, which is the day that isn't over yet or an earlier one."""
    days: dict[date, _Day] = defaultdict(_Day)
    others = await _add_bills(ledger, book, provider, since, until, days)
    await _add_events(ledger, book, provider, since, until, days)
    last_told = max((day for day, one in days.items() if one.is_told), default=since)
    parts = [
        part
        for day, one in sorted(days.items())
        for part in _parts(
            one,
            day,
            book,
            provider,
            is_open=one.is_partial or day > last_told or (one.is_counted and not one.is_told),
        )
    ]
    billed = sum(one.billed for one in days.values())
    logged = sum(one.ours.list_cost_nanos for one in days.values())
    return Reconciliation(
        provider=provider,
        since=since,
        until=until,
        billed=Money(billed),
        logged=Money(logged),
        gap=Money(billed - logged),
        parts=_added_up(parts),
        days=sum(one.is_told for one in days.values()),
        tolerance_percent=tolerance_percent,
        others=others,
    )


async def _add_bills(
    ledger: Ledger, book: PriceBook, provider: str, since: date, until: date, days: dict[date, _Day]
) -> tuple[Money, ...]:
    """Put the vendor's side into the days; gives what was billed in other currencies."""
    usage = [one for one in await ledger.facts.usage(since, until) if one[0][0] == provider]
    costs = [one for one in await ledger.facts.costs(since, until) if one[0][0] == provider]
    scopes = _scopes([*usage, *costs])
    others: dict[str, Nanos] = defaultdict(int)
    for owner, used in usage:
        if used.scope == scopes[owner]:
            day = days[used.day]
            day.is_counted, day.is_partial = True, day.is_partial or used.is_partial
            _model(day, book, provider, used.model).usage.append(used)
    for owner, cost in costs:
        if cost.scope != scopes[owner]:
            continue
        if cost.money.currency != USD:
            others[cost.money.currency] += cost.money.nanos
            continue
        day = days[cost.day]
        day.is_told, day.is_partial = True, day.is_partial or cost.is_partial
        day.billed += cost.money.nanos
        model = _billed_model(day, book, provider, cost)
        if model is None:
            day.pooled += cost.money.nanos
        else:
            model.cost = (model.cost or 0) + cost.money.nanos
    return tuple(Money(nanos, currency) for currency, nanos in sorted(others.items()))


def _scopes(told: Sequence[tuple[Owner, DailyUsage | DailyCost]]) -> Mapping[Owner, str]:
    """The widest scope that each account tells of: scopes of one account lie within each other."""
    scopes: dict[Owner, set[str]] = defaultdict(set)
    for owner, one in told:
        scopes[owner].add(one.scope)
    return {
        owner: min(found, key=lambda one: ((*_WIDEST_FIRST, one).index(one), one))
        for owner, found in scopes.items()
    }


def _billed_model(day: _Day, book: PriceBook, provider: str, cost: DailyCost) -> _Model | None:
    """The model that a cost is for: as it says, or as its line begins, if the day's usage names that."""
    if cost.model is not None:
        return _model(day, book, provider, cost.model)
    begun = (cost.line or "").partition(",")[0].strip()
    return day.models.get(_name(book, provider, begun)) if begun else None


async def _add_events(
    ledger: Ledger, book: PriceBook, provider: str, since: date, until: date, days: dict[date, _Day]
) -> None:
    period = Period(start_of(since, _UTC), start_of(until + timedelta(days=1), _UTC))
    rows = await ledger.usage.rows(
        period, (Dimension.DAY, Dimension.MODEL), _UTC, {Dimension.PROVIDER: provider}
    )
    for row in rows:
        if row.day is not None:
            model = _model(days[row.day], book, provider, row.model)
            model.ours = model.ours + row.totals


def _model(day: _Day, book: PriceBook, provider: str, name: str | None) -> _Model:
    return day.models.setdefault(_name(book, provider, name), _Model(name))


def _name(book: PriceBook, provider: str, name: str | None) -> str:
    """One name for a model, however either side spells it: that of the row that prices it."""
    entry = book.entry(provider, name) if name else None
    return f"{entry.vendor}/{entry.row['id']}" if entry is not None else (name or "").lower()


def _parts(day: _Day, when: date, book: PriceBook, provider: str, *, is_open: bool) -> Iterator[GapPart]:
    gap = day.billed - day.ours.list_cost_nanos
    if is_open:
        yield GapPart(kind=GapKind.LATE_DATA, money=Money(gap), day=when)
        return
    if not day.ours.requests:
        yield GapPart(kind=GapKind.MISSING_DAY, money=Money(gap), day=when)
        return
    if not day.is_told:
        yield GapPart(kind=GapKind.NOT_BILLED, money=Money(gap), day=when)
        return
    tells_models = any(one.cost is not None or one.usage for one in day.models.values())
    pool: list[_Model] = []
    rest = day.pooled
    for model in day.models.values():
        sheet = book.lookup(provider, model.name, when)
        if model.cost is not None:
            yield from _of_model(model, sheet)
        elif not model.usage and tells_models and not day.pooled:
            yield _part(GapKind.NOT_BILLED, -model.ours.list_cost_nanos, model)
        else:
            more = _more_tokens(model, sheet)
            if more:
                yield _part(GapKind.OTHER_USE if more > 0 else GapKind.NOT_BILLED, more, model)
            rest -= model.ours.list_cost_nanos + (more or 0)
            pool.append(model)
    yield from _of_pool(rest, pool, when)


def _of_model(model: _Model, sheet: RateSheet | None) -> Iterator[GapPart]:
    """What a model was billed, less what our events of it cost."""
    gap = (model.cost or 0) - model.ours.list_cost_nanos
    if not model.ours.requests:
        yield _part(GapKind.OTHER_USE, gap, model)
    elif model.is_unpriced:
        yield _part(GapKind.UNPRICED_MODEL, gap, model)
    elif (more := _more_tokens(model, sheet)) is None:
        yield _part(GapKind.UNEXPLAINED, gap, model)
    else:
        if more:
            yield _part(GapKind.OTHER_USE if more > 0 else GapKind.NOT_BILLED, more, model)
        yield _part(GapKind.PRICE, gap - more, model)


def _of_pool(rest: Nanos, pool: Sequence[_Model], when: date) -> Iterator[GapPart]:
    """What was billed for no model, less all that the models without a cost of their own account for."""
    if not rest:
        return
    unpriced = [one for one in pool if one.is_unpriced]
    if unpriced and rest > 0:
        names = ", ".join(sorted({one.name or "?" for one in unpriced}))
        yield GapPart(kind=GapKind.UNPRICED_MODEL, money=Money(rest), model=names)
    elif pool and all(one.usage for one in pool):
        yield GapPart(kind=GapKind.PRICE, money=Money(rest), day=when)
    else:
        yield GapPart(kind=GapKind.UNEXPLAINED, money=Money(rest), day=when)


def _more_tokens(model: _Model, sheet: RateSheet | None) -> Nanos | None:
    """What the vendor's tokens cost beyond ours, at list price; ``None`` when that can't be told."""
    if not model.usage or sheet is None:
        return None

    def more(name: str) -> int:
        told: list[int | None] = [getattr(one, name) for one in model.usage]
        known = [count for count in told if count is not None]
        if len(known) < len(told):  # the vendor doesn't tell it: nothing speaks against ours
            return 0
        ours: int = getattr(model.ours, name)
        return sum(known) - ours

    rates = sheet.base.rates
    read, written = more("cache_read_input_tokens"), more("cache_creation_input_tokens")
    plain = more("input_tokens") - read - written
    cost = plain * rates.input + read * rates.cache_read + written * rates.cache_creation
    return divide(cost + more("output_tokens") * rates.output, PER)


def _part(kind: GapKind, nanos: Nanos, model: _Model) -> GapPart:
    return GapPart(kind=kind, money=Money(nanos), model=model.name)


def _added_up(parts: Sequence[GapPart]) -> tuple[GapPart, ...]:
    """One part for each kind, day and model; those that come to nothing are left out."""
    sums: dict[tuple[GapKind, date | None, str | None], Nanos] = defaultdict(int)
    for one in parts:
        sums[one.kind, one.day, one.model] += one.money.nanos
    found = [
        GapPart(kind=kind, money=Money(nanos), day=day, model=model)
        for (kind, day, model), nanos in sums.items()
        if nanos
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.money.nanos)))
