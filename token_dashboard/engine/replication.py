"""Brings what this machine's ledger holds of usage into the ledger that a team shares.

It goes in batches in the order of recording; the mark of how far it went is moved behind each recording that
is through. A batch that is sent again, or by another machine too, changes nothing: requests merge by their
keys. Imported ones that were taken back here are taken back there first. Both ledgers have the mark, and the
lower one holds: either may be put back to an older state.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.record import record
from token_dashboard.model.usage import UsageEvent

_log = logging.getLogger(__name__)

_ID = "ledger.id"
"""In a team's ledger: by which one that was made anew is told from the one before it."""
_MARK = "sync:{}"
"""In a machine's ledger, by the team's id: the last recording that the team's ledger was told all of."""
_OWN_ID = "sync.id"
"""In a machine's ledger: by which the team's ledger knows it."""
_NAMED = "machine:{}"
"""In a team's ledger, by a machine's name: the id of the one that last sent by that name."""
_TOLD = "told:{}:{}"
"""In a team's ledger, by the machine's id and name (a copy of its home has its id, too): the same mark."""
_LAST = "synced:{}"
REQUESTS_PER_BATCH = 20_000

Told = Callable[[int, int], None]
"""Told (requests sent, requests to send in all)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """How a machine and the people at it are called in a team."""

    machine: str
    person: str | None = None
    """Who uses the machine: the owner of requests that name nobody."""
    people: Mapping[str, str] = field(default_factory=dict)
    """What a person is called, by the names that logs, programs and ``person`` have for them."""

    def owned(self, event: UsageEvent) -> UsageEvent:
        """The event as the team knows it."""
        owner = event.attribution
        person = self.person if owner.machine in {None, self.machine} else None
        user, sender = self._called(person if owner.user is None else owner.user), self._called(owner.sender)
        return event._replace(
            attribution=owner._replace(machine=owner.machine or self.machine, user=user, sender=sender)
        )

    def kept(self, event: UsageEvent, *, is_own: bool) -> UsageEvent:
        """The team's event as this machine keeps it: its own don't say the machine, nor the person."""
        owner = event.attribution
        if not is_own and owner.machine != self.machine:
            return event
        user = None if owner.user == self._called(self.person) else owner.user
        return event._replace(attribution=owner._replace(machine=None, user=user))

    def _called(self, name: str | None) -> str | None:
        return name and self.people.get(name, name)


@record
class Synced:
    """What one replication did."""

    sent: int
    new: int
    """Of these, requests that the team's ledger didn't count yet."""
    withdrawn: int = 0
    """Imported requests that were taken back there."""
    has_namesake: bool = False
    """Did another machine, or this one's former ledger, send by the same name since the last time?"""


@record
class Standing:
    """How far a ledger is told to a team."""

    waiting: int
    """Requests that the team's ledger hasn't been told, or not as they are now."""
    held: int = 0
    """Of these: kept for the team's sake, though retention would have deleted them."""
    last_ms: int | None = None
    """When everything was told; ``None``: never."""


async def is_shared(ledger: Ledger) -> bool:
    """Do machines send to it?"""
    return await ledger.notes.get(_ID) is not None


async def standing(ledger: Ledger, team: str, kept_ms: int = 0) -> Standing:
    """What this machine knows of it by itself; the team's ledger, of this name, may be out of reach.

    Retention deletes detail from before ``kept_ms``.
    """
    told = await told_through(ledger, team)
    last_ms = (await ledger.notes.get(_LAST.format(team)) or "").partition(" ")[2]
    return Standing(
        waiting=await ledger.journal.waiting(told),
        held=await ledger.journal.waiting_from(told, kept_ms),
        last_ms=int(last_ms) if last_ms else None,
    )


async def told_through(ledger: Ledger, team: str) -> int:
    """The last recording that the team's ledger, of this name, was told all of; 0: of none."""
    id_ = (await ledger.notes.get(_LAST.format(team)) or "").partition(" ")[0]
    return await _number(ledger, _MARK.format(id_))


async def replicate(
    ledger: Ledger, team: Ledger, identity: Identity, now_ms: int, progress: Told = lambda _sent, _all: None
) -> Synced:
    """Send what changed since the last time. It may be stopped anywhere and goes on from there.

    Cost grows with what changed, plus a look at each row kept here.
    """
    id_ = await _id_of(team, _ID)
    mark = _MARK.format(id_)
    own_id = await own_id_of(ledger)
    told = _TOLD.format(own_id, identity.machine)
    since = min(await _number(ledger, mark), await _number(team, told))
    # What is recorded from now on is for the next time: the mark must not pass what wasn't looked at.
    latest = await ledger.journal.latest()
    changed = [one for one in await ledger.journal.changed(since) if one[0] <= latest]
    keys = await ledger.journal.withdrawn(since)
    withdrawn = await withdraw(Upkeep.of(team), keys) if keys else 0
    sent = new = 0
    for keys, done in _batches(changed):
        events = [identity.owned(event) for event in await ledger.journal.events(keys)]
        new += (await team.usage.record(events, are_copies=True)).new
        sent += len(keys)
        if done is not None:
            await _move(ledger, mark, team, told, done)
        progress(sent, len(changed))
    if since < latest:
        await _move(ledger, mark, team, told, latest)
    has_namesake = await _takes_name_of_another(team, identity.machine, own_id)
    await ledger.notes.set(_LAST.format(team.name), f"{id_} {now_ms}")
    if sent:
        _log.info("%s: %s requests sent, %s of them new", team.name, sent, new)
    return Synced(sent=sent, new=new, withdrawn=withdrawn, has_namesake=has_namesake)


async def own_id_of(ledger: Ledger) -> str:
    """By which a machine's ledger is told from another one of the same name."""
    return await _id_of(ledger, _OWN_ID)


async def _takes_name_of_another(team: Ledger, name: str, own_id: str) -> bool:
    last = await team.notes.get(_NAMED.format(name))
    if last != own_id:
        await team.notes.set(_NAMED.format(name), own_id)
    return last not in {None, own_id}


async def _move(ledger: Ledger, mark: str, team: Ledger, told: str, done: int) -> None:
    await team.notes.set(told, str(done))
    await ledger.notes.set(mark, str(done))


async def _number(ledger: Ledger, note: str) -> int:
    return int(await ledger.notes.get(note) or 0)


async def _id_of(ledger: Ledger, note: str) -> str:
    """The name that a ledger gives itself in a note."""
    known = await ledger.notes.get(note)
    if known is None:
        known = secrets.token_hex(8)
        await ledger.notes.set(note, known)
    return known


def _batches(changed: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], int | None]]:
    """Keys to send together, and the last recording that is through when they are, if any is."""
    for start in range(0, len(changed), REQUESTS_PER_BATCH):
        batch = changed[start : start + REQUESTS_PER_BATCH]
        end = start + len(batch)
        following = changed[end][0] if end < len(changed) else None
        through = [recording for recording, _ in batch if recording != following]
        yield [key for _, key in batch], through[-1] if through else None
