"""MiniMax Code, on the command line and on the desktop: one file of JSON lines a session."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_HISTORY = re.compile(r"messages\.jsonl|g[0-9]+--.+\.jsonl")
"""A session as it is, and as it was before each compaction."""


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = named(environ, "MINIMAX_DATA_DIR", home) or named(environ, "MAVIS_DATA_DIR", home)
    return distinct(folders or [home / ".minimax", data_folder(environ, home) / "minimax"])


def _find(home: Path) -> Iterator[LogFile]:
    sessions = home if home.name == "sessions" else within(home, "v2") / "sessions"
    return (file for file in walk(sessions, ".jsonl") if _HISTORY.fullmatch(Path(file.path).name))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _minimax_messages  # noqa: PLC0415 - no news, no decoder to be imported

    return _minimax_messages.read(file, cursor)


AGENT = AgentLog(id="minimax-code", name="MiniMax Code", homes=_homes, find=_find, read=_read)
