"""Reads what is new in the agents' logs into the ledger.

Files that ``stat`` shows unchanged are not opened. What was read is priced and stored together with the
cursor behind it in one transaction, so a crash repeats work and never counts twice. Cost grows with the
number of files (one ``stat`` each) plus the bytes that are new.
"""

import asyncio
import gc
import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from token_dashboard.agents._contract import AgentLog
from token_dashboard.agents._read_ahead import reading_ahead
from token_dashboard.ledger import Ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.clock import Clock
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.record import record
from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.pricer import Pricer

_log = logging.getLogger(__name__)

_SCANNED = "scanned_ms"
EVENTS_PER_BATCH = 60_000
BYTES_PER_BATCH = 512 * 2**20

Progress = Callable[[int, int], None]
"""Told (bytes read, bytes to read in all) after each batch."""

Walked = Callable[[str, Sequence[str], Sequence[LogFile]], None]
"""Told an agent, its homes and all files of a walk, in the thread that walked."""


@record
class WatchedAgent:
    """An agent whose logs are read, and where they are."""

    agent: AgentLog
    homes: tuple[Path, ...]


@dataclass(slots=True)
class _Batch:
    agent: str
    events: list[UsageEvent] = field(default_factory=list)
    cursors: list[Cursor] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)
    origins: dict[str, set[Attribution]] = field(default_factory=dict)
    unreadable: list[Reject] = field(default_factory=list)
    bytes_read: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.events) >= EVENTS_PER_BATCH or self.bytes_read >= BYTES_PER_BATCH


class Scanner:
    """Reads the logs of the watched agents; several calls at once share one scan."""

    def __init__(self, agents: Sequence[WatchedAgent], pricer: Pricer, ledger: Ledger, clock: Clock) -> None:
        self.agents = tuple(agents)
        self._pricer = pricer
        self._ledger = ledger
        self._clock = clock
        self.walked: Walked | None = None
        self._running: asyncio.Task[ScanSummary] | None = None
        self._is_whole = True
        self._unreadable_told: set[str] = set()

    async def scan(self, progress: Progress | None = None) -> ScanSummary:
        """Read what is new. A caller that is cancelled doesn't stop a scan that others share."""
        while (running := self._under_way) is not None and not self._is_whole:
            await asyncio.wait((running,))
        if running is None:
            running = self._begin(self.agents, progress)
        return await asyncio.shield(running)

    async def scan_some(self, agents: Collection[str]) -> ScanSummary:
        """Read what is new of some agents now: a scan that is under way may have passed them already."""
        while (running := self._under_way) is not None:
            await asyncio.wait((running,))
        return await asyncio.shield(self._begin([one for one in self.agents if one.agent.id in agents], None))

    @property
    def _under_way(self) -> asyncio.Task[ScanSummary] | None:
        return None if self._running is None or self._running.done() else self._running

    def _begin(self, agents: Sequence[WatchedAgent], progress: Progress | None) -> asyncio.Task[ScanSummary]:
        self._is_whole = len(agents) == len(self.agents)
        self._running = asyncio.create_task(self._scan(agents, progress))
        return self._running

    async def aclose(self) -> None:
        """Stop a running scan; what it had stored stays."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _scan(self, agents: Sequence[WatchedAgent], progress: Progress | None) -> ScanSummary:
        summary = _Tally()
        with _without_garbage_collection():
            for watched in agents:
                await self._scan_agent(watched, summary, progress)
        if len(agents) == len(self.agents):
            await self._ledger.notes.set(_SCANNED, str(self._clock.now_ms()))
        return summary.result()

    async def _scan_agent(self, watched: WatchedAgent, summary: "_Tally", progress: Progress | None) -> None:
        cursors = await self._ledger.usage.cursors(watched.agent.id)
        changed = await asyncio.to_thread(_changed_files, watched, cursors, summary, self.walked)
        if not changed:
            return
        batches = self._batches(watched.agent, changed, cursors)
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            await self._store(batch, summary)
            if progress is not None:
                progress(summary.bytes_read, summary.bytes_waiting)

    async def scanned_ms(self) -> int | None:
        """When logs were last read, by whichever process."""
        note = await self._ledger.notes.get(_SCANNED)
        return int(note) if note else None

    def _batches(
        self, agent: AgentLog, files: Sequence[LogFile], cursors: dict[str, Cursor]
    ) -> Iterator[_Batch]:
        batch = _Batch(agent.id)
        for file in reading_ahead(files):
            try:
                for piece in agent.read(file, cursors.get(file.path)):
                    batch.events += self._pricer.price(piece.events)
                    owners = batch.origins.setdefault(file.path, set())
                    owners.update(event.attribution for event in piece.events)
                    batch.cursors.append(piece.cursor)
                    batch.rejects += piece.rejects
                    batch.bytes_read += piece.bytes_read
                    if piece.is_restart:
                        batch.restarted.append(file.path)
                    if batch.is_full:
                        yield batch
                        batch = _Batch(agent.id)
            except AgentLogError as error:
                batch.unreadable.append(Reject(path=file.path, line=0, reason=error.params["reason"]))
            except Exception as error:  # noqa: BLE001 - a reader's fault stays with its file
                reason = f"its reader failed with {type(error).__name__}"
                batch.unreadable.append(Reject(path=file.path, line=0, reason=reason))
        yield batch

    async def _store(self, batch: _Batch, summary: "_Tally") -> None:
        for reject in batch.unreadable:
            if reject.path not in self._unreadable_told:
                self._unreadable_told.add(reject.path)
                _log.warning("%s: %s cannot be read: %s", batch.agent, reject.path, reject.reason)
        if batch.cursors:
            recorded = await self._ledger.usage.record(
                batch.events,
                agent=batch.agent,
                cursors=batch.cursors,
                rejects=batch.rejects,
                restarted=batch.restarted,
                origins=batch.origins,
            )
            summary.new_requests += recorded.new
        summary.read |= {cursor.file.path for cursor in batch.cursors}
        summary.bytes_read += batch.bytes_read
        summary.rejects += batch.rejects
        summary.unreadable += batch.unreadable


@dataclass(slots=True)
class _Tally:
    files: int = 0
    read: set[str] = field(default_factory=set)
    bytes_read: int = 0
    bytes_waiting: int = 0
    new_requests: int = 0
    rejects: list[Reject] = field(default_factory=list)
    unreadable: list[Reject] = field(default_factory=list)

    def result(self) -> ScanSummary:
        return ScanSummary(
            files=self.files,
            files_read=len(self.read),
            bytes_read=self.bytes_read,
            new_requests=self.new_requests,
            rejects=tuple(self.rejects),
            unreadable=tuple(self.unreadable),
        )


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A first reading makes hundreds of thousands of tuples and no cycles: walking them finds nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _changed_files(
    watched: WatchedAgent, cursors: dict[str, Cursor], summary: _Tally, walked: Walked | None
) -> list[LogFile]:
    changed: list[LogFile] = []
    seen: set[str] = set()
    found: list[LogFile] = []
    for home in watched.homes:
        for file in watched.agent.find(home):
            if file.path in seen:  # homes may lie within each other
                continue
            seen.add(file.path)
            summary.files += 1
            if walked is not None:
                found.append(file)
            cursor = cursors.get(file.path)
            if cursor is not None and cursor.file == file:
                continue
            changed.append(file)
            summary.bytes_waiting += file.size - (
                cursor.offset if cursor and cursor.offset <= file.size else 0
            )
    if walked is not None:
        walked(watched.agent.id, [str(home) for home in watched.homes], found)
    return changed
