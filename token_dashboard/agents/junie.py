"""Junie, JetBrains' agent for the command line: a folder a session, with a log of its events."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "JUNIE_HOME", home) or [home / ".junie"])


def _find(home: Path) -> Iterator[LogFile]:
    found = walk(within(home, "sessions"), "events.jsonl")
    return (file for file in found if Path(file.path).name == "events.jsonl")


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _junie_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _junie_requests.read(file, cursor)


AGENT = AgentLog(id="junie", name="Junie", homes=_homes, find=_find, read=_read)
