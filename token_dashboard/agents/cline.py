"""Cline: one folder a task in the storage of its editor, or since version 4.1 one a session of its own."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import extension_folders, named
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    own = named(environ, "CLINE_DATA_DIR", home) or [
        folder / "data" for folder in named(environ, "CLINE_DIR", home) or [home / ".cline"]
    ]
    return distinct([*extension_folders(environ, home, "saoudrizwan.claude-dev"), *own])


def _find(home: Path) -> Iterator[LogFile]:
    yield from walk(home / "tasks", "ui_messages.json")
    yield from walk(home / "sessions", ".messages.json")


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    # No news, no decoder to be imported.
    if file.path.endswith(".messages.json"):
        from token_dashboard.agents import _cline_sessions  # noqa: PLC0415 - see above

        return _cline_sessions.read(file, cursor)
    from token_dashboard.agents import _cline_tasks  # noqa: PLC0415 - see above

    return _cline_tasks.CLINE.read(file, cursor)


AGENT = AgentLog(id="cline", name="Cline", homes=_homes, find=_find, read=_read)
