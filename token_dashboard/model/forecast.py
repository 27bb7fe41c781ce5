"""How use goes on: what is expected, how well that method did before, and when something is used up."""

from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.period import Period
from token_dashboard.model.record import record


class Method(StrEnum):
    """How a forecast was made."""

    LINEAR = "linear"
    """As in the last seven days on average, day and night."""
    WEEKDAY = "weekday"
    """As at the same hours of the last four weeks."""
    WINDOW = "window"
    """As since the usage window began."""


@record
class Evidence:
    """What a forecast rests on."""

    method: Method | None
    """``None``: there is too little history, and nothing was forecast."""
    observed_days: int
    """Whole days of history."""
    needed_days: int
    """From how many on there is a forecast."""
    tested_days: int = 0
    """On how many past days the method was tried; 0 when the history is too short for that."""
    error_permille: int | None = None
    """How far it was off on those days, as a share of what was used; the better method's figure."""


@record
class Exhaustion:
    """When something that is being used runs out."""

    at_ms: int | None
    """``None``: not before it begins anew, not within a year, or not known (see ``evidence``)."""
    evidence: Evidence


@record
class PeriodEnd:
    """What a period will have cost at its end."""

    period: Period
    spent: Money
    expected: Money | None
    """``None`` when the history is too young."""
    low: Money | None
    high: Money | None
    """Four of five past forecasts of this length were between these; ``None`` until enough were tried."""
    evidence: Evidence
