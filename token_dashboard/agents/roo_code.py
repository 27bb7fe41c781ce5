"""Roo Code: one folder a task, in the storage of the editor that it extends."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import extension_folders
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    command_line = home / ".vscode-mock" / "global-storage"
    return distinct([*extension_folders(environ, home, "rooveterinaryinc.roo-cline"), command_line])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(home / "tasks", "ui_messages.json"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _cline_tasks  # noqa: PLC0415 - no news, no decoder to be imported

    return _cline_tasks.ROO_CODE.read(file, cursor)


AGENT = AgentLog(id="roo-code", name="Roo Code", homes=_homes, find=_find, read=_read)
