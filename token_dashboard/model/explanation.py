"""A total opened down to its events: where each was read, and what it was priced with."""

from enum import StrEnum

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.usage import UsageEvent


@record
class Place:
    """Where a record stands: bytes of a file, or a row of a database. The bytes end before ``end``."""

    path: str
    start: int = 0
    end: int = 0
    line: int | None = None
    """Counted from 1; ``None`` for a document that is one value, and for a database."""
    table: str | None = None
    row: int | None = None
    """The row's id."""


class Trace(StrEnum):
    """What was found of an event where it came from."""

    FOUND = "found"
    MISSING = "missing"
    """Its files are there, and none holds it any more."""
    GONE = "gone"
    """Its files are no longer there."""
    TOLD = "told"
    """It was never in a file: a host told it as it happened, or somebody entered it."""


@record
class PriceEntry:
    """The price of a request, as the price book has it."""

    row: str
    """``anthropic/claude-opus-4-5``"""
    source: str
    """Who published it."""
    origin: str
    """``override`` (the operator's own), ``fetched``, or ``built-in``."""
    from_date: str
    """ISO date from which it is in force; ``1970-01-01`` where no source says."""
    list_price_of: str | None
    """The vendor whose list price stands in, where the provider has none of its own."""
    input: Money
    """This and the others: for a million tokens."""
    cache_read: Money
    cache_creation: Money
    cache_creation_1h: Money
    output: Money
    reasoning: Money | None
    """``None``: as other output."""
    service_tier: str | None
    """The tier that these rates are of; ``None``: those of everybody."""
    above_input_tokens: int | None
    """The size of a prompt above which these rates hold; ``None``: they hold for any."""
    web_search: Money | None
    """For one search; ``None``: the request made none."""
    is_same: bool
    """It gives the cost that is stored; ``False``: prices have changed since the request came in."""


@record
class ExplainedEvent:
    """One event that counts, and where it is from."""

    event: UsageEvent
    trace: Trace
    place: Place | None
    """The record whose counts stand; ``None`` when none was found."""
    repeats: tuple[Place, ...]
    """Other records of the same request, which merged with it."""
    price: PriceEntry | None
    """``None`` when no price is known."""


@record
class Explanation:
    """A figure and everything under it."""

    time_zone: str
    start_ms: int | None
    """``None``: from the beginning, as far as the ledger reaches."""
    end_ms: int | None
    only: tuple[tuple[Dimension, str], ...]
    total: Totals
    """The figure, as reports show it."""
    detail: Totals
    """The sums over its events, all of them."""
    events: tuple[ExplainedEvent, ...]
    """The newest of them, oldest first."""
    pruned_requests: int
    """Requests of which only the sums are kept."""
    adds_up: bool
    """The events make the figure, or the rest is of requests whose detail was deleted."""


@record
class Mismatch:
    """One stored figure that its source gives otherwise."""

    place: Place | None
    """``None`` when no file holds the request."""
    files: tuple[str, ...]
    """Where it was looked for."""
    time_ms: int
    """Of the stored event."""
    model: str | None
    field: str
    """``record`` when the whole is missing on one side."""
    stored: str
    found: str


@record
class Verification:
    """What a fresh reading of the sources makes of a figure, beside what is stored."""

    events: int
    """How many were compared."""
    equal: int
    gone: int
    """Their sources are no longer there."""
    told: int
    """Never stood in a file."""
    repriced: int
    """The price book says another thing by now; costs that are stored keep the price of their day."""
    first: Mismatch | None
    differing: int

    @property
    def is_equal(self) -> bool:
        return self.first is None
