"""Burn rate and runway.

A rate divides by the part of its window that the ledger has observed (at least an hour, so that one request
minutes after the first start isn't extrapolated to a fortune). Idle time inside that part counts, because the
bill does not grow while nobody works either.
"""

from collections.abc import Sequence
from itertools import pairwise

from token_dashboard.model.burn import BurnRate, Runway, RunwayBasis
from token_dashboard.model.money import Money, Nanos, divide
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Balance

MONTH_MS = 30 * DAY_MS
_LEAST_HISTORY_MS = HOUR_MS


def observed_ms(window: Period, first_event_ms: int | None) -> int:
    """How much of a window that ends now the ledger has seen; at least an hour."""
    start = window.start_ms if first_event_ms is None else max(window.start_ms, first_event_ms)
    return min(max(window.end_ms - start, HOUR_MS), max(window.end_ms - window.start_ms, HOUR_MS))


def burn_rate(totals: Totals, window: Period, first_event_ms: int | None) -> BurnRate:
    """The rate of use over a window that ends now. Costs are ``None`` when no request in it has a price."""
    observed = observed_ms(window, first_event_ms)
    cost = totals.list_cost

    def each(span_ms: int) -> Money | None:
        return None if cost is None else Money(divide(cost.nanos * span_ms, observed), cost.currency)

    return BurnRate(
        window_ms=window.end_ms - window.start_ms,
        observed_ms=observed,
        totals=totals,
        per_hour=each(HOUR_MS),
        per_day=each(DAY_MS),
        per_month=each(MONTH_MS),
        tokens_per_hour=divide(totals.total_tokens * HOUR_MS, observed),
        tokens_per_day=divide(totals.total_tokens * DAY_MS, observed),
    )


@record
class Drain:
    """How fast one balance goes, and how that is known."""

    per_day: Money
    basis: RunwayBasis


def drain_of_history(history: Sequence[tuple[int, Nanos]], currency: str, now_ms: int) -> Drain | None:
    """How a balance fell over its history of (moment, nanos), oldest first; rises are top-ups.

    ``None`` when less than an hour was observed.
    """
    if not history or now_ms - history[0][0] < _LEAST_HISTORY_MS:
        return None
    fallen = sum(max(before - after, 0) for (_, before), (_, after) in pairwise(history))
    return Drain(
        per_day=Money(divide(fallen * DAY_MS, now_ms - history[0][0]), currency),
        basis=RunwayBasis.BALANCE_HISTORY,
    )


def drain_of_list_cost(rates: Sequence[BurnRate]) -> Drain | None:
    """The fastest of several rates (a day, a week): a quiet night must not hide a busy week."""
    known = [rate.per_day for rate in rates if rate.per_day is not None and rate.totals.requests]
    if not known:
        return None
    return Drain(per_day=max(known, key=lambda money: money.nanos), basis=RunwayBasis.LIST_COST)


def runway(
    provider: str, account: str, balance: Balance, drains: Sequence[Drain | None], now_ms: int
) -> Runway:
    """When a balance is gone, by the first known drain in its currency; drains come best first.

    A drain of nothing is passed over for a later one that knows of spending, since a balance that
    hasn't moved may only be posted late.
    """
    fitting = [
        drain for drain in drains if drain is not None and drain.per_day.currency == balance.money.currency
    ]
    chosen = next((drain for drain in fitting if drain.per_day.nanos > 0), fitting[0] if fitting else None)
    return Runway(
        provider=provider,
        account=account,
        scope=balance.scope,
        balance=balance.money,
        per_day=chosen.per_day if chosen else None,
        basis=chosen.basis if chosen else None,
        empty_ms=_empty_ms(balance.money.nanos, chosen, now_ms),
    )


def _empty_ms(nanos: Nanos, drain: Drain | None, now_ms: int) -> int | None:
    if nanos <= 0:
        return now_ms
    if drain is None or drain.per_day.nanos <= 0:
        return None
    return now_ms + divide(nanos * DAY_MS, drain.per_day.nanos)
