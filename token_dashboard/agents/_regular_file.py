"""Opening a regular file of another program, whatever has taken its place since it was found."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from stat import S_ISREG

from token_dashboard.agents._walk import describe
from token_dashboard.model.cursor import LogFile
from token_dashboard.model.errors import AgentLogError

# O_NONBLOCK: a FIFO that took a file's place would otherwise wait for a writer forever.
_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@contextmanager
def opened(path: str) -> Iterator[tuple[FileIO, LogFile]]:
    """The open file, and how ``stat`` sees it at this moment.

    Raises:
        AgentLogError: the file cannot be opened or read, or is no regular file.
    """
    try:
        with FileIO(path, opener=lambda path, _: os.open(path, _OPEN_FLAGS)) as source:
            status = os.fstat(source.fileno())
            if not S_ISREG(status.st_mode):
                raise AgentLogError(path=path, reason="it is not a regular file")
            yield source, describe(path, status)
    except OSError as error:
        raise AgentLogError(path=path, reason=error.strerror or str(error)) from error
