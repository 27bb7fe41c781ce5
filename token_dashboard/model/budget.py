"""What an owner allows to be spent, and how a budget stands."""

from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.period import Period
from token_dashboard.model.record import record


class BudgetPeriod(StrEnum):
    """How often a budget starts anew, by the local clock; weeks begin on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class UnpricedPolicy(StrEnum):
    """What becomes of a budget when a model is used whose price isn't known. It is named in any case."""

    DENY = "deny"
    """The budget counts as used up."""
    ASK = "ask"
    """Nobody can tell what is left: a person decides."""
    ASSUME_MAX = "assume-max"
    """Its tokens count at the highest known price."""
    IGNORE = "ignore"
    """It counts as nothing."""


@record
class Scope:
    """Whose use a budget counts: what matches all that is given. Nothing given: everything."""

    provider: str | None = None
    model: str | None = None
    agent: str | None = None
    app: str | None = None
    project: str | None = None
    user: str | None = None
    feature: str | None = None
    team: str | None = None
    sender: str | None = None


DEFAULT_STEPS = (Decimal(50), Decimal(80), Decimal(100))


@record
class Budget:
    """An amount for each period."""

    name: str
    period: BudgetPeriod
    amount: Money
    time_zone: str | None = None
    """An IANA name; ``None``: the owner's."""
    scope: Scope = Scope()
    steps: tuple[Decimal, ...] = DEFAULT_STEPS
    """Percentages to be told at, lowest first."""
    unpriced: UnpricedPolicy = UnpricedPolicy.ASK
    is_configured: bool = True
    """It stands in the settings: a command can raise it, but neither change nor remove it."""


@record
class Raise:
    """More money for a while."""

    budget: str
    money: Money
    """On top of the amount; in another currency than that it counts for nothing."""
    from_ms: int
    until_ms: int
    """When it lapses."""


@record
class UnpricedUsage:
    """Use in the period, within the scope, of a model without a known price."""

    model: str
    tokens: int
    at_most: Money | None = None
    """What it costs at the highest known price; ``None`` when no price is known to compare with."""


class Verdict(StrEnum):
    """May more be spent?"""

    GO = "go"
    STOP = "stop"
    UNKNOWN = "unknown"


@record
class BudgetState:
    """How a budget stands now."""

    budget: Budget
    period: Period
    limit: Money
    """The amount with the raises that hold now."""
    raised: Money
    raises: tuple[Raise, ...]
    """Those that hold now."""
    spent: Money | None
    """With what unpriced use counts for; ``None`` when it isn't known or is of another currency."""
    left: Money | None
    """Negative when overspent."""
    used_percent: Decimal | None
    """To a tenth, rounded down, so that 100 means used up; ``None`` when unknown or when the limit is 0."""
    crossed: tuple[Decimal, ...]
    """The steps that were reached, lowest first."""
    unpriced: tuple[UnpricedUsage, ...]
    verdict: Verdict
    crosses_ms: int | None
    """When it is used up, if that is before the period ends; now or earlier when it is."""
    taken_ms: int
    """When the figures were true."""


@record
class Budgets:
    """How all budgets stand: those of the settings, then those that were set by a command."""

    as_of_ms: int
    time_zone: str
    budgets: tuple[BudgetState, ...]
