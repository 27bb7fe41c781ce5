"""The answers of a session of MiniMax Code, whose messages are pi's.

A compaction copies the session into another file and writes the session anew without what it summed up; a
session may begin with a copy of another one. Ids may change by that, a message doesn't. So a request is named
by the millisecond in which its answer began, its model and its tokens. What writing the summary used stands
nowhere but in a sum a turn (``runtime-state.sqlite``), which knows no model and is not read. That database is
asked for a session's folder and parent.

Source: MiniMax Code itself, ``local-runtime-v2``: ``canonical-history-jsonl.ts`` and
``canonical-history-provider.ts``.
"""

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import cost_nanos, moment_ms
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.agents._openclaw_message import Message, event_of
from token_dashboard.agents._sqlite_file import Row, ask
from token_dashboard.agents._transcripts import Cost, Spoken, is_about_usage
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import UsageEvent

_AGENT = "minimax-code"
_MARK = "session_"
_DATABASE = Path("sqlite", "runtime-state.sqlite")
_OWNER = """
    select workspace_dir, parent_session_id is not null from local_runtime_sessions where session_id = ?
"""


class Line(msgspec.Struct, gc=False):
    """A message in its envelope."""

    message: Spoken | None = None


class State(msgspec.Struct):
    """Each line says all about itself."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    return is_about_usage({"message": line.get("message")})


class _Place(NamedTuple):
    session: str
    project: str | None
    is_subagent: bool


_LINES = LineScans(Line, State, _is_about_usage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session; see ``AgentLog.read``."""
    path = Path(file.path)
    session = _session(path)
    return _LINES.read(file, cursor, partial(_requests, _Place(session, *_owner(path, session))))


def _owner(path: Path, session: str) -> tuple[str | None, bool]:
    """The folder that a session works in, and whether another one began it, where that can be known."""
    root = next((folder.parent for folder in path.parents if folder.name == "sessions"), path.parent)
    database = root / _DATABASE
    try:
        rows = ask(str(database), _OWNER, (session,), _row).rows if database.is_file() else []
    except (AgentLogError, OSError, ValueError):
        return None, False
    return rows[0] if rows else (None, False)


def _row(row: Row) -> tuple[str | None, bool]:
    return row[0] if isinstance(row[0], str) else None, bool(row[1])


def _session(path: Path) -> str:
    """The session's id, which its folder names in Base64: ``12-00-00-000-session_bXZzXzE``."""
    folder = next((part for part in reversed(path.parts[:-1]) if _MARK in part), path.parent.name)
    coded = folder.partition(_MARK)[2]
    try:
        name = urlsafe_b64decode(coded.replace("+", "-").replace("/", "_") + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return folder
    return name if name.isprintable() and name else folder


def _requests(place: _Place, _state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    message = line.message
    if message is None or message.role != "assistant" or message.usage is None:
        return
    usage = message.usage
    if message.timestamp is None:
        raise ValueError("an answer without a timestamp")
    figures = (usage.input or 0, usage.output or 0, usage.cache_read or 0, usage.cache_write or 0)
    event = event_of(
        Message(
            id=" ".join((message.model or "", *map(str, figures))),
            response=None,
            time_ms=moment_ms(message.timestamp),
            provider=message.provider,
            model=message.model,
            input=figures[0],
            output=figures[1],
            cache_read=figures[2],
            cache_write=figures[3],
            cost_nanos=cost_nanos((usage.cost or Cost()).total),
            session=place.session,
            project=place.project,
            cache_write_1h=usage.cache_write_1h or 0,
            reasoning=usage.reasoning or 0,
        ),
        agent=_AGENT,
    )
    if event is not None:
        yield event._replace(is_sidechain=True) if place.is_subagent else event
