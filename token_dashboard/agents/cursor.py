"""Cursor, which keeps no log: what its dashboard exports, fetched by tokscale or by hand."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import config_folder
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct([config_folder(environ, home) / "tokscale" / "cursor-cache"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(home, ".csv"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _cursor_export  # noqa: PLC0415 - no news, no decoder to be imported

    return _cursor_export.read(file, cursor)


AGENT = AgentLog(id="cursor", name="Cursor", homes=_homes, find=_find, read=_read)
