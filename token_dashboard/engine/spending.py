"""What was spent hour by hour within a scope, as forecasts are made of it."""

from dataclasses import fields

from token_dashboard.analysis.forecast import HISTORY_MS
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.reports import Only
from token_dashboard.model.budget import Scope
from token_dashboard.model.period import HOUR_MS, Period
from token_dashboard.model.report import Dimension
from token_dashboard.model.series import Series


def kept_to(scope: Scope) -> dict[Dimension, str]:
    """What a scope matches, to the letter."""
    given = {Dimension(one.name): getattr(scope, one.name) for one in fields(scope)}
    return {dimension: value for dimension, value in given.items() if value is not None}


async def hourly_spend(ledger: Ledger, only: Only, now_ms: int) -> Series:
    """List cost in nanos of a US dollar, of the hours since anything was logged at all.

    Hours before nobody watched; an hour in which what is kept to used nothing is 0. Requests without a price
    aren't in it.
    """
    hour = now_ms // HOUR_MS * HOUR_MS
    watched_ms = (await ledger.usage.span())[0]
    start = hour if watched_ms is None else max(watched_ms // HOUR_MS * HOUR_MS, hour - HISTORY_MS)
    start = min(start, hour)
    return Series(start_ms=start, values=await ledger.usage.hourly_costs(Period(start, hour + HOUR_MS), only))
