"""How use goes on: what is expected, how well that method did before, and when something is used up."""

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.budget import Scope
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
    early_ms: int | None = None
    """When it does if use is higher by the share that this method was off before (``error_permille``)."""
    late_ms: int | None = None
    """When it does if use is lower by that share; ``None``: not within that time, or nothing was tried."""


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


@record
class BalanceForecast:
    """When a balance is gone."""

    provider: str
    account: str
    name: str
    """What people call the account."""
    scope: str
    """Whose wallet, as in ``Balance``."""
    balance: Money
    taken_ms: int
    """When the balance was told."""
    exhaustion: Exhaustion | None
    """``None``: the figure is stale, and nothing is forecast from it."""


@record
class WindowForecast:
    """When a usage window is full."""

    provider: str
    account: str
    name: str
    """What people call the account."""
    window: str
    used_percent: Decimal
    resets_ms: int | None
    taken_ms: int
    """When that was told."""
    exhaustion: Exhaustion | None
    """As in ``BalanceForecast``."""


@record
class Forecast:
    """When balances and windows are used up, and what this month will have cost."""

    as_of_ms: int
    time_zone: str
    scope: Scope
    """What the month is kept to, each to the letter or, if nothing is called so, as a pattern (``claude-*``).
    Balances and windows belong to a provider: they are told as long as nothing else is asked for."""
    balances: tuple[BalanceForecast, ...]
    windows: tuple[WindowForecast, ...]
    month: PeriodEnd | None
    """At list price; ``None`` when none of the month's requests has a price."""
    unpriced_models: tuple[str, ...]
    """Used this month, and not in these costs."""
    unmatched: Mapping[str, str] = field(default_factory=dict)
    """What of the scope matches nothing in the ledger."""
