"""DeepSeek Harness (``dsh``): one file of JSON lines a session, most often a compressed one."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._places import named, within
from token_dashboard.agents._walk import AGE, distinct, walk
from token_dashboard.model.cursor import Cursor, LogFile

_SESSION = re.compile(r"session(?:\.v(\d+))?\.jsonl(?:\.zstd)?")


def _homes(environ: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    return distinct(named(environ, "DSH_HOME", home) or [home / ".dsh"])


def _find(home: Path) -> Iterator[LogFile]:
    # A newer version writes a session anew, in the format of its own, and leaves the older file beside it.
    newest: dict[Path, tuple[int, LogFile]] = {}
    for file in walk(within(home, "sessions"), ""):
        path = Path(file.path)
        if name := _SESSION.fullmatch(path.name):
            generation = int(name[1] or 0)
            if generation >= newest.get(path.parent, (0, file))[0]:
                newest[path.parent] = generation, file
    return iter(sorted((file for _, file in newest.values()), key=AGE))


def _read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    from token_dashboard.agents import _dsh_requests  # noqa: PLC0415 - no news, no decoder to be imported

    return _dsh_requests.read(file, cursor)


AGENT = AgentLog(id="dsh", name="DeepSeek Harness", homes=_homes, find=_find, read=_read)
