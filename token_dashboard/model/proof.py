"""What proves that nothing was lost: what came in, what became of it, and sums that must agree."""

from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject


@record
class SourceCount:
    """Records held of one way of coming in."""

    source: str
    """``log``, ``hook``, ``manual``, ``import``, ``proxy`` or ``sdk``."""
    records: int


@record
class Pending:
    """What the logs hold that wasn't read yet, or can't be: a line without its end waits for the rest."""

    files: int = 0
    """With something to read, or changed since they were read."""
    bytes: int = 0


@record
class AgentBalance:
    """What became of everything that was seen of one agent."""

    agent: str | None
    """``None``: nobody knows whose. What was deleted before each agent's deletions were counted is here."""
    records: int
    """Every record that was handed over."""
    held: int
    """Those that have a row now, the copies that count nowhere included."""
    replays: int
    """Of ``held``: copies of another thread's request."""
    merged: int
    """Repeats of records that had come before."""
    pruned: int
    """Those whose detail was deleted; their sums are kept."""
    rejected: int
    """Lines that could not be read as what they claim to be."""
    pending: Pending
    sources: tuple[SourceCount, ...]
    """Of ``held``."""

    @property
    def seen(self) -> int:
        return self.records + self.rejected

    @property
    def missing(self) -> int:
        """Records handed over of which nothing is left to show; negative: rows that nobody handed over."""
        return self.records - self.held - self.merged - self.pruned


@record
class Imbalance:
    """Two counts of one thing that should be equal."""

    name: str
    """What was counted, as ``rows of claude-code``."""
    counted: int
    """What was counted now."""
    expected: int
    """What the ledger says of itself elsewhere."""
    places: int = 1
    """In how many places the two differ; the counts are those of the first."""


@record
class Audit:
    """The ledger counted from several sides."""

    as_of_ms: int
    agents: tuple[AgentBalance, ...]
    rejects: tuple[Reject, ...]
    imbalances: tuple[Imbalance, ...]

    @property
    def is_balanced(self) -> bool:
        return not self.imbalances
