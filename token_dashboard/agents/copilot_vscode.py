"""GitHub Copilot's chat in VS Code: a database of spans, where its setting asks for one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import extension_folders
from token_dashboard.agents._walk import distinct, regular, with_wal
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(extension_folders(environ, home, "github.copilot-chat"))


def _find(home: Path) -> Iterator[LogFile]:
    return map(with_wal, regular([home / "agent-traces.db"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _copilot_spans  # noqa: PLC0415 - no news, no decoder to be imported

    return _copilot_spans.read(file, cursor)


AGENT = AgentLog(id="copilot-vscode", name="Copilot in VS Code", homes=_homes, find=_find, read=_read)
