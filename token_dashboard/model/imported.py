"""What bringing in usage that others recorded came to."""

from datetime import date
from typing import NamedTuple

from token_dashboard.model.money import Nanos
from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject


class Overlap(NamedTuple):
    """What was left out of a local day, since the ledger has it already."""

    agent: str
    day: date
    tokens: int
    """That were left out."""


@record
class Imported:
    """What an import did."""

    found: int
    """Rows that say what was used."""
    new: int
    """Requests, or sums of them, that the ledger didn't have."""
    tokens: int
    """Of all that was taken, new or known, each row once."""
    their_cost_nanos: Nanos | None
    list_cost_nanos: Nanos | None
    unpriced_models: tuple[str, ...]
    overlaps: tuple[Overlap, ...]
    rejects: tuple[Reject, ...]
    rejected: int

    @property
    def known(self) -> int:
        """How many the ledger had already."""
        return self.found - self.new - self.left_out

    left_out: int = 0
    """Rows of the days that overlap."""
    withdrawn: int = 0
    """Of those left out, that had come by the same import before and gave way to logs."""


@record
class Undone:
    """What taking an import back did."""

    found: int
    """Rows that say what was used."""
    withdrawn: int
    """Of these, that had come in and are gone."""
    inseparable: int
    """That had come in and stay: their detail was deleted, and their totals have others' in them."""


class PassedOver(NamedTuple):
    """Rows that have no place in the ledger."""

    what: str
    rows: int
    reason: str


@record
class ImportedWindows:
    """What an import of usage windows did."""

    samples: int
    """That are in the history now, new or known."""
    new: int
    """Of these, that it didn't have."""
    left_out: tuple[PassedOver, ...]
    rejects: tuple[Reject, ...]
    """Rows that make no sense."""
