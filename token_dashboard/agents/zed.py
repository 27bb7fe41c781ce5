"""Zed's own agent: one database for all threads."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import application_support, data_folder, local_data
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(
        [
            data_folder(environ, home) / "zed",
            application_support(home) / "Zed",
            local_data(environ, home) / "Zed",
        ]
    )


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "threads" / "threads.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _zed_threads  # noqa: PLC0415 - no news, no decoder to be imported

    return _zed_threads.read(file, cursor)


AGENT = AgentLog(id="zed", name="Zed", homes=_homes, find=_find, read=_read)
