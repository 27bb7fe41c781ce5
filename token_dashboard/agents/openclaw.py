"""OpenClaw, also under its earlier names: an agent's transcripts as files of JSON lines, or in a database."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named
from token_dashboard.agents._walk import AGE, distinct, regular, walk, with_wal
from token_dashboard.model.cursor import Cursor, LogFile

_NAMES = (".openclaw", ".clawdbot", ".moltbot", ".moldbot")
_TRANSCRIPT = re.compile(r"(?<!\.trajectory)\.jsonl(\.(deleted|reset)\.[^/\\]+?)?(\.zst)?$")
"""A session's file, or one that was archived when the session was deleted or reset, and maybe compressed."""


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = named(environ, "OPENCLAW_STATE_DIR", home) + named(environ, "OPENCLAW_DIR", home)
    profiles = sorted(folder for folder in home.glob(".openclaw-*") if folder.is_dir())
    return distinct(folders or [*(home / name for name in _NAMES), *profiles])


def _find(home: Path) -> Iterator[LogFile]:
    agents = home / "agents"
    databases = [with_wal(file) for file in regular(agents.glob("*/agent/openclaw-agent.sqlite"))]
    transcripts = [
        file
        for sessions in agents.glob("*/sessions")
        for file in walk(sessions, "")
        if _TRANSCRIPT.search(file.path)
    ]
    # A database knows more of a session than the file that it was archived in, and the first reading owns it.
    return iter([*databases, *sorted(transcripts, key=AGE)])


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    # No news, no decoder to be imported.
    if file.path.endswith(".sqlite"):
        from token_dashboard.agents import _openclaw_store  # noqa: PLC0415 - see above

        return _openclaw_store.read(file, cursor)
    from token_dashboard.agents import _transcripts  # noqa: PLC0415 - see above

    return _transcripts.read("openclaw", file, cursor)


AGENT = AgentLog(id="openclaw", name="OpenClaw", homes=_homes, find=_find, read=_read)
