"""One provider account at one moment, as the provider tells it.

A balance, an allowance, a spend, a usage window, a cap and a rate limit are kept as different kinds and are
never converted into each other. What a provider didn't say is ``None`` or absent, never 0.
"""

from datetime import date
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
class Allowance:
    """What is left of something that is not money: credits, points, characters."""

    amount: Decimal
    """May be negative."""
    unit: str
    """In the vendor's words, plural, lower case unless it is a name: ``credits``, ``points``, ``DIEM``."""
    scope: str
    limit: Decimal | None = None
    """How many there were to begin with."""
    resets_ms: int | None = None


SCOPES_WIDEST_FIRST = ("account", "organization", "team", "workspace", "project", "policy", "key")
"""Whose spend a figure may be, as far as it is known which of them contains which."""


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
    """0 to 100, raw: overage may exceed 100. A window whose use isn't told is left out."""
    resets_ms: int | None = None
    duration_s: int | None = None
    model: str | None = None
    """The model it is about; ``None`` for all."""
    used: Decimal | None = None
    limit: Decimal | None = None
    unit: str | None = None
    """What ``used`` and ``limit`` count: ``requests``, ``tokens``, ``credits``."""
    is_reset_inferred: bool = False
    """The vendor doesn't tell ``resets_ms``; it follows from how its windows are known to run."""


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
class RateLimit:
    """How fast one may ask; not a quota that stops a day's work."""

    limit: Decimal
    unit: str
    """``requests``, ``tokens``, ``input tokens``."""
    per_s: int
    model: str | None = None
    """The model or group of models it holds for; ``None`` for all."""


@record
class DailyUsage:
    """The vendor's own count of one UTC day, for one model.

    Tokens as everywhere: input includes what was read from and written to the cache, output includes
    reasoning. A count that the vendor doesn't tell is ``None``.
    """

    day: date
    scope: str
    """Whose use: ``organization``, ``account``, ``key``. Those of two scopes are never added."""
    model: str | None = None
    requests: int | None = None
    input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    is_partial: bool = False
    """The day isn't over, or the vendor hasn't closed its books on it."""


@record
class DailyCost:
    """What the vendor says one UTC day cost, for one line of its bill."""

    day: date
    scope: str
    money: Money
    model: str | None = None
    line: str | None = None
    """The vendor's label of the line: ``gpt-5.5, input_tokens``. It is no model's name."""
    is_partial: bool = False


@record
class LoadedModel:
    """A model that a server on the owner's own machines holds in memory."""

    name: str
    memory_bytes: int | None = None
    gpu_memory_bytes: int | None = None
    unloads_ms: int | None = None


@record
class Load:
    """A figure of a server on the owner's own machines, as it is now."""

    name: str
    """``requests-running``, ``requests-waiting``, ``cache-used``."""
    value: Decimal
    unit: str | None = None
    """``percent``, ``tokens``; ``None`` for a bare count."""
    model: str | None = None


class Note(StrEnum):
    """What a person must know to read the figures rightly. A provider may add keys of its own."""

    NEEDS_BETTER_KEY = "needs-better-key"
    """Another kind of key would show more: the first of the provider's credentials."""
    NO_PLAN = "no-plan"
    """The key is good, and its account has no plan that could be shown."""
    IDLE = "idle"
    """A server on the owner's own machines that holds no model now."""
    UNPOSTED = "unposted-spend"
    """The balance doesn't yet count what was used most recently."""
    DELAYED = "delayed"
    """Figures lag by hours or a day."""
    INCLUDES_VENDORS = "includes-vendors"
    """A gateway: its spend already contains what the vendors behind it charge."""
    UNDOCUMENTED = "undocumented"
    """Some figures come from an endpoint that the vendor doesn't document."""
    NOTHING_MORE = "nothing-more"
    """It knows nothing beyond what other accounts show: it isn't listed beside them."""


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
    """Keys of sentences about what this credential cannot show: ``Note``, or a provider's own."""
    allowances: tuple[Allowance, ...] = ()
    rate_limits: tuple[RateLimit, ...] = ()
    models: tuple[LoadedModel, ...] = ()
    loads: tuple[Load, ...] = ()
    plan: str | None = None
    """The name of the plan, in the vendor's words."""
    is_usable: bool | None = None
    """Whether calls are accepted now; ``None`` when the vendor doesn't say."""
    key_expires_ms: int | None = None
    """When the vendor says that a key it was asked with ends, the earliest of several; ``None``: never, or
    not told."""
    wallet: str | None = None
    """A digest of whose money this is, by ``Access.wallet``. Accounts with one wallet are never added."""
    daily_usage: tuple[DailyUsage, ...] = ()
    daily_costs: tuple[DailyCost, ...] = ()
    """Both are the vendor's books, kept apart from the balance of the moment and from the agents' logs."""
