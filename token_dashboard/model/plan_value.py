"""What a plan is worth: what its use would have cost at list prices, beside what the plan costs."""

from datetime import date
from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals


@record
class PlanMonth:
    """One month of a plan, from its billing day to the day before the next; both ends included."""

    since: date
    until: date
    is_running: bool
    totals: Totals
    worth: Money | None
    """The list cost of what was used; ``None`` when no price is known."""
    ratio: Decimal | None
    """What was got for each unit of money paid."""
    break_even: date | None
    """The day on which it was worth what it costs; ``None``: not yet, or never."""
    projected_worth: Money | None
    """Of the running month at its end, as forecasts expect it; ``None``: the history is too young."""


@record
class PlanValue:
    """One plan, month by month."""

    agent: str | None
    """Whose use it pays for; ``None``: of all agents."""
    paid: Money
    """A month."""
    months: tuple[PlanMonth, ...]
    """Oldest first, the running one last."""


@record
class PlanValues:
    """The plans that were asked about."""

    as_of_ms: int
    time_zone: str
    billing_day: int
    plans: tuple[PlanValue, ...]
    unpriced_models: tuple[str, ...]
    """Their use isn't in what the plans are worth."""
