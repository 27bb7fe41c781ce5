"""Hermes Agent: one database for all sessions."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "HERMES_HOME", home) or [home / ".hermes"])


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "state.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _hermes_sessions  # noqa: PLC0415 - no news, no decoder to be imported

    return _hermes_sessions.read(file, cursor)


AGENT = AgentLog(id="hermes", name="Hermes", homes=_homes, find=_find, read=_read)
