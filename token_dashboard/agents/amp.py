"""Amp: one JSON file a thread, with a ledger of what was used."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "AMP_DATA_DIR", home) or [data_folder(environ, home) / "amp"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "threads"), ".json"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _amp_threads  # noqa: PLC0415 - no news, no decoder to be imported

    return _amp_threads.read(file, cursor)


AGENT = AgentLog(id="amp", name="Amp", homes=_homes, find=_find, read=_read)
