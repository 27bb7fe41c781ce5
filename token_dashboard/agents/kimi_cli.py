"""Kimi CLI and its successor Kimi Code: one file of JSON lines a session, or an agent of a session."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = named(environ, "KIMI_DATA_DIR", home) or named(environ, "KIMI_SHARE_DIR", home)
    return distinct(folders or [home / ".kimi", home / ".kimi-code"])


def _find(home: Path) -> Iterator[LogFile]:
    return (file for file in walk(within(home, "sessions"), ".jsonl") if Path(file.path).name == "wire.jsonl")


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _kimi_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _kimi_requests.read(file, cursor)


AGENT = AgentLog(id="kimi-cli", name="Kimi CLI", homes=_homes, find=_find, read=_read)
