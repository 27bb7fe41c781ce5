"""Goes back to the files that events were read from."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import NamedTuple, TypeVar

from token_dashboard.agents._contract import AgentLog
from token_dashboard.agents._traced import places_in, records_in, rejects_in
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.proof import HeldEvent
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.explanation import Place, Trace
from token_dashboard.model.usage import UsageEvent

Located = tuple[UsageEvent, Place]

_Wanted = Callable[[int], bool]
_Found = TypeVar("_Found")

_MOST_REJECTS = 1_000_000


class _Over(Exception):
    """Nobody waits for what a thread reads any more."""


class Origin(NamedTuple):
    """The files in which an event should be found; none for one that never stood in a file here."""

    paths: tuple[str, ...]
    is_noted: bool
    """The ledger knows that it was read from them."""

    @property
    def is_whole(self) -> bool:
        """None of them was deleted since."""
        return all(Path(path).exists() for path in self.paths)

    def trace(self, *, is_found: bool) -> Trace:
        if is_found:
            return Trace.FOUND
        if not self.paths:
            return Trace.TOLD
        return Trace.MISSING if self.is_noted and self.is_whole else Trace.GONE


class Sources:
    """The logs of the known agents. What can't be opened is passed over."""

    def __init__(self, ledger: Ledger, agents: Iterable[AgentLog]) -> None:
        self._ledger = ledger
        self._agents = {agent.id: agent for agent in agents}
        self._read: dict[str, tuple[str, ...]] = {}

    async def origins(self, held: Sequence[HeldEvent]) -> dict[int, Origin]:
        """Where each event's records should stand, by its key.

        A ledger that is older than its notes of sessions' files doesn't know, nor does one that an export was
        brought into: then it may be the files that are called like the session, or any of the agent's.
        """
        noted = await self._ledger.proof.origins({one.thread for one in held})
        found: dict[int, Origin] = {}
        for event, thread in held:
            paths = tuple(path for agent, path in noted[thread] if agent == event.agent)
            is_noted = bool(paths)
            if not paths and event.source == "log" and event.attribution.machine is None:
                every = await self.every_file(event.agent)
                session = event.attribution.session
                paths = tuple(path for path in every if session and session in path) or every
            found[event.key] = Origin(paths, is_noted)
        return found

    async def every_file(self, agent: str | None) -> tuple[str, ...]:
        """The files of an agent that were ever read."""
        if agent not in self._agents:
            return ()
        if agent not in self._read:
            self._read[agent] = tuple(await self._ledger.usage.cursors(agent))
        return self._read[agent]

    async def records(
        self, agent: str | None, paths: Iterable[str], keys: Collection[int]
    ) -> dict[int, list[UsageEvent]]:
        """The records of requests by key, as a scan that reads the files in this order finds them."""
        reader = self._agents.get(agent or "")
        if reader is None:
            return {}
        return await _read(_records, reader, paths, frozenset(keys).__contains__)

    async def places(
        self, agent: str | None, paths: Iterable[str], keys: Collection[int]
    ) -> dict[int, list[Located]]:
        """Each single record of requests by key, and where it stands."""
        reader = self._agents.get(agent or "")
        if reader is None:
            return {}
        return await _read(_places, reader, paths, frozenset(keys).__contains__)

    async def strangers(self, agent: str | None, paths: Iterable[str]) -> list[tuple[int | None, Place]]:
        """What the files hold and the ledger doesn't know, as (time, place); new rejects have no time."""
        reader = self._agents.get(agent or "")
        if reader is None:
            return []
        every, rejects = await _read(_every, reader, paths, lambda _: True)
        known = await self._ledger.proof.known({event.key for event, _ in every})
        told = {(one.path, one.line) for one in await self._ledger.usage.rejects(agent, limit=_MOST_REJECTS)}
        return [
            *((event.time_ms, place) for event, place in every if event.key not in known),
            *((None, one) for one in rejects if (one.path, one.line or one.row or 0) not in told),
        ]


async def _read(
    read: Callable[[AgentLog, Iterable[str], _Wanted], _Found],
    agent: AgentLog,
    paths: Iterable[str],
    wanted: _Wanted,
) -> _Found:
    """Read files in a thread. It ends at the next record or file once nobody waits for it any more.

    Who is cancelled waits for its thread, and so would whoever types Ctrl-C.
    """
    is_over = Event()

    def asked(key: int) -> bool:
        if is_over.is_set():
            raise _Over
        return wanted(key)

    def files() -> Iterator[str]:
        for path in paths:
            if is_over.is_set():
                raise _Over
            yield path

    try:
        return await asyncio.to_thread(read, agent, files(), asked)
    finally:
        is_over.set()


def _records(agent: AgentLog, paths: Iterable[str], wanted: _Wanted) -> dict[int, list[UsageEvent]]:
    found: dict[int, list[UsageEvent]] = defaultdict(list)
    for path in paths:
        with suppress(AgentLogError):
            for event in records_in(agent, path, wanted):
                found[event.key].append(event)
    return found


def _places(agent: AgentLog, paths: Iterable[str], wanted: _Wanted) -> dict[int, list[Located]]:
    found: dict[int, list[Located]] = defaultdict(list)
    for path in paths:
        with suppress(AgentLogError):
            for event, place in places_in(agent, path, wanted):
                found[event.key].append((event, place))
    return found


def _every(agent: AgentLog, paths: Iterable[str], wanted: _Wanted) -> tuple[list[Located], list[Place]]:
    events: list[Located] = []
    rejects: list[Place] = []
    for path in paths:
        with suppress(AgentLogError):
            events += places_in(agent, path, wanted)
            rejects += rejects_in(agent, path)
    return events, rejects
