"""Kilo's command line, which is made from OpenCode: one SQLite database."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, named
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "KILO_DATA_DIR", home) or [data_folder(environ, home) / "kilo"])


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "kilo.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _opencode_messages  # noqa: PLC0415 - no news, no decoder to be imported

    return _opencode_messages.read("kilo", file, cursor)


AGENT = AgentLog(id="kilo", name="Kilo CLI", homes=_homes, find=_find, read=_read)
