"""CodeBuddy, Tencent's command line: one file of JSON lines a session, or a subagent of one."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "CODEBUDDY_DIR", home) or [home / ".codebuddy"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "projects"), ".jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _codebuddy_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _codebuddy_requests.read("codebuddy", file, cursor)


AGENT = AgentLog(id="codebuddy", name="CodeBuddy", homes=_homes, find=_find, read=_read)
