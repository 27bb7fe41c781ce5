"""One provider account at one moment, as the provider tells it.

A balance, a spend, a usage window, a cap and a rate limit are kept as different kinds and are never
converted into each other. What a provider didn't say is ``None`` or absent, never 0.
"""

from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.record import record


class SpendPeriod(StrEnum):
    """What a figure of spend covers, by the provider's own calendar (mostly UTC)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    LIFETIME = "lifetime"


@record
class Balance:
    """Money that is left. It may be negative."""

    money: Money
    scope: str
    """Whose wallet: ``account``, ``key``, ``workspace``. Balances of two scopes are never added."""


@record
class Spend:
    """Money that the provider says it charged in a period that may still be running."""

    money: Money
    period: SpendPeriod
    scope: str
    is_partial: bool = True
    """The period isn't over yet, or the provider hasn't closed its books."""


@record
class UsageWindow:
    """A quota that refills: five hours, a week, requests a day."""

    name: str
    """Stable id within the account: ``5h``, ``7d``, ``free-requests-day``."""
    used_percent: Decimal
    """0 to 100, raw: overage may exceed 100."""
    resets_ms: int | None = None
    duration_s: int | None = None


@record
class Cap:
    """A limit that the owner set on spending: not a balance."""

    limit: Money
    remaining: Money | None
    scope: str
    period: SpendPeriod | None = None
    """How often the cap starts anew; ``None`` for one that doesn't, or whose rhythm isn't known."""
    resets_ms: int | None = None


@record
class Snapshot:
    """Everything one answer of a provider said about one account."""

    provider: str
    account: str
    """Tells two accounts of one provider apart: a label the provider gives or a digest; never a key."""
    taken_ms: int
    balances: tuple[Balance, ...] = ()
    spends: tuple[Spend, ...] = ()
    windows: tuple[UsageWindow, ...] = ()
    caps: tuple[Cap, ...] = ()
    notes: tuple[str, ...] = ()
    """Keys of sentences about what this credential cannot show, for example ``needs-management-key``."""
