"""What reading the agents' logs found."""

from typing import NamedTuple


class Reject(NamedTuple):
    """A line of a log that could not be read as what it claims to be."""

    path: str
    line: int
    """Counted from 1; 0 when the file as a whole is meant."""
    reason: str


class ScanSummary(NamedTuple):
    """What one reading of the logs did."""

    files: int
    files_read: int = 0
    bytes_read: int = 0
    new_requests: int = 0
    rejects: tuple[Reject, ...] = ()
    """The new ones of this scan."""
    unreadable: tuple[Reject, ...] = ()
    """Whole files that could not be read."""


class Reading(NamedTuple):
    """How far a reading of the logs is."""

    files: int
    files_in_all: int
    bytes_read: int
    bytes_in_all: int
    requests: int
    """Records of requests that were found; some of them are repeats."""
    rejects: int
