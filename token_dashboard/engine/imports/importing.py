"""Bringing usage that others recorded into the ledger: priced by our book, once, never beside the same logs.

Other programs read the logs that we read. What they made of an agent's logs is left out on days of which the
ledger already holds requests of that agent, unless they came by the same import, and so is a session that it
knows from the logs: the logs themselves count better than what somebody made of them. Logs that were read
after an import count beside it, until it is done again: then it gives way to them. Of two imports of the same
days, one by session, the first one stays.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from token_dashboard.engine.imports.held import Held
from token_dashboard.engine.imports.twofold import logs_suffice
from token_dashboard.engine.replication import own_id_of
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.again import keys_now
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import read_tokens, withdraw
from token_dashboard.model.imported import Imported, Overlap
from token_dashboard.model.money import Nanos
from token_dashboard.model.period import local_date
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.pricer import Pricer

BATCH = 20_000
MOST_REJECTS = 1_000
"""How many are told by name; all are counted."""


class Claim(NamedTuple):
    """What another program says was used."""

    event: UsageEvent
    cost_nanos: Nanos | None = None
    """What it says that cost. It is told beside our figure and not stored: it is a sum of its own making."""
    agents: tuple[str, ...] = ()
    """The agents whose logs it was read from; none for what it saw by itself."""
    begun_ms: int | None = None
    """Of a sum: when the first request in it was made, or could have been. Its event is dated at the last."""
    is_priced: bool = False
    """Has the event the list cost that it is to keep?"""
    is_of_machine: bool = False
    """Do others have rows of the same key that aren't the same, such as their own sums of that day?"""


Batch: TypeAlias = Sequence[Claim | Reject]


async def with_own_keys(ledger: Ledger, batches: AsyncIterator[Batch]) -> AsyncIterator[Batch]:
    """The claims, with keys that other machines' rows don't have: in a team's ledger all stand together.

    What was taken back has the key by which it comes in again.
    """
    own_id, upkeep = await own_id_of(ledger), Upkeep.of(ledger)
    async for batch in batches:
        claims = [_own(one, own_id) if isinstance(one, Claim) else one for one in batch]
        moved = await keys_now(upkeep, [one.event.key for one in claims if _is_imported(one)])
        yield [
            _with_key(one, moved.get(one.event.key, one.event.key)) if _is_imported(one) else one
            for one in claims
        ]


def _is_imported(one: Claim | Reject) -> TypeGuard[Claim]:
    return isinstance(one, Claim) and one.event.source == "import"


def _own(claim: Claim, own_id: str) -> Claim:
    if not claim.is_of_machine:
        return claim
    return _with_key(claim, event_key("import", f"{own_id}:{claim.event.key}"))


def _with_key(claim: Claim, key: int) -> Claim:
    return claim._replace(event=claim.event._replace(key=key))


_Place: TypeAlias = tuple[str, date | str | None]
"""A day of an agent, or a session."""


@dataclass(slots=True)
class _Tally:
    found: int = 0
    new: int = 0
    left_out: int = 0
    withdrawn: int = 0
    tokens: int = 0
    theirs: Nanos | None = None
    ours: Nanos | None = None
    unpriced: set[str] = field(default_factory=set)
    overlaps: dict[tuple[str, date], int] = field(default_factory=lambda: defaultdict(int))
    rejects: list[Reject] = field(default_factory=list)
    rejected: int = 0


