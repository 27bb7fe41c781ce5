"""What the ledger holds, and what the commands that keep it did."""

from collections.abc import Mapping
from datetime import date
from enum import Enum

from token_dashboard.model.record import record


class Phase(Enum):
    """What is being done to a ledger as a whole, which takes as long as it is large."""

    COPYING = "copying"
    CHECKING = "checking"
    REWRITING = "rewriting"
    CLEARING = "clearing"


@record
class StoredAgent:
    """What is stored of one agent."""

    agent: str | None
    """``None``: requests that no agent's log told."""
    requests: int
    first_ms: int
    last_ms: int


@record
class StoredTable:
    """What one table takes."""

    table: str
    size_bytes: int
    """With its indexes."""
    rows: int | None
    """``None``: they aren't counted."""


@record
class Contents:
    """How much of what the ledger holds."""

    path: str | None
    """``None``: it is on a server."""
    size_bytes: int
    free_bytes: int | None
    """Of its size: gaps that will be filled again; ``None``: a server doesn't tell."""
    rows: Mapping[str, int]
    """By table."""
    sessions: int
    requests: int
    requests_without_detail: int
    """Of these: in the totals alone."""
    first_ms: int | None
    last_ms: int | None
    agents: tuple[StoredAgent, ...]
    """The one with the most requests first."""
    tables: tuple[StoredTable, ...]
    """The largest first; empty where it can't be told."""


@record
class BackedUp:
    """A copy of the ledger that was written, and checked."""

    file: str
    size_bytes: int


@record
class Restored:
    """A ledger that holds what a backup held."""

    path: str
    """The ledger's file, or host and database."""
    file: str
    """The backup."""
    requests: int
    kept: str | None
    """Where what it held before is now; ``None`` when there was nothing."""


@record
class Vacuumed:
    """A ledger's file that was written anew; on a server, a ledger whose gaps can be filled again."""

    path: str
    before_bytes: int
    after_bytes: int
    freed_rows: int | None = None
    """On a server: about how many deleted rows left room in it for new ones."""


@record
class Checked:
    """What a look at the whole ledger found."""

    path: str
    faults: tuple[str, ...]
    requests_without_detail: int | None
    """In the totals alone, which could be compared with each other only; ``None``: it can't be told."""
    detail_begins_ms: int | None
    """The moment before which they lie; ``None`` if there are none, or a former version deleted them."""

    @property
    def is_sound(self) -> bool:
        return not self.faults


@record
class Purge:
    """Usage that is named to be deleted."""

    before: date | None
    """All before this local day; ``None``: of any time."""
    agent: str | None
    """``None``: of whichever agent."""
    requests: int
    """That counted."""
    untold: int | None = None
    """Of these, that the team's ledger wasn't told, or not as they are now; ``None``: there is no team."""
