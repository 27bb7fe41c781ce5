"""Sums of usage, and tables of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, fields
from datetime import date
from enum import StrEnum
from operator import add, attrgetter, sub
from typing import Any

from token_dashboard.model.money import USD, Money, Nanos
from token_dashboard.model.record import Records, column, record


class Dimension(StrEnum):
    """What a report can be grouped by, and kept to."""

    AGENT = "agent"
    PROVIDER = "provider"
    MODEL = "model"
    PROJECT = "project"
    BRANCH = "branch"
    APP = "app"
    SESSION = "session"
    USER = "user"
    SENDER = "sender"
    FEATURE = "feature"
    TEAM = "team"
    TRIGGER = "trigger"
    MACHINE = "machine"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


TIMES = (Dimension.HOUR, Dimension.DAY, Dimension.WEEK, Dimension.MONTH)
"""The dimensions that are times, finest first."""


class Order(StrEnum):
    """What a report's rows are put in order by. Costs, tokens and requests begin with the most."""

    COST = "cost"
    TOKENS = "tokens"
    REQUESTS = "requests"
    NAME = "name"
    """By the dimensions, one after the other."""
    TIME = "time"
    """By the dimensions that are times, oldest first, then by the others; sessions by their last activity."""


class CostBasis(StrEnum):
    """Which figure is meant by what something cost."""

    COMPUTED = "computed"
    """Tokens times list price."""
    LOGGED = "logged"
    """What the logs say was charged, whatever they say: 0 under a subscription."""
    AUTO = "auto"
    """Request by request: what the log says, unless it says nothing, 0 or the impossible; else computed."""


@record
class Totals:
    """Sums over requests. Token classes nest as in ``UsageEvent``; costs are US dollars in nanos."""

    requests: int = 0
    """At the least, if there are ``open_sums``."""
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
    open_sums: int = 0
    """Records that sum up a session of nobody knows how many requests. Each counts as one in ``requests``."""
    likely_requests: int = 0
    """Those with a cost by ``CostBasis.AUTO``."""
    likely_cost_nanos: Nanos = 0
    unknown_cost_tokens: int = 0
    """Tokens of requests without any cost that could be believed."""
    doubtful_requests: int = 0
    """Those whose recorded cost is off by a factor of a thousand or more; see ``UsageEvent``."""

    def __add__(self, other: "Totals") -> "Totals":
        return Totals.of([mine + theirs for mine, theirs in zip(_sums(self), _sums(other), strict=True)])

    def __sub__(self, other: "Totals") -> "Totals":
        return Totals.of([mine - theirs for mine, theirs in zip(_sums(self), _sums(other), strict=True)])

    @classmethod
    def of(cls, values: Iterable[int]) -> "Totals":
        """The totals whose fields have these values, in order; quick, since a report may need thousands."""
        made = cls.__new__(cls)
        for set_value, value in zip(_SETTERS, values, strict=True):
            set_value(made, value)
        return made

    @classmethod
    def summed(cls, totals: Sequence["Totals"]) -> "Totals":
        """Of none, of one or of thousands, quicker than one after the other."""
        return totals[0] if len(totals) == 1 else cls.of(sum(column(totals, name)) for name in _SUMS)

    @property
    def list_cost(self) -> Money | None:
        """Tokens times list price; ``None`` when none of the requests has a price. No requests cost 0."""
        return self.cost(CostBasis.COMPUTED)

    @property
    def recorded_cost(self) -> Money | None:
        """What the logs say was charged; ``None`` when no log said anything."""
        return self.cost(CostBasis.LOGGED)

    def cost(self, basis: CostBasis) -> Money | None:
        """The cost on a basis; ``None`` when nothing is known of it. No requests cost 0."""
        nanos = self.cost_nanos(basis)
        return None if nanos is None else Money(nanos, USD)

    def cost_nanos(self, basis: CostBasis) -> Nanos | None:
        """What ``cost`` is in US dollars."""
        (nanos,) = costs_nanos([self], basis)
        return nanos

    def requests_without_cost(self, basis: CostBasis) -> int:
        """How many requests the cost on a basis leaves out."""
        (requests,) = requests_without_costs([self], basis)
        return requests

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    @property
    def cached_share(self) -> float | None:
        """The share of input that was read from a cache, 0 to 1."""
        (share,) = cached_shares([self])
        return share


