"""Brings what this machine's ledger holds of usage into the ledger that a team shares.

It goes in batches in the order of recording; the mark of how far it went is moved behind each recording that
is through. A batch that is sent again, or by another machine too, changes nothing: requests merge by their
keys.
"""

import logging
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from token_dashboard.ledger import Ledger
from token_dashboard.model.record import record
from token_dashboard.model.usage import UsageEvent

_log = logging.getLogger(__name__)

_ID = "ledger.id"
_MARK = "sync:{}"
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
    """What a person is called, by the names that logs and programs have for them."""

    def owned(self, event: UsageEvent) -> UsageEvent:
        """The event as the team knows it."""
        owner = event.attribution
        user = self.person if owner.user is None else self.people.get(owner.user, owner.user)
        sender = owner.sender and self.people.get(owner.sender, owner.sender)
        return event._replace(
            attribution=owner._replace(machine=owner.machine or self.machine, user=user, sender=sender)
        )

    def kept(self, event: UsageEvent) -> UsageEvent:
        """The team's event as this machine keeps it: its own requests don't say the machine."""
        owner = event.attribution
        return (
            event
            if owner.machine != self.machine
            else event._replace(attribution=owner._replace(machine=None))
        )


@record
class Synced:
    """What one replication did."""

    sent: int
    new: int
    """Of these, requests that the team's ledger didn't count yet."""


@record
class Standing:
    """How far a ledger is told to a team."""

    waiting: int
    """Requests that the team's ledger hasn't been told, or not as they are now."""
    last_ms: int | None = None
    """When everything was told; ``None``: never."""


async def is_shared(ledger: Ledger) -> bool:
    """Do machines send to it?"""
    return await ledger.notes.get(_ID) is not None


async def standing(ledger: Ledger, team: str) -> Standing:
    """What this machine knows of it by itself; the team's ledger, of this name, may be out of reach."""
    id_, _, last_ms = (await ledger.notes.get(_LAST.format(team)) or "").partition(" ")
    waiting = await ledger.journal.waiting(await _mark(ledger, id_))
    return Standing(waiting=waiting, last_ms=int(last_ms) if last_ms else None)


async def replicate(
    ledger: Ledger, team: Ledger, identity: Identity, now_ms: int, progress: Told = lambda _sent, _all: None
) -> Synced:
    """Send what changed since the last time. It may be stopped anywhere and goes on from there.

    Cost grows with what changed, plus a look at each row kept here.
    """
    id_ = await _id_of(team)
    changed = await ledger.journal.changed(await _mark(ledger, id_))
    sent = new = 0
    for keys, done in _batches(changed):
        events = [identity.owned(event) for event in await ledger.journal.events(keys)]
        new += (await team.usage.record(events)).new
        sent += len(keys)
        if done is not None:
            await ledger.notes.set(_MARK.format(id_), str(done))
        progress(sent, len(changed))
    await ledger.notes.set(_LAST.format(team.name), f"{id_} {now_ms}")
    if sent:
        _log.info("%s: %s requests sent, %s of them new", team.name, sent, new)
    return Synced(sent=sent, new=new)


async def _mark(ledger: Ledger, id_: str) -> int:
    """The last recording that a team's ledger has been told all of."""
    return int(await ledger.notes.get(_MARK.format(id_)) or 0)


async def _id_of(team: Ledger) -> str:
    """A name of its own, by which a ledger that was made anew is told from the one before it."""
    known = await team.notes.get(_ID)
    if known is None:
        known = secrets.token_hex(8)
        await team.notes.set(_ID, known)
    return known


def _batches(changed: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], int | None]]:
    """Keys to send together, and the last recording that is through when they are, if any is."""
    for start in range(0, len(changed), REQUESTS_PER_BATCH):
        batch = changed[start : start + REQUESTS_PER_BATCH]
        end = start + len(batch)
        following = changed[end][0] if end < len(changed) else None
        through = [recording for recording, _ in batch if recording != following]
        yield [key for _, key in batch], through[-1] if through else None
