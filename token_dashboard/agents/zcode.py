"""ZCode: one database with every request."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(_: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct([home / ".zcode"])


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "cli" / "db" / "db.sqlite"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _zcode_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _zcode_requests.read(file, cursor)


AGENT = AgentLog(id="zcode", name="ZCode", homes=_homes, find=_find, read=_read)