_SUMS = tuple(one.name for one in fields(Totals))
_SETTERS = tuple(getattr(Totals, name).__set__ for name in _SUMS)
_sums = attrgetter(*_SUMS)
_COSTS = {
    CostBasis.COMPUTED: ("priced_requests", "list_cost_nanos"),
    CostBasis.LOGGED: ("recorded_requests", "recorded_cost_nanos"),
    CostBasis.AUTO: ("likely_requests", "likely_cost_nanos"),
}
"""The requests that have a cost on a basis, and the cost."""


def costs_nanos(totals: Sequence[Totals], basis: CostBasis) -> list[Nanos | None]:
    """``Totals.cost_nanos`` of each."""
    known, nanos = (column(totals, name) for name in _COSTS[basis])
    if basis is CostBasis.LOGGED:
        return [cost if priced else None for cost, priced in zip(nanos, known, strict=True)]
    every = zip(nanos, known, column(totals, "requests"), strict=True)
    return [cost if priced or not requests else None for cost, priced, requests in every]


def requests_without_costs(totals: Sequence[Totals], basis: CostBasis) -> list[int]:
    """``Totals.requests_without_cost`` of each."""
    known, _ = _COSTS[basis]
    return list(map(sub, column(totals, "requests"), column(totals, known)))


def token_sums(totals: Sequence[Totals]) -> list[int]:
    """``Totals.total_tokens`` of each."""
    return list(map(add, column(totals, "input_tokens"), column(totals, "output_tokens")))


def cached_shares(totals: Sequence[Totals]) -> list[float | None]:
    """``Totals.cached_share`` of each."""
    every = zip(column(totals, "cache_read_input_tokens"), column(totals, "input_tokens"), strict=True)
    return [read / sent if sent else None for read, sent in every]


@record
class Activity:
    """What a session was about, over all of its life and not only the time of the report."""

    first_ms: int | None
    last_ms: int | None
    agents: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


def activity_column(activities: Sequence[Activity | None], name: str) -> Sequence[Any]:
    """A field of each; ``None`` where no activity is known."""
    if isinstance(activities, Records):
        return activities.column(name)
    return [None if one is None else getattr(one, name) for one in activities]


@record
class ReportRow:
    """One group of a report. A dimension that the report isn't grouped by is ``None``."""

    totals: Totals
    agent: str | None = None
    provider: str | None = None
    model: str | None = None
    project: str | None = None
    branch: str | None = None
    app: str | None = None
    session: str | None = None
    user: str | None = None
    sender: str | None = None
    feature: str | None = None
    team: str | None = None
    trigger: str | None = None
    machine: str | None = None
    hour: int | None = None
    """When it began, UTC epoch milliseconds."""
    day: date | None = None
    week: date | None = None
    """Its first day, a Monday unless weeks begin on another day."""
    month: date | None = None
    """Its first day."""
    activity: Activity | None = None
    """Of a session."""
    shown_cost: Money | None = None
    """The cost that was asked for, in the currency that was asked for."""
    parts: tuple["ReportRow", ...] = ()
    """The group by model, where that was asked for."""


@record
class Rest:
    """The groups that a limit leaves out, together."""

    groups: int
    totals: Totals
    shown_cost: Money | None = None


@record
class Report:
    """Usage of a period, grouped. ``since`` and ``until`` are local days, both included."""

    time_zone: str
    since: date | None
    until: date | None
    by: tuple[Dimension, ...]
    rows: Sequence[ReportRow]
    """May be thousands: ``column`` reads a field of all at little cost."""
    total: Totals
    unpriced_models: tuple[str, ...]
    cost_basis: CostBasis = CostBasis.COMPUTED
    """Which of a group's costs is meant by its cost."""
    order: Order = Order.NAME
    """What the rows are in the order of."""
    start_ms: int | None = None
    """Where the period begins; ``None``: with the first request. Hours aren't told by ``since``."""
    end_ms: int | None = None
    rest: Rest | None = None
    """``None``: every group has its row."""
    currency: str | None = None
    """What costs are also shown in, by the rates of their days; ``None``: in their own currency alone."""
    shown_cost: Money | None = None
    """Of ``total``."""
    unmatched: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values that were to be kept to and that nothing has, by dimension."""
