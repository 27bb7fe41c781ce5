"""pi and what was built on it (Oh My Pi, Senpi, Gajae-Code, Kimchi): one file of JSON lines a session."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_HOMES = (
    ("PI_AGENT_DIR", ".pi/agent"),
    (None, ".omp/agent"),  # it heeds pi's own variable, which would then name one folder for both
    ("SENPI_CODING_AGENT_DIR", ".senpi/agent"),
    ("GJC_CODING_AGENT_DIR", ".gjc/agent"),
    ("KIMCHI_CODING_AGENT_DIR", ".config/kimchi/harness"),
)
"""Each program's variable and its usual folder. Source of the last three: tokscale, ``clients.rs``."""


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    folders = [
        folder
        for variable, usual in _HOMES
        for folder in (named(environ, variable, home) if variable else []) or [home / usual]
    ]
    return distinct(folders)


def _find(home: Path) -> Iterator[LogFile]:
    return iter(walk(within(home, "sessions"), ".jsonl"))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _transcripts  # noqa: PLC0415 - no news, no decoder to be imported

    return _transcripts.read("pi", file, cursor)


AGENT = AgentLog(id="pi", name="pi", homes=_homes, find=_find, read=_read)
