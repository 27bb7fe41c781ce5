"""Muse Code, Meta's agent for the command line: one file of JSON lines a session, and one a subagent."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, within
from token_dashboard.agents._walk import walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return (data_folder(environ, home) / "muse",)


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "sessions"), "session.jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _muse_records  # noqa: PLC0415 - no news, no decoder to be imported

    return _muse_records.read(file, cursor)


AGENT = AgentLog(id="muse", name="Muse Code", homes=_homes, find=_find, read=_read)
