"""Reads logs in batches that are stored at once, in a thread beside the event loop."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING

from token_dashboard.engine.log_pieces import Pieces
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reading, Reject

if TYPE_CHECKING:
    from token_dashboard.model.usage import UsageEvent
    from token_dashboard.pricing.pricer import Pricer

EVENTS_PER_BATCH = 20_000
BYTES_PER_BATCH = 512 * 2**20
SECONDS_PER_BATCH = 5.0
"""What a reading that is interrupted loses at most."""

Progress = Callable[[Reading], None]
"""Told how far a reading is: a few times a second in the thread that reads, and after each batch."""

_TOLD_EVERY_S = 0.1
_owner = attrgetter("attribution")


@dataclass(slots=True)
class Batch:
    """What was read of one agent's logs since the batch before."""

    agent: str
    events: "list[UsageEvent]" = field(default_factory=list)
    cursors: list[Cursor] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    origins: dict[str, set[Attribution]] = field(default_factory=dict)
    unreadable: list[Reject] = field(default_factory=list)
    bytes_read: int = 0
    begun_s: float = field(default_factory=time.monotonic)

    @property
    def is_full(self) -> bool:
        return (
            len(self.events) >= EVENTS_PER_BATCH
            or self.bytes_read >= BYTES_PER_BATCH
            or time.monotonic() - self.begun_s >= SECONDS_PER_BATCH
        )


@dataclass(slots=True)
class Gauge:
    """How far a reading is, and who wants to know."""

    progress: Progress | None = None
    files: int = 0
    files_in_all: int = 0
    bytes_read: int = 0
    bytes_in_all: int = 0
    requests: int = 0
    rejects: int = 0
    is_stopping: bool = False
    """Nobody waits for what is read any more."""
    _told_s: float = field(default_factory=time.monotonic)

    def expect(self, files: Sequence[LogFile], cursors: Mapping[str, Cursor]) -> None:
        """These will be read, from where their cursors stand."""
        self.files_in_all += len(files)
        for file in files:
            offset = cursors[file.path].offset if file.path in cursors else 0
            self.bytes_in_all += file.size - (offset if offset <= file.size else 0)

    def pass_piece(self, requests: int, rejects: int, bytes_read: int) -> None:
        self.requests += requests
        self.rejects += rejects
        self.bytes_read += bytes_read
        if time.monotonic() - self._told_s >= _TOLD_EVERY_S:
            self.tell()

    def tell(self) -> None:
        self._told_s = time.monotonic()
        if self.progress is not None:
            in_all = max(self.bytes_in_all, self.bytes_read)  # logs grow while they are read
            self.progress(
                Reading(self.files, self.files_in_all, self.bytes_read, in_all, self.requests, self.rejects)
            )


def batches(agent: str, found: Pieces, pricer: "Pricer", gauge: Gauge) -> Iterator[Batch]:
    """What is new in an agent's files, with prices."""
    batch = Batch(agent)
    for file, piece in found:
        if gauge.is_stopping:
            return
        if piece is None:
            gauge.files += 1
        elif isinstance(piece, Reject):
            batch.unreadable.append(piece)
        else:
            batch.events += pricer.price(piece.events)
            batch.origins.setdefault(file.path, set()).update(map(_owner, piece.events))
            batch.cursors.append(piece.cursor)
            batch.rejects += piece.rejects
            batch.bytes_read += piece.bytes_read
            if piece.is_restart:
                batch.restarted.append(file.path)
            gauge.pass_piece(len(piece.events), len(piece.rejects), piece.bytes_read)
            if batch.is_full:
                yield batch
                batch = Batch(agent)
    yield batch
