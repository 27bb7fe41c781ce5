"""Reads what is new in the agents' logs into the ledger.

Files that ``stat`` shows unchanged are not opened. What was read is priced and stored together with the
cursor behind it in one transaction, so a crash repeats work and never counts twice. Cost grows with the
number of files (one ``stat`` each) plus the bytes that are new.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from token_dashboard.agents._contract import AgentLog
from token_dashboard.engine.garbage import uncollected
from token_dashboard.engine.log_batches import Batch, Gauge, Progress, batches
from token_dashboard.engine.log_pieces import Pieces, Read, pieces
from token_dashboard.engine.prices import Prices, price_late
from token_dashboard.engine.watched import SCANNED, WatchedAgent
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject, ScanSummary

_log = logging.getLogger(__name__)

Walked = Callable[[str, Sequence[str], Sequence[LogFile]], None]
"""Told an agent, its homes and all files of a walk, in the thread that walked."""


MANY_BYTES = 1 << 30
"""How much there must be to read for several processes to be worth what they cost: with 600 MB they save a
fifth of the time for a seventh more work, with 6 GB two fifths of the time for none."""

_Reading = Callable[[Read, Sequence[LogFile], Mapping[str, Cursor]], Pieces]


class _Changed(NamedTuple):
    """What is to be read of one agent's logs."""

    agent: AgentLog
    files: list[LogFile]
    cursors: dict[str, Cursor]


class Scanner:
    """Reads the logs of the watched agents; several calls at once share one scan.

    Prices are asked for where there is something to price, which is seldom.
    """

    def __init__(
        self,
        agents: Sequence[WatchedAgent],
        prices: Prices,
        ledger: Ledger,
        clock: Clock,
    ) -> None:
        self.agents = tuple(agents)
        self._prices = prices
        self._ledger = ledger
        self._clock = clock
        self.walked: Walked | None = None
        self._running: asyncio.Task[ScanSummary] | None = None
        self._gauge = Gauge()
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
        self._gauge = Gauge(progress)
        self._running = asyncio.create_task(self._scan(agents, self._gauge))
        return self._running

    async def aclose(self) -> None:
        """Stop a running scan; what it had stored stays."""
        if self._running is not None and not self._running.done():
            self._gauge.is_stopping = True
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _scan(self, agents: Sequence[WatchedAgent], gauge: Gauge) -> ScanSummary:
        tally = _Tally()
        with uncollected():
            there = agents if self.walked else await asyncio.to_thread(_with_homes, agents)
            changed = [await self._changed(watched, tally) for watched in there]
            for one in changed:
                gauge.expect(one.files, one.cursors)
            with _reading(gauge.bytes_in_all) as read:
                all_found = [
                    (one.agent.id, read(one.agent.read, one.files, one.cursors))
                    for one in changed
                    if one.files
                ]
                for agent, found in all_found:
                    await self._read(agent, found, tally, gauge)
        if agents and len(agents) == len(self.agents):
            await price_late(self._ledger, self._prices)
            await self._ledger.notes.set(SCANNED, str(self._clock.now_ms()))
        return tally.result()

    async def _changed(self, watched: WatchedAgent, tally: "_Tally") -> _Changed:
        cursors = await self._ledger.usage.cursors(watched.agent.id)
        found = await asyncio.to_thread(_walk, watched, self.walked)
        tally.files += len(found)
        changed = [file for file in found if (known := cursors.get(file.path)) is None or known.file != file]
        held = {file.path: cursors[file.path] for file in changed if file.path in cursors}
        return _Changed(watched.agent, changed, held)

    async def _read(self, agent: str, found: Pieces, tally: "_Tally", gauge: Gauge) -> None:
        read = batches(agent, found, self._prices.pricer, gauge)
        while await self._read_batch(read, tally):
            gauge.tell()

    async def _read_batch(self, read: Iterator[Batch], tally: "_Tally") -> bool:
        """Read and store one batch; nothing of it is held any more when the next one is read."""
        batch = await asyncio.to_thread(next, read, None)
        if batch is not None:
            await self._store(batch, tally)
        return batch is not None

    async def scanned_ms(self) -> int | None:
        """When logs were last read, by whichever process."""
        note = await self._ledger.notes.get(SCANNED)
        return int(note) if note else None

    async def _store(self, batch: Batch, tally: "_Tally") -> None:
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
            tally.new_requests += recorded.new
        tally.read |= {cursor.file.path for cursor in batch.cursors}
        tally.bytes_read += batch.bytes_read
        tally.rejects += batch.rejects
        tally.unreadable += batch.unreadable


@dataclass(slots=True)
class _Tally:
    files: int = 0
    read: set[str] = field(default_factory=set)
    bytes_read: int = 0
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


def _with_homes(agents: Sequence[WatchedAgent]) -> list[WatchedAgent]:
    """Those that may have logs: most agents aren't on this computer, and asking about each takes longer."""
    return [one for one in agents if any(map(os.path.lexists, one.homes))]


def _walk(watched: WatchedAgent, walked: Walked | None) -> list[LogFile]:
    found = watched.files()
    if walked is not None:
        walked(watched.agent.id, [str(home) for home in watched.homes], found)
    return found


@contextmanager
def _reading(unread_bytes: int) -> Iterator[_Reading]:
    if unread_bytes < MANY_BYTES:
        yield pieces
        return
    from token_dashboard.engine.crew.crew import crew  # noqa: PLC0415 - 20 ms, once in the life of a ledger

    with crew() as found:
        yield found.pieces if found else pieces
