"""Telling the system which files are read next, so that the disk works while the processor does."""

import contextlib
import os
from collections.abc import Iterator, Sequence

from token_dashboard.model.cursor import LogFile

_AHEAD_BYTES = 32 << 20
"""How much is asked for at once: what a disk brings in the time in which a few files are read."""


def reading_ahead(files: Sequence[LogFile]) -> Iterator[LogFile]:
    """The files in their order; those behind each one are on their way from the disk.

    Where the system can't be told, as on macOS and Windows, nothing is.
    """
    told = under_way = 0
    for file in files:
        while told < len(files) and under_way < _AHEAD_BYTES:
            under_way += files[told].size
            _ask_for(files[told])
            told += 1
        yield file
        under_way -= file.size


def _ask_for(file: LogFile) -> None:
    if hasattr(os, "posix_fadvise"):
        # Whatever is wrong with the file is said when it is read. O_NONBLOCK: it may be a FIFO by now.
        with contextlib.suppress(OSError):
            opened = os.open(file.path, os.O_RDONLY | os.O_NONBLOCK)
            try:
                os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_WILLNEED)
            finally:
                os.close(opened)
