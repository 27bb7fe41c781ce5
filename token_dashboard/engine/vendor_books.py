"""Sets what vendors' books say of each day beside our own events."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.ledger import Ledger
from token_dashboard.model.money import USD, Money
from token_dashboard.model.period import Period, start_of
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.snapshot import DailyCost, DailyUsage
from token_dashboard.model.vendor_report import (
    Difference,
    VendorDay,
    VendorFigures,
    VendorLine,
    VendorModel,
    VendorReport,
)

_UTC = ZoneInfo("UTC")
_BY = (Dimension.PROVIDER, Dimension.DAY, Dimension.MODEL)
_NOTHING = Difference()

_Logged = Mapping[str | None, Totals]
"""Our events of one provider and day, by model."""


@record
class _Told:
    """What a vendor told of one day of one account and scope."""

    usage: list[DailyUsage]
    costs: list[DailyCost]


async def vendor_report(ledger: Ledger, since: date, until: date, provider: str | None) -> VendorReport:
    """The UTC days from ``since`` through ``until``, of one provider or of all."""
    told: dict[tuple[str, str, str, date], _Told] = defaultdict(lambda: _Told(usage=[], costs=[]))
    for owner, usage in await ledger.facts.usage(since, until):
        told[(*owner, usage.scope, usage.day)].usage.append(usage)
    for owner, cost in await ledger.facts.costs(since, until):
        told[(*owner, cost.scope, cost.day)].costs.append(cost)
    logged = await _logged(ledger, since, until)
    tellers: dict[tuple[str, date], int] = defaultdict(int)
    for name, _, _, day in told:
        tellers[name, day] += 1
    return VendorReport(
        since=since,
        until=until,
        days=tuple(
            _day(whose, told[whose], logged[whose[0], whose[3]], is_alone=tellers[whose[0], whose[3]] == 1)
            for whose in sorted(told)
            if provider in {None, whose[0]}
        ),
    )


async def _logged(ledger: Ledger, since: date, until: date) -> Mapping[tuple[str, date], _Logged]:
    period = Period(start_of(since, _UTC), start_of(until + timedelta(days=1), _UTC))
    found: dict[tuple[str, date], dict[str | None, Totals]] = defaultdict(dict)
    for row in await ledger.usage.rows(period, _BY, _UTC):
        if row.provider is not None and row.day is not None:
            found[row.provider, row.day][row.model] = row.totals
    return found


def _day(whose: tuple[str, str, str, date], told: _Told, logged: _Logged, *, is_alone: bool) -> VendorDay:
    provider, account, scope, day = whose
    vendor = _figures(told.usage, told.costs)
    total = sum(logged.values(), Totals())
    models = {one.model for one in told.usage} | {one.model for one in told.costs if one.model}
    return VendorDay(
        provider=provider,
        account=account,
        scope=scope,
        day=day,
        is_partial=any(one.is_partial for one in told.usage) or any(one.is_partial for one in told.costs),
        vendor=vendor,
        logged=total,
        difference=_difference(vendor, total) if is_alone else _NOTHING,
        models=tuple(
            _model(model, told, logged, is_alone=is_alone)
            for model in sorted(models | logged.keys(), key=lambda one: one or "")
        ),
        lines=tuple(VendorLine(line=line, money=money) for line, money in _by_line(told.costs)),
    )


def _model(model: str | None, told: _Told, logged: _Logged, *, is_alone: bool) -> VendorModel:
    vendor = _figures(
        [one for one in told.usage if one.model == model],
        [one for one in told.costs if one.model == model and (model or not one.line)],
    )
    ours = logged.get(model, Totals())
    return VendorModel(
        model=model,
        vendor=vendor,
        logged=ours,
        difference=_difference(vendor, ours) if is_alone else _NOTHING,
    )


def _figures(usage: Sequence[DailyUsage], costs: Sequence[DailyCost]) -> VendorFigures:
    return VendorFigures(
        requests=_sum(one.requests for one in usage),
        input_tokens=_sum(one.input_tokens for one in usage),
        cache_read_input_tokens=_sum(one.cache_read_input_tokens for one in usage),
        cache_creation_input_tokens=_sum(one.cache_creation_input_tokens for one in usage),
        output_tokens=_sum(one.output_tokens for one in usage),
        reasoning_output_tokens=_sum(one.reasoning_output_tokens for one in usage),
        costs=_by_currency(one.money for one in costs),
    )


def _sum(counts: Iterable[int | None]) -> int | None:
    """``None`` when there is none, or when one isn't known: a part would look like the whole."""
    found = list(counts)
    return None if not found or None in found else sum(one for one in found if one is not None)


def _by_currency(amounts: Iterable[Money]) -> tuple[Money, ...]:
    sums: dict[str, Money] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, Money(0, money.currency)) + money
    return tuple(sums[currency] for currency in sorted(sums))


def _by_line(costs: Sequence[DailyCost]) -> list[tuple[str, Money]]:
    lines: dict[str, list[Money]] = defaultdict(list)
    for one in costs:
        if one.line:
            lines[one.line].append(one.money)
    return [(line, money) for line in sorted(lines) for money in _by_currency(lines[line])]


def _difference(vendor: VendorFigures, logged: Totals) -> Difference:
    cost = None
    if [money.currency for money in vendor.costs] == [USD] and logged.requests == logged.priced_requests:
        cost = Money(vendor.costs[0].nanos - logged.list_cost_nanos)
    return Difference(
        requests=_less(vendor.requests, logged.requests),
        input_tokens=_less(vendor.input_tokens, logged.input_tokens),
        output_tokens=_less(vendor.output_tokens, logged.output_tokens),
        cost=cost,
    )


def _less(told: int | None, ours: int) -> int | None:
    return None if told is None else told - ours
