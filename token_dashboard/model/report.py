"""Sums of usage, and tables of them."""

from dataclasses import fields
from datetime import date
from enum import StrEnum

from token_dashboard.model.money import USD, Money, Nanos
from token_dashboard.model.record import record


class Dimension(StrEnum):
    """What a report can be grouped by."""

    AGENT = "agent"
    PROVIDER = "provider"
    MODEL = "model"
    PROJECT = "project"
    APP = "app"
    DAY = "day"


@record
class Totals:
    """Sums over requests. Token classes nest as in ``UsageEvent``; costs are US dollars in nanos."""

    requests: int = 0
    input_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation_input_tokens: int = 0
    cache_creation_1h_input_tokens: int = 0
    output_tokens: int = 0
    reasoning_output_tokens: int = 0
    web_searches: int = 0
    priced_requests: int = 0
    list_cost_nanos: Nanos = 0
    """The list cost of the priced requests alone; show ``list_cost``, which knows when nothing is known."""
    unpriced_tokens: int = 0
    """Tokens of requests whose model has no known price: what is missing in the cost."""
    recorded_requests: int = 0
    recorded_cost_nanos: Nanos = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(**{name: getattr(self, name) + getattr(other, name) for name in _SUMS})

    @property
    def list_cost(self) -> Money | None:
        """Tokens times list price; ``None`` when none of the requests has a price. No requests cost 0."""
        if self.requests and not self.priced_requests:
            return None
        return Money(self.list_cost_nanos, USD)

    @property
    def recorded_cost(self) -> Money | None:
        """What the logs say was charged; ``None`` when no log said anything."""
        return Money(self.recorded_cost_nanos, USD) if self.recorded_requests else None

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def cached_share(self) -> float | None:
        """The share of input that was read from a cache, 0 to 1."""
        return self.cache_read_input_tokens / self.input_tokens if self.input_tokens else None


_SUMS = tuple(one.name for one in fields(Totals))


@record
class ReportRow:
    """One group of a report. A dimension that the report isn't grouped by is ``None``."""

    totals: Totals
    agent: str | None = None
    provider: str | None = None
    model: str | None = None
    project: str | None = None
    app: str | None = None
    day: date | None = None


@record
class Report:
    """Usage of a period, grouped. ``since`` and ``until`` are local days, both included."""

    time_zone: str
    since: date | None
    until: date | None
    by: tuple[Dimension, ...]
    rows: tuple[ReportRow, ...]
    total: Totals
    unpriced_models: tuple[str, ...]
