"""How the figures of accounts were: balances, usage windows and spend over time."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.record import record

PERCENT = "percent"


class FigureKind(StrEnum):
    """What a figure is of."""

    BALANCE = "balance"
    WINDOW = "window"
    """How much of a usage window was used."""
    SPEND = "spend"
    """The last figure of a UTC day."""


@record
class Figure:
    """What of which account is meant."""

    provider: str
    account: str
    kind: FigureKind
    name: str
    """A window's name; whose balance; whose spend in which period."""
    unit: str
    """A currency, or ``percent``. A figure has one unit always."""


Amount = Decimal | Money
"""Percent of a window; money of everything else."""


@record
class Reading:
    """A figure as it was from when it was first seen to when it was last confirmed."""

    figure: Figure
    first_ms: int
    last_ms: int
    value: Amount


@record
class DayOfFigure:
    """How a figure was on a local day."""

    day: date
    figure: Figure
    lowest: Amount
    highest: Amount
    last: Amount


@record
class FigureStats:
    """How a figure was over a period. It counts as long as it held, until another was seen."""

    figure: Figure
    readings: int
    lowest: Amount
    mean: Amount
    median: Amount
    p90: Amount
    """A tenth of the time it was above."""
    highest: Amount


@record
class AccountDays:
    """Accounts day by day; both ends included."""

    time_zone: str
    since: date
    until: date
    days: tuple[DayOfFigure, ...]


@record
class AccountStats:
    """Accounts over a period of local days; both ends included."""

    time_zone: str
    since: date
    until: date
    stats: tuple[FigureStats, ...]


@record
class AccountReadings:
    """All that was seen in a period of local days; both ends included."""

    time_zone: str
    since: date
    until: date
    readings: tuple[Reading, ...]
