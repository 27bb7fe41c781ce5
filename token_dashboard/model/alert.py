"""What the owner is warned of."""

from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.record import record


class AlertKind(StrEnum):
    """What kind of line was crossed."""

    LOW_BALANCE = "low_balance"
    HIGH_SPEND = "high_spend"
    WINDOW_USED = "window_used"


class Severity(StrEnum):
    """How soon it needs a person."""

    WARNING = "warning"
    CRITICAL = "critical"


class AlertState(StrEnum):
    """Where an alert stands: told once when new, once when resolved, silent while ongoing."""

    NEW = "new"
    ONGOING = "ongoing"
    RESOLVED = "resolved"


@record
class Condition:
    """A threshold that a figure stands on the wrong side of now: what judgement says, without a memory."""

    key: str
    """The crossing it stands for: the same key is the same crossing and is told once."""
    kind: AlertKind
    severity: Severity
    subject: str
    """The provider id, or ``*`` for spend over all agents."""
    money: Money | None = None
    """The figure, for kinds that are money."""
    threshold: Money | None = None
    percent: Decimal | None = None
    """The figure, for usage windows."""
    threshold_percent: Decimal | None = None
    window: str | None = None
    per_day: Money | None = None
    """The burn rate that a runway rests on, where one is known."""
    empty_ms: int | None = None
    """When the balance is gone at that rate."""


@record
class Alert:
    """A condition with its history."""

    condition: Condition
    state: AlertState
    since_ms: int
    resolved_ms: int | None = None
