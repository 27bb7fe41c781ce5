"""What an agent's log is, how one is read piece by piece, and how agents are found."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from token_dashboard import discovery
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject

if TYPE_CHECKING:
    from token_dashboard.model.usage import UsageEvent

ENTRY_POINTS = "token_dashboard.agents"


class Scan(NamedTuple):
    """One piece of a file: some events, and the cursor behind them."""

    cursor: Cursor
    events: "list[UsageEvent]"
    """Unpriced; records of one request within the piece are merged."""
    rejects: list[Reject]
    bytes_read: int
    """How far the piece goes; over the pieces of a reading they add up to what was new."""
    is_restart: bool = False
    """The piece begins at the start of the file: what was rejected in it before is void."""
    row: tuple[str, int] | None = None
    """Of a database: the table, and the id of the piece's first row."""


class AgentLog(NamedTuple):
    """One coding agent's log format."""

    id: str
    name: str
    homes: Callable[[Mapping[str, str], Path], tuple[Path, ...]]
    """Default folders, from the environment and the user's home folder; they need not exist."""
    find: Callable[[Path], Iterator[LogFile]]
    """The log files below a home. Nothing is opened; FIFOs, sockets and folders are passed over.

    Paths are real ones, so that a file found through two homes is one file; the oldest comes first.
    """
    read: Callable[[LogFile, Cursor | None], Iterator[Scan]]
    """What is new in a file since a cursor, in pieces of bounded memory; events are unpriced.

    A file that was truncated or replaced is read from its start. Raises ``AgentLogError`` when the
    file cannot be opened or read; bad lines become rejects.
    """


@cache
def discover() -> tuple[AgentLog, ...]:
    """Every agent: the modules beside this one, and packages that name an entry point; by id."""
    found: dict[str, AgentLog] = {
        agent.id: agent for agent in discovery.discover("token_dashboard.agents", "AGENT", ENTRY_POINTS)
    }
    return tuple(found[key] for key in sorted(found))
