"""Copilot CLI: a file of events a session, a table of requests, and an export of spans where asked for."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named
from token_dashboard.agents._walk import distinct, regular, walk, with_wal
from token_dashboard.model.cursor import Cursor, LogFile

_SESSIONS = "session-state"
_EVENTS = f"{os.sep}events.jsonl"
_STORE = "session-store.db"


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    own = Path(environ.get("COPILOT_HOME") or home / ".copilot")
    return distinct([own, *named(environ, "COPILOT_OTEL_FILE_EXPORTER_PATH", home)])


def _find(home: Path) -> Iterator[LogFile]:
    if home.suffix == ".jsonl":
        return iter(regular([home]))
    names = (_SESSIONS, _STORE, "otel")
    is_own = any((home / name).exists() for name in names) or home.name == ".copilot"
    if not is_own:
        return iter(walk(home, ".jsonl"))
    sessions = [file for file in walk(home / _SESSIONS, ".jsonl") if file.path.endswith(_EVENTS)]
    stores = [with_wal(file) for file in regular([home / _STORE])]
    return iter([*sessions, *stores, *walk(home / "otel", ".jsonl")])


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _copilot_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _copilot_requests.read(file, cursor)


AGENT = AgentLog(id="copilot-cli", name="Copilot CLI", homes=_homes, find=_find, read=_read)
