"""The database of one of OpenClaw's agents: its transcripts, row by row, and those that it archived."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._json import Typed
from token_dashboard.agents._openclaw_message import AGENT
from token_dashboard.agents._optional_table import present
from token_dashboard.agents._sqlite_file import LARGEST_VALUE_BYTES, Row, ask
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.agents._transcripts import Entry, Session, event_in, is_about_usage
from token_dashboard.agents._zstd import decompressed
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent

_OVERLAP = 200
_ENTRY = Typed(Entry)


class RunRow(msgspec.Struct):
    """A row of ``trajectory_runtime_events``."""

    event_json: str
    run_id: str | None = None


class EntryRow(msgspec.Struct):
    """A row of ``transcript_events``, as text or compressed, and what is known of its session."""

    session_id: str
    event_json: str | None = None
    event_zstd: bytes | None = None
    session_key: str | None = msgspec.field(default=None, name="session_windows.session_key")
    channel: str | None = msgspec.field(default=None, name="session_windows.channel")


class ArchiveRow(msgspec.Struct):
    """A row of ``session_transcript_archives``: a session that was deleted or reset, as lines."""

    session_id: str
    archive_blob: bytes
    encoding: str
    session_key: str | None = None


class Begun(msgspec.Struct):
    """What began a run."""

    trigger: str | None = None


class Started(msgspec.Struct):
    """The first event of a run."""

    type: str | None = None
    data: Begun | None = None


_STARTED = Typed(Started)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in an agent's database; see ``AgentLog.read``."""
    store = Store(file.path)
    return read_tables(file, cursor, tables(file.path, store, store.events, store.archived_events))


def tables(
    path: str,
    store: "Store",
    find: Callable[[EntryRow], Iterable[UsageEvent]],
    find_archived: Callable[[ArchiveRow], Iterable[UsageEvent]],
) -> list[Table]:
    """The tables of an agent's database, runs before the entries that belong to them."""
    runs = Table(
        name="trajectory_runtime_events",
        row=RunRow,
        find=store.note_run,
        overlap=_OVERLAP,
        where="substr(event_json, 1, 300) like '%\"session.started\"%'",
    )
    entries = Table(
        name="transcript_events",
        row=EntryRow,
        find=find,
        overlap=_OVERLAP,
        joined=("session_windows", "session_windows.session_id = transcript_events.session_id"),
    )
    archives = Table(name="session_transcript_archives", row=ArchiveRow, find=find_archived, overlap=1)
    return [*present(path, [runs]), entries, *present(path, [archives])]


def text_of(row: EntryRow) -> str:
    """The JSON of a row."""
    if row.event_json is not None:
        return row.event_json
    return decompressed(row.event_zstd or b"", LARGEST_VALUE_BYTES).decode("utf-8", "replace")


class Store:
    """What rows before say of later ones, in one reading of a database."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._triggers: dict[str, str] = {}
        self._sessions: dict[str, Session] = {}

    def note_run(self, row: RunRow) -> Iterator[UsageEvent]:
        started = _STARTED.decode_if(row.event_json, lambda _: False)
        if started is not None and row.run_id and started.data and started.data.trigger:
            self._triggers[row.run_id] = started.data.trigger
        yield from ()

    def events(self, row: EntryRow) -> Iterator[UsageEvent]:
        entry = _ENTRY.decode_if(text_of(row), is_about_usage)
        if entry is not None:
            session = self._session(row, is_head=entry.type == "session")
            yield from event_in(entry, session, AGENT, self._trigger(entry))

    def archived_events(self, row: ArchiveRow) -> Iterator[UsageEvent]:
        """An archive's lines; one that is broken was a reject when it was a row."""
        text = row.archive_blob
        if row.encoding == "zstd":
            text = decompressed(text, LARGEST_VALUE_BYTES)
        session = Session(id=row.session_id, key=row.session_key)
        for line in text.split(b"\n"):
            try:
                entry = _ENTRY.decode_if(line, is_about_usage) if line.strip() else None
                yield from event_in(entry, session, AGENT, self._trigger(entry)) if entry else ()
            except ValueError:
                continue

    def _trigger(self, entry: Entry) -> str | None:
        message = entry.message
        run = message.run if message and not isinstance(message, str) else None
        return self._triggers.get(run.id or "") if run else None

    def _session(self, row: EntryRow, *, is_head: bool) -> Session:
        session = self._sessions.get(row.session_id)
        if session is None:
            session = Session(id=row.session_id, key=row.session_key, channel=row.channel)
            self._sessions[row.session_id] = session
            if not is_head:
                session.project = self._project(row.session_id)
        return session

    def _project(self, session: str) -> str | None:
        """Where a session works, as its first entry says, which was read long ago."""
        sql = "select event_json from transcript_events where session_id = ? and seq = 0"
        for text in ask(self._path, sql, (session,), _text).rows:
            head = _ENTRY.decode_if(text, is_about_usage) if text else None
            return head.cwd if head is not None and head.type == "session" else None
        return None


def _text(row: Row) -> str:
    return row[0] if isinstance(row[0], str) else ""
