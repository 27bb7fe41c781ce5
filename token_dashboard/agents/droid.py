"""Droid (Factory): one settings file a session, with the sums of what the session used so far."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "DROID_SESSIONS_DIR", home) or [home / ".factory" / "sessions"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(home, ".settings.json"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _droid_session  # noqa: PLC0415 - no news, no decoder to be imported

    return _droid_session.read(file, cursor)


AGENT = AgentLog(id="droid", name="Droid", homes=_homes, find=_find, read=_read)
