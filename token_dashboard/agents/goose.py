"""Goose: one database for all sessions, with the sums of each and, in newer versions, every request."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import application_support, data_folder, named, roaming_data
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    roots = named(environ, "GOOSE_PATH_ROOT", home)
    if roots:
        return distinct([root / "data" for root in roots])
    support = application_support(home)
    return distinct(
        [
            data_folder(environ, home) / "goose",
            data_folder(environ, home) / "Block" / "goose",
            support / "Block" / "goose" / "data",
            support / "goose",
            roaming_data(environ, home) / "Block" / "goose" / "data",
        ]
    )


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "sessions" / "sessions.db", home / "sessions.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _goose_sessions  # noqa: PLC0415 - no news, no decoder to be imported

    return _goose_sessions.read(file, cursor)


AGENT = AgentLog(id="goose", name="Goose", homes=_homes, find=_find, read=_read)
