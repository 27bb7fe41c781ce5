"""How far a log file was read."""

from typing import NamedTuple


class LogFile(NamedTuple):
    """One file of a log as ``stat`` sees it; enough to tell that nothing changed without opening it."""

    path: str
    device: int
    inode: int
    size: int
    mtime_ns: int


class Cursor(NamedTuple):
    """How far one file was read. It is stored in one transaction with the events before it."""

    file: LogFile
    """The file as it was when reading began: an equal one needs no opening."""
    offset: int
    """Bytes consumed: behind a line end, or at the end of a last line that was complete without one."""
    lines: int
    """Lines consumed."""
    tail: bytes
    """A digest of the file's first bytes and of those before ``offset``: another one means a rewrite."""
    state: str = ""
    """What a reader must remember between two readings of a file, as JSON of its own shape."""
