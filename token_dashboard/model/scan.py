"""What reading the agents' logs found."""

from token_dashboard.model.record import record


@record
class Reject:
    """A line of a log that could not be read as what it claims to be."""

    path: str
    line: int
    """Counted from 1; 0 when the file as a whole is meant."""
    reason: str


@record
class ScanSummary:
    """What one reading of the logs did."""

    files: int
    files_read: int
    bytes_read: int
    new_requests: int
    rejects: tuple[Reject, ...]
    """The new ones of this scan."""
    unreadable: tuple[Reject, ...]
    """Whole files that could not be read."""
