"""Grok Build, xAI's command line: a folder a session, with a log of its turns."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "GROK_HOME", home) or [home / ".grok"])


def _find(home: Path) -> Iterator[LogFile]:
    found = walk(within(home, "sessions"), "updates.jsonl")
    return (file for file in found if Path(file.path).name == "updates.jsonl")


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _grok_turns  # noqa: PLC0415 - no news, no decoder to be imported

    return _grok_turns.read(file, cursor)


AGENT = AgentLog(id="grok", name="Grok Build", homes=_homes, find=_find, read=_read)
