"""What a period would have cost on other models."""

from datetime import date

from token_dashboard.model.money import Money
from token_dashboard.model.record import record


@record
class Swap:
    """Requests to some model, priced as if they had gone to another."""

    source: str
    target: str
    models: tuple[str, ...]
    """The names under which the source stands in the logs."""
    requests: int
    """Those whose price is known on both."""
    cost: Money
    """Their list cost."""
    would_cost: Money
    """The same tokens at the target's list price of each request's day."""
    difference: Money
    """Above zero: the target is dearer."""
    unpriced_requests: int
    """Requests that are left out, since no price is known on one of the two."""


@record
class WhatIf:
    """A period of local days, both ends included, replayed request by request."""

    as_of_ms: int
    time_zone: str
    since: date
    until: date
    swaps: tuple[Swap, ...]
    total: Money
    """The list cost of everything in the period, whatever the model."""
    would_total: Money
    unpriced_models: tuple[str, ...]
    """Models whose price isn't known: what both totals leave out; ``?`` for requests that name none."""
    requests_without_detail: int
    """Requests whose detail was deleted, so that they can't be replayed; they cost what they cost."""
