"""Use as a calendar shows it: by day, by weekday, by hour of the day."""

from datetime import date
from enum import StrEnum

from token_dashboard.model.record import record
from token_dashboard.model.report import Totals


class Measure(StrEnum):
    """What makes one day busier than another."""

    COST = "cost"
    """List cost, US dollars."""
    TOKENS = "tokens"

    def of(self, totals: Totals) -> int:
        return totals.list_cost_nanos if self is Measure.COST else totals.total_tokens


@record
class DayPart:
    """What one agent used of one model on a day."""

    agent: str | None
    provider: str | None
    model: str | None
    totals: Totals


@record
class ActiveDay:
    """A local day on which something was used."""

    day: date
    totals: Totals
    intensity: int
    """1 to 4: the quarter of the busiest day that it comes to."""
    parts: tuple[DayPart, ...]
    """None, where they weren't asked for."""


@record
class Streak:
    """Days in a row on which something was used, both ends included."""

    since: date
    until: date
    days: int


@record
class Calendar:
    """Use by local day. ``since`` and ``until`` are included."""

    as_of_ms: int
    time_zone: str
    measure: Measure
    since: date
    until: date
    today: date
    total: Totals
    days: tuple[ActiveDay, ...]
    """Without those on which nothing was used."""
    current_streak: Streak | None
    """One that today or yesterday belongs to."""
    longest_streak: Streak | None
    busiest_day: date | None
    weekdays: tuple[Totals, ...]
    """Monday first."""
    hours: tuple[Totals, ...]
    """From midnight on, by the local clock."""
    peak_weekday: int | None
    """A place in ``weekdays``."""
    peak_hour: int | None
    """A place in ``hours``."""
