"""How fast money and tokens go, and when a balance is gone."""

from enum import StrEnum

from token_dashboard.model.alert import Alert
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals


@record
class BurnRate:
    """Use over a stated window.

    The rate divides by ``observed_ms``, the part of the window that the ledger has seen: a ledger that is two
    hours old divides by two hours, not by a day. Idle time within it counts.
    """

    window_ms: int
    observed_ms: int
    totals: Totals
    per_hour: Money | None
    per_day: Money | None
    per_month: Money | None
    """30 days at this rate."""
    tokens_per_hour: int
    tokens_per_day: int


class RunwayBasis(StrEnum):
    """What a runway was worked out from, best first."""

    BALANCE_HISTORY = "balance_history"
    """How the balance itself fell, top-ups taken out."""
    PROVIDER_SPEND = "provider_spend"
    """What the provider says was spent."""
    LIST_COST = "list_cost"
    """List cost of the usage that agents logged for this provider."""


@record
class Runway:
    """When one balance is gone at the present rate."""

    provider: str
    account: str
    scope: str
    balance: Money
    per_day: Money | None
    """``None`` when nothing is known about how fast it goes."""
    basis: RunwayBasis | None
    empty_ms: int | None
    """``None`` when unknown or when nothing is being spent; a moment not after now when it is empty."""


@record
class Burn:
    """The answer to ``/burn``."""

    as_of_ms: int
    time_zone: str
    rate: BurnRate
    hourly_cost_nanos: tuple[Nanos, ...]
    """List cost in each of the last 24 hours, oldest first, US dollars."""
    previous: Totals
    """The 24 hours before the window, for comparison."""
    month: Totals
    month_projection: Money | None
    """This calendar month's list cost at its end, if the month goes on like the days so far."""
    runways: tuple[Runway, ...]
    alerts: tuple[Alert, ...]
    top_agent: str | None
    top_model: str | None
    top_cost: Money | None
    """What the costliest pair of agent and model cost within the window."""
