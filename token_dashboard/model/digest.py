"""A scheduled summary of a day or a week."""

from enum import StrEnum

from token_dashboard.model.alert import Alert
from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.record import record


class Covers(StrEnum):
    """The whole local days before the digest that it is about."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        return 1 if self is Covers.DAY else 7


@record
class ModelShare:
    """What one model used."""

    model: str | None
    cost: Money | None
    tokens: int


@record
class BalanceLeft:
    """What is left at one account."""

    name: str
    money: Money
    empty_ms: int | None
    is_stale: bool


@record
class Digest:
    """How a stretch of days went, and how things stand after it."""

    covers: Covers
    as_of_ms: int
    time_zone: str
    start_ms: int
    end_ms: int
    cost: Money | None
    """List cost; ``None`` when no request has a known price."""
    tokens: int
    requests: int
    previous_cost: Money | None
    """Of as many days before."""
    daily_nanos: tuple[Nanos, ...]
    """List cost of the last fourteen days, US dollars, oldest first."""
    models: tuple[ModelShare, ...]
    """Costliest first, three at most."""
    unpriced_tokens: int
    month: Money | None
    month_expected: Money | None
    """At the month's end, if it goes on like this; ``None`` when that can't be told yet."""
    balances: tuple[BalanceLeft, ...]
    """Emptiest first, three at most."""
    alerts: tuple[Alert, ...]
    """What holds, and what was over within the last day."""
