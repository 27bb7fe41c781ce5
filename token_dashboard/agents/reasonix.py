"""Reasonix: one file of JSON lines a day, with every request."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, roaming_data, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    told = named(environ, "REASONIX_STATE_HOME", home) or named(environ, "REASONIX_HOME", home)
    return distinct(told or [home / ".reasonix", roaming_data(environ, home) / "reasonix"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "stats"), ".jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _reasonix_stats  # noqa: PLC0415 - no news, no decoder to be imported

    return _reasonix_stats.read(file, cursor)


AGENT = AgentLog(id="reasonix", name="Reasonix", homes=_homes, find=_find, read=_read)
