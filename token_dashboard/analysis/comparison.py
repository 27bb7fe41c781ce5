"""Compares sums of two periods."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from token_dashboard.model.comparison import Change, NamedChange, Span
from token_dashboard.model.money import Money
from token_dashboard.model.report import Dimension, Totals

Named = tuple[str | None, str | None]
"""A name, and of a model who bills it."""


def change(earlier: Totals, later: Totals) -> Change:
    cost = cost_percent = None
    if earlier.list_cost is not None and later.list_cost is not None:
        cost = Money(later.list_cost.nanos - earlier.list_cost.nanos)
        cost_percent = percent(earlier.list_cost.nanos, later.list_cost.nanos)
    shares = _cached(earlier), _cached(later)
    return Change(
        earlier=earlier,
        later=later,
        cost=cost,
        cost_percent=cost_percent,
        tokens=later.total_tokens - earlier.total_tokens,
        tokens_percent=percent(earlier.total_tokens, later.total_tokens),
        cached_points=None if shares[0] is None or shares[1] is None else shares[1] - shares[0],
    )


def percent(earlier: int, later: int) -> Decimal | None:
    """How much more, in percent of the earlier; ``None`` when that was nothing."""
    return Decimal(100) * (later - earlier) / earlier if earlier else None


def _cached(totals: Totals) -> Decimal | None:
    """Percent of the input that was read from a cache."""
    return (
        Decimal(100) * totals.cache_read_input_tokens / totals.input_tokens if totals.input_tokens else None
    )


def changes(
    dimension: Dimension, earlier: Mapping[Named, Totals], later: Mapping[Named, Totals]
) -> tuple[NamedChange, ...]:
    """Of everything that was used in either period, what changed most first."""
    found = [
        NamedChange(
            dimension=dimension,
            name=named[0],
            provider=named[1],
            change=change(earlier.get(named, Totals()), later.get(named, Totals())),
        )
        for named in {**earlier, **later}
    ]
    return tuple(sorted(found, key=_weight))


def most(found: Iterable[NamedChange], count: int) -> tuple[NamedChange, ...]:
    """Those that changed most, of all that changed at all."""
    changed = [one for one in found if one.change.tokens or (one.change.cost and one.change.cost.nanos)]
    return tuple(sorted(changed, key=_weight)[:count])


def _weight(one: NamedChange) -> tuple[int, int, str, str]:
    cost = one.change.later.list_cost_nanos - one.change.earlier.list_cost_nanos
    return -abs(cost), -abs(one.change.tokens), one.name or "", one.provider or ""


def cut(span: Span, days: int) -> Span:
    """The first days of a span; all of one that has no more."""
    return Span(since=span.since, until=min(span.until, span.since + timedelta(days=days - 1)))


def until_today(span: Span, today: date) -> Span:
    """The part of a span that isn't still to come."""
    return Span(since=span.since, until=max(span.since, min(span.until, today)))
