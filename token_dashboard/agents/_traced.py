"""Where in a log its events stand: found by reading the log again, one record at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, Scan
from token_dashboard.agents._singly import reading_singly
from token_dashboard.agents._walk import COMPRESSED, describe
from token_dashboard.model.cursor import LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.explanation import Place
from token_dashboard.model.usage import UsageEvent


def records_in(agent: AgentLog, path: str, wanted: Callable[[int], bool]) -> Iterator[UsageEvent]:
    """The records of a file whose keys are wanted, read as a first scan reads them.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    for scan in agent.read(_file(path), None):
        yield from (event for event in scan.events if wanted(event.key))


def places_in(agent: AgentLog, path: str, wanted: Callable[[int], bool]) -> list[tuple[UsageEvent, Place]]:
    """Each record of a file whose key is wanted, and where it stands.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    file = _file(path)
    found: list[tuple[UsageEvent, Place]] = []
    with reading_singly():
        start = 0
        for scan in agent.read(file, None):
            found += [(event, _place(path, start, scan)) for event in scan.events if wanted(event.key)]
            start = scan.cursor.offset
    return found


def rejects_in(agent: AgentLog, path: str) -> list[Place]:
    """Where a file holds what can't be read.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    file = _file(path)
    found: list[Place] = []
    with reading_singly():
        start = 0
        for scan in agent.read(file, None):
            found += [_place(path, start, scan)] if scan.rejects else []
            start = scan.cursor.offset
    return found


def _place(path: str, start: int, scan: Scan) -> Place:
    if scan.row is not None:
        return Place(path=path, table=scan.row[0], row=scan.row[1])
    lines, end = scan.cursor.lines, scan.cursor.offset
    if not lines:
        return Place(path=path, end=end)
    # A compressed file's offsets are those of its compressed bytes, which hold many lines: its line tells.
    return Place(path=path, start=0 if path.endswith(COMPRESSED) else start, end=end, line=lines)


def _file(path: str) -> LogFile:
    try:
        return describe(path, Path(path).stat())
    except OSError as error:
        raise AgentLogError(path=path, reason=error.strerror or str(error)) from error
