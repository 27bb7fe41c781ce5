"""pi, Oh My Pi and Senpi: one file of JSON lines a session."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_NAMES = (".pi", ".omp", ".senpi")


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = named(environ, "PI_AGENT_DIR", home) or [home / ".pi" / "agent"]
    return distinct(folders + [home / name / "agent" for name in _NAMES[1:]])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "sessions"), ".jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _transcripts  # noqa: PLC0415 - no news, no decoder to be imported

    return _transcripts.read("pi", file, cursor)


AGENT = AgentLog(id="pi", name="pi", homes=_homes, find=_find, read=_read)
