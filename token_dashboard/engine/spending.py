"""What was spent hour by hour within a scope, as forecasts are made of it."""

from dataclasses import fields

from token_dashboard.analysis.forecast import HISTORY_MS
from token_dashboard.ledger import Ledger
from token_dashboard.model.budget import Scope
from token_dashboard.model.period import HOUR_MS, Period
from token_dashboard.model.report import Dimension
from token_dashboard.model.series import Series


async def hourly_spend(ledger: Ledger, scope: Scope, now_ms: int) -> Series:
    """List cost in nanos of a US dollar, of the hours since anything was logged at all.

    Hours before nobody watched; an hour in which the scope used nothing is 0. Requests without a price
    aren't in it.
    """
    hour = now_ms // HOUR_MS * HOUR_MS
    watched_ms = (await ledger.usage.span())[0]
    start = hour if watched_ms is None else max(watched_ms // HOUR_MS * HOUR_MS, hour - HISTORY_MS)
    only = {
        Dimension(one.name): value for one in fields(scope) if (value := getattr(scope, one.name)) is not None
    }
    start = min(start, hour)
    return Series(start_ms=start, values=await ledger.usage.hourly_costs(Period(start, hour + HOUR_MS), only))
