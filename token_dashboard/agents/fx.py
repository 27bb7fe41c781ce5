"""fx, Vercel's agent for the command line: one file of JSON lines with every request of five weeks."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._walk import distinct, regular
from token_dashboard.model.cursor import Cursor, LogFile


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    # A profile that an older version made stays where it is.
    state = Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state")
    return distinct([home / ".fx", state / "fx"])


def _find(home: Path) -> Iterator[LogFile]:
    return iter(regular([home / "usage.jsonl"]))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _fx_generations  # noqa: PLC0415 - no news, no decoder to be imported

    return _fx_generations.read(file, cursor)


AGENT = AgentLog(id="fx", name="fx", homes=_homes, find=_find, read=_read)
