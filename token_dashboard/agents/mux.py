"""Mux: one file a workspace, with the sums of what each model used so far."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "MUX_ROOT", home) or [home / ".mux"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "sessions"), "session-usage.json"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _mux_usage  # noqa: PLC0415 - no news, no decoder to be imported

    return _mux_usage.read(file, cursor)


AGENT = AgentLog(id="mux", name="Mux", homes=_homes, find=_find, read=_read)
