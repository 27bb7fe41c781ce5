"""jcode: one JSON file a session, and beside it the journal of what came since that was written."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, named
from token_dashboard.agents._walk import AGE, distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    usual = [home / ".jcode", data_folder(environ, home) / "jcode"]
    return distinct(named(environ, "JCODE_HOME", home) or usual)


def _find(home: Path) -> Iterator[LogFile]:
    sessions = home / "sessions"
    return iter(sorted([*walk(sessions, ".json"), *walk(sessions, ".journal.jsonl")], key=AGE))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _jcode_messages  # noqa: PLC0415 - no news, no decoder to be imported

    return _jcode_messages.read(file, cursor)


AGENT = AgentLog(id="jcode", name="jcode", homes=_homes, find=_find, read=_read)
