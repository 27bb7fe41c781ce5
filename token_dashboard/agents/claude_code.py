"""Claude Code: one file of JSON lines a session, below ``projects`` in its configuration folder."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import (
    application_support,
    config_folder,
    local_data,
    named,
    roaming_data,
)
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_DESKTOP_FOLDERS = ("local-agent-mode-sessions", "claude-code-sessions")


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = named(environ, "CLAUDE_CONFIG_DIR", home)
    if not folders:
        folders = [home / ".claude", config_folder(environ, home) / "claude"]
    # The Windows store gives a program folders of its own.
    packaged = local_data(environ, home).glob("Packages/Claude_*/LocalCache/Roaming")
    application_data = [application_support(home), roaming_data(environ, home), *packaged]
    desktop = [data / "Claude" / name for data in application_data for name in _DESKTOP_FOLDERS]
    desktop += named(environ, "COWORK_CONFIG_DIR", home)
    return distinct(folders + [folder for folder in desktop if folder.is_dir()])


def _find(home: Path) -> Iterator[LogFile]:
    if home.name in _DESKTOP_FOLDERS:
        # Each session has a configuration folder of its own; the audit.jsonl beside it is a partial copy.
        inside = str(Path("/.claude/projects/_"))[:-1]
        return (file for file in walk(home, ".jsonl") if inside in file.path)
    return iter(walk(home if home.name == "projects" else home / "projects", ".jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _claude_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _claude_requests.read(file, cursor)


AGENT = AgentLog(id="claude-code", name="Claude Code", homes=_homes, find=_find, read=_read)
