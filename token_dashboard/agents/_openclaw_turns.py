"""What became of each paid answer in OpenClaw's transcripts: shown, left on a branch, silent, failed."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from token_dashboard.agents._json import Typed
from token_dashboard.agents._jsonl import JsonLines
from token_dashboard.agents._openclaw_branches import Node, Said, Tree
from token_dashboard.agents._openclaw_message import AGENT
from token_dashboard.agents._openclaw_store import ArchiveRow, EntryRow, Store, tables, text_of
from token_dashboard.agents._sqlite_tables import read_tables
from token_dashboard.agents._transcripts import Session, event_in, is_about_usage
from token_dashboard.model.cursor import LogFile
from token_dashboard.model.usage import UsageEvent

_LINES = JsonLines(Node, is_about_usage)
_NODE = Typed(Node)
_PUT_AWAY = (".jsonl.deleted.", ".jsonl.reset.")
_FAILED = frozenset({"error", "aborted"})


class Turn(NamedTuple):
    """A paid answer as one file has it."""

    event: UsageEvent
    is_active: bool
    """On the branch that OpenClaw shows."""
    is_put_away: bool
    """Its session was deleted or reset."""
    is_silent: bool
    is_failed: bool
    is_stored: bool
    """In a session of the database: where OpenClaw has a session there and as a file, only this counts."""
    is_counted: bool
    """OpenClaw has it in its own figure, as ``usage.cost`` of 2026.9 does: an answer, not a summary that was
    made on the side; of a session in the database one on the branch that it shows, of a file any, the file
    of a deleted or reset session too. What it keeps of those in the database isn't counted."""


def turns_in(file: LogFile) -> list[Turn]:
    """Every paid answer of a transcript or of an agent's database.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    return _in_database(file) if file.path.endswith(".sqlite") else _in_lines(file)


def _in_lines(file: LogFile) -> list[Turn]:
    session = Session(id=Path(file.path).name.partition(".jsonl")[0])
    branch = _Branches(is_put_away=any(mark in file.path for mark in _PUT_AWAY), is_stored=False)
    for piece in _LINES.pieces(file, None):
        for node in piece.lines:
            try:
                branch.add(node, list(event_in(node, session, AGENT)))
            except ValueError:  # a reject when it was scanned
                branch.add(node, [])
    return list(branch.turns())


def _in_database(file: LogFile) -> list[Turn]:
    store = Store(file.path)
    sessions: dict[str, _Branches] = defaultdict(lambda: _Branches(is_put_away=False, is_stored=True))
    put_away: list[UsageEvent] = []

    def note(row: EntryRow) -> Iterator[UsageEvent]:
        node = _NODE.decode_if(text_of(row), is_about_usage)
        if node is not None:
            sessions[row.session_id].add(node, list(store.events(row)))
        yield from ()

    def note_archived(row: ArchiveRow) -> Iterator[UsageEvent]:
        put_away.extend(store.archived_events(row))
        yield from ()

    for _ in read_tables(file, None, tables(file.path, store, note, note_archived)):
        pass
    return [
        *(turn for one in sessions.values() for turn in one.turns()),
        *(Turn(event, True, True, False, False, False, False) for event in put_away),
    ]


class _Branches:
    """The answers of a session and the tree that they stand in."""

    def __init__(self, *, is_put_away: bool, is_stored: bool) -> None:
        self._tree = Tree()
        self._answers: list[tuple[Node, UsageEvent]] = []
        self._is_put_away = is_put_away
        self._is_stored = is_stored

    def add(self, node: Node, events: list[UsageEvent]) -> None:
        self._tree.add(node)
        self._answers += [(node, event) for event in events]

    def turns(self) -> Iterator[Turn]:
        active = self._tree.active()
        for node, event in self._answers:
            message = node.message if isinstance(node.message, Said) else None
            is_active = active is None or node.id in active
            yield Turn(
                event=event,
                is_active=is_active,
                is_put_away=self._is_put_away,
                is_silent=message is not None and message.is_silent,
                is_failed=message is not None and message.stop_reason in _FAILED,
                is_stored=self._is_stored,
                is_counted=node.type == "message" and (is_active or not self._is_stored),
            )
