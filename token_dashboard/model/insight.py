"""What a period says beyond its sums: what caching was worth, what a session and an hour of work cost."""

from datetime import date
from decimal import Decimal

from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals


@record
class CacheSaving:
    """What caching changed, US dollars, at the list prices of each request's day."""

    saved_by_reads: Money
    """What the tokens that were read from a cache would have cost more as plain input."""
    extra_for_writes: Money
    """What the tokens that were written to a cache cost more than plain input."""
    net: Money
    """The one less the other; below zero where more was written than reading made good."""

    @classmethod
    def of(cls, saved: Nanos, extra: Nanos) -> "CacheSaving":
        return cls(saved_by_reads=Money(saved), extra_for_writes=Money(extra), net=Money(saved - extra))


@record
class ModelInsight:
    """What one model was used for."""

    provider: str | None
    model: str | None
    totals: Totals
    input_per_output: Decimal | None
    """Tokens sent for each token received; ``None`` when none was received."""
    cache_saving: CacheSaving | None
    """``None`` when the price of none of its requests is known."""
    requests_without_detail: int
    """Those of its requests of which nobody knows what caching saved."""


@record
class Insights:
    """A period of local days, both ends included."""

    as_of_ms: int
    time_zone: str
    since: date
    until: date
    total: Totals
    input_per_output: Decimal | None
    models: tuple[ModelInsight, ...]
    """Costliest first."""
    cache_saving: CacheSaving | None
    unpriced_models: tuple[str, ...]
    """Their cache saving isn't known."""
    requests_without_detail: int
    """Requests whose detail was deleted, so that nobody knows what caching saved on them."""
    sessions: int
    cost_per_session: Money | None
    """Of the sessions that are known; ``None``: there are none, or none with a price."""
    active_s: int
    """How long something was used, in quarters of an hour."""
    cost_per_active_hour: Money | None
