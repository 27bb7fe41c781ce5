"""OpenCode: a JSON file each message in old versions, one SQLite database a release channel in newer ones."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import data_folder, named
from token_dashboard.agents._walk import AGE, distinct, regular, walk, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = named(environ, "OPENCODE_DATA_DIR", home)
    return distinct(folders or [data_folder(environ, home) / "opencode"])


def _find(home: Path) -> Iterator[LogFile]:
    databases = [with_wal(file) for file in regular([*home.glob("opencode.db"), *home.glob("opencode-*.db")])]
    messages = walk(home / "storage" / "message", ".json")
    return iter(sorted([*messages, *databases], key=AGE))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _opencode_messages  # noqa: PLC0415 - no news, no decoder to be imported

    return _opencode_messages.read("opencode", file, cursor)


AGENT = AgentLog(id="opencode", name="OpenCode", homes=_homes, find=_find, read=_read)