class Importer:
    """Takes claims in batches; each batch is stored in one transaction."""

    def __init__(self, ledger: Ledger, pricer: Pricer, tz: ZoneInfo) -> None:
        self._ledger = ledger
        self._upkeep = Upkeep.of(ledger)
        self._pricer = pricer
        self._tz = tz

    async def bring(self, batches: AsyncIterator[Batch], *, takes_overlaps: bool = False) -> Imported:
        """Store what is claimed. Doing so again, or after dying in the middle, counts nothing twice.

        ``takes_overlaps`` stores also what the ledger seems to have from logs: those days may count twice.
        """
        tally = _Tally()
        from_logs: list[Claim] = []
        async for batch in with_own_keys(self._ledger, batches):
            own: list[Claim] = []
            for one in batch:
                if isinstance(one, Reject):
                    tally.rejected += 1
                    if len(tally.rejects) < MOST_REJECTS:
                        tally.rejects.append(one)
                elif one.agents and not takes_overlaps:
                    from_logs.append(one)
                else:
                    own.append(one)
            await self._store(own, tally)
        kept = await self._without_overlaps(from_logs, tally) if from_logs else []
        for start in range(0, len(kept), BATCH):
            await self._store(kept[start : start + BATCH], tally)
        return _told(tally)

    async def _store(self, claims: Sequence[Claim], tally: _Tally) -> None:
        if not claims:
            return
        priced = self._pricer.price([one.event for one in claims])
        events = [one.event if one.is_priced else event for one, event in zip(claims, priced, strict=True)]
        recorded = await self._ledger.usage.record(events)
        tally.found += len(events)
        tally.new += recorded.new
        once = {event.key: (event, one.cost_nanos) for one, event in zip(claims, events, strict=True)}
        tally.tokens += sum(event.total_tokens for event, _ in once.values())
        tally.theirs = _plus(tally.theirs, (theirs for _, theirs in once.values()))
        tally.ours = _plus(tally.ours, (event.list_cost_nanos for event, _ in once.values()))
        tally.unpriced |= {event.model or "?" for event in events if event.list_cost_nanos is None}

    async def _without_overlaps(self, claims: Sequence[Claim], tally: _Tally) -> list[Claim]:
        own = {one.event.key for one in claims}
        known = await self._ledger.proof.known(own)
        begun = {self._day(one.event.time_ms) for one in claims if one.event.key in known}
        agents = {name for one in claims for name in one.agents}
        held = {agent: await Held.of(self._upkeep, agent, own, begun, self._tz) for agent in agents}
        kept: list[Claim] = []
        stale: dict[_Place, list[UsageEvent]] = defaultdict(list)
        for one in claims:
            day, session = self._day(one.event.time_ms), one.event.attribution.session
            first = day if one.begun_ms is None else self._day(one.begun_ms)
            agent = next((name for name in one.agents if held[name].has(session, first, day)), None)
            if agent is None:
                kept.append(one)
            else:
                tally.found += 1
                tally.left_out += 1
                tally.overlaps[agent, day] += one.event.total_tokens
                if one.event.key in known:
                    place = session if session in held[agent].sessions else day
                    stale[agent, place].append(one.event)
        tally.withdrawn = await self._give_way(stale, held)
        return kept

    async def _give_way(self, stale: Mapping[_Place, Sequence[UsageEvent]], held: Mapping[str, Held]) -> int:
        """Take back what came by this import of days and sessions of which logs tell enough by now."""
        read: Counter[_Place] = Counter()
        for agent in {agent for agent, _ in stale}:
            read.update({(agent, session): tokens for session, tokens in held[agent].sessions.items()})
            for time_ms, tokens in await read_tokens(self._upkeep, agent):
                read[agent, self._day(time_ms)] += tokens
        keys = [
            event.key
            for place, events in stale.items()
            if logs_suffice(read[place], sum(event.total_tokens for event in events))
            for event in events
        ]
        return await withdraw(self._upkeep, keys) if keys else 0

    def _day(self, time_ms: int) -> date:
        return local_date(time_ms, self._tz)


async def batches_of(claims: Iterator[Claim | Reject]) -> AsyncIterator[Batch]:
    """Claims that are read from a file, in batches.

    They are read in the event loop, which has nothing else to do: a thread that waits for a terminal could
    not be told to leave.
    """
    while batch := list(islice(claims, BATCH)):
        yield batch


def _plus(so_far: Nanos | None, more: Iterable[Nanos | None]) -> Nanos | None:
    """The sum of what is known; ``None`` when nothing is."""
    known = [one for one in more if one is not None]
    return so_far if not known else (so_far or 0) + sum(known)


def _told(tally: _Tally) -> Imported:
    return Imported(
        found=tally.found,
        new=tally.new,
        left_out=tally.left_out,
        withdrawn=tally.withdrawn,
        tokens=tally.tokens,
        their_cost_nanos=tally.theirs,
        list_cost_nanos=tally.ours,
        unpriced_models=tuple(sorted(tally.unpriced)),
        overlaps=tuple(
            Overlap(agent, day, tokens) for (agent, day), tokens in sorted(tally.overlaps.items())
        ),
        rejects=tuple(tally.rejects),
        rejected=tally.rejected,
    )
