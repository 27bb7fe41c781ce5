"""Two periods beside each other."""

from datetime import date
from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension, Totals


@record
class Span:
    """A stretch of local days, both included."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@record
class Change:
    """What became of something from one period to the other. Differences are later minus earlier."""

    earlier: Totals
    later: Totals
    cost: Money | None
    """Difference of list costs; ``None`` where one of them isn't known."""
    cost_percent: Decimal | None
    """``None`` also where the earlier cost was nothing."""
    tokens: int
    tokens_percent: Decimal | None
    cached_points: Decimal | None
    """Difference of the shares of input that were read from a cache, in percentage points."""


@record
class NamedChange:
    """The change of one model, agent or project."""

    dimension: Dimension
    name: str | None
    provider: str | None
    """Who bills the model; ``None`` of agents and projects."""
    change: Change


@record
class Comparison:
    """Two periods of the same number of days."""

    as_of_ms: int
    time_zone: str
    earlier: Span
    later: Span
    is_cut: bool
    """One was longer, and is counted for the days of the other."""
    both_until: str | None
    """The time of day at which the last day of both ends, ``14:30``; ``None``: the days are over."""
    total: Change
    models: tuple[NamedChange, ...]
    """Those that changed most first."""
    most: tuple[NamedChange, ...]
    """What changed most among models, agents and projects."""
    unpriced_models: tuple[str, ...]
