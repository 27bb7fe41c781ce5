"""Gemini CLI: a file a conversation, one JSON document or, in newer versions, JSON lines."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_CHATS = f"{os.sep}chats{os.sep}"


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    own = Path(environ.get("GEMINI_CLI_HOME") or home) / ".gemini"
    return distinct(named(environ, "GEMINI_DATA_DIR", home) or [own])


def _find(home: Path) -> Iterator[LogFile]:
    projects = home / "tmp" if (home / "tmp").is_dir() else home
    files = [file for file in walk(projects, "") if file.path.endswith((".json", ".jsonl"))]
    chats = [file for file in files if _CHATS in file.path]
    # A folder without conversations is one that somebody keeps the output of `gemini -o json` in.
    is_gemini_s = projects != home or home.name in {"tmp", ".gemini"}
    return iter(chats if chats or is_gemini_s else files)


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _gemini_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _gemini_requests.read(file, cursor)


AGENT = AgentLog(id="gemini-cli", name="Gemini CLI", homes=_homes, find=_find, read=_read)
