"""Codex, on the command line and on the desktop: a file of JSON lines a thread, compressed when it is old."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named
from token_dashboard.agents._walk import AGE, distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_FOLDERS = ("sessions", "archived_sessions")


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "CODEX_HOME", home) or [home / ".codex"])


def _find(home: Path) -> Iterator[LogFile]:
    # A folder without Codex' own ones is one that somebody keeps the output of `codex exec --json` in.
    folders = [folder for name in _FOLDERS if (folder := home / name).is_dir()] or [home]
    files = [file for folder in folders for file in walk(folder, "")]
    plain = {file.path for file in files if file.path.endswith(".jsonl")}
    logs = (
        file
        for file in files
        if file.path in plain
        or (file.path.endswith(".jsonl.zst") and file.path.removesuffix(".zst") not in plain)
    )
    return iter(sorted(logs, key=AGE))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _codex_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _codex_requests.read(file, cursor)


AGENT = AgentLog(id="codex", name="Codex", homes=_homes, find=_find, read=_read)
