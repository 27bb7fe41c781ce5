"""Cherry Studio's agents, for which it runs Claude Code: one file of JSON lines a session."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import application_support, config_folder, roaming_data, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_AGENT = "cherry-studio"


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    settings = (config_folder(environ, home), application_support(home), roaming_data(environ, home))
    # Version 2 keeps them elsewhere; what version 1 wrote may still be there.
    inside = (Path("Data", "Agents", ".claude"), Path(".claude"))
    folders = [folder / "CherryStudio" / name for folder in settings for name in inside]
    return distinct([*folders[:2], *(folder for folder in folders[2:] if folder.is_dir())])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "projects"), ".jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _claude_requests  # noqa: PLC0415 - no news, no decoder to be imported

    for scan in _claude_requests.read(file, cursor):
        # The keys stay Claude Code's: who named the folder for `claude-code` before has each request once.
        yield scan._replace(events=[event._replace(agent=_AGENT) for event in scan.events])


AGENT = AgentLog(id=_AGENT, name="Cherry Studio", homes=_homes, find=_find, read=_read)
