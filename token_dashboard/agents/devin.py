"""Devin on the command line: one database for all sessions."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder
from token_dashboard.agents._walk import regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return (data_folder(environ, home) / "devin",)


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "cli" / "sessions.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _devin_messages  # noqa: PLC0415 - no news, no decoder to be imported

    return _devin_messages.read(file, cursor)


AGENT = AgentLog(id="devin", name="Devin CLI", homes=_homes, find=_find, read=_read)
