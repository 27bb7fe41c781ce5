"""Readers that do something to the process that they run in, unless it is the test's own."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from token_dashboard.agents._contract import Scan
from token_dashboard.agents.claude_code import AGENT
from token_dashboard.model.cursor import Cursor, LogFile

OWN = "TEST_CREW_OWN_PROCESS"
"""The variable that names the test's process."""
NOTES = "TEST_CREW_NOTES"
"""The variable that names the folder in which each process notes that it reads."""


def read_and_die(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """Dies behind the first piece of a file whose name begins with ``deadly``."""
    for scan in _noted(file, cursor):
        yield scan
        if Path(file.path).name.startswith("deadly") and str(os.getpid()) != os.environ[OWN]:
            os.kill(os.getpid(), signal.SIGKILL)


def read_and_print(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    print("a reader that talks", flush=True)  # noqa: T201 - what a stranger's reader may do
    return _noted(file, cursor)


def read_slowly(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    yield from _noted(file, cursor)
    time.sleep(60)


def _noted(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    (Path(os.environ[NOTES]) / str(os.getpid())).touch()
    return AGENT.read(file, cursor)
