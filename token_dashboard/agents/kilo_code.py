"""Kilo Code up to version 5: one folder a task, in the storage of the editor that it extends.

Version 7 keeps its sessions in a database instead.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import extension_folders
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(extension_folders(environ, home, "kilocode.kilo-code"))


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(home / "tasks", "ui_messages.json"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _cline_tasks  # noqa: PLC0415 - no news, no decoder to be imported

    return _cline_tasks.KILO_CODE.read(file, cursor)


AGENT = AgentLog(id="kilo-code", name="Kilo Code", homes=_homes, find=_find, read=_read)
