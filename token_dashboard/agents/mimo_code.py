"""MiMo Code, which is made from OpenCode: one SQLite database a release channel."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder
from token_dashboard.agents._walk import regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return (data_folder(environ, home) / "mimocode",)


def _find(home: Path) -> Iterator[LogFile]:
    # Source of the places: tokscale, `sessions/micode.rs`.
    return map(with_wal, regular([home / "mimocode.db", *home.glob("mimocode-*.db")]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _opencode_messages  # noqa: PLC0415 - no news, no decoder to be imported

    return _opencode_messages.read("mimo-code", file, cursor)


AGENT = AgentLog(id="mimo-code", name="MiMo Code", homes=_homes, find=_find, read=_read)
