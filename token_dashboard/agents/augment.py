"""Augment's command line, Auggie: one JSON file a session."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import within
from token_dashboard.agents._walk import walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(_environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return (home / ".augment",)


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "sessions"), ".json"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _augment_session  # noqa: PLC0415 - no news, no decoder to be imported

    return _augment_session.read(file, cursor)


AGENT = AgentLog(id="augment", name="Augment", homes=_homes, find=_find, read=_read)
