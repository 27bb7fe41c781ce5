"""Antigravity, Google's agent on the command line and in its editor: one database a conversation."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk, with_wal
from token_dashboard.model.cursor import Cursor, LogFile

_FOLDERS = ("antigravity-cli", "antigravity", "antigravity-ide", "antigravity-backup")


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(
        named(environ, "ANTIGRAVITY_DATA_DIR", home) or [home / ".gemini" / folder for folder in _FOLDERS]
    )


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, walk(within(home, "conversations"), ".db"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _antigravity_requests  # noqa: PLC0415 - no news, no decoder

    return _antigravity_requests.read(file, cursor)


AGENT = AgentLog(id="antigravity", name="Antigravity", homes=_homes, find=_find, read=_read)
