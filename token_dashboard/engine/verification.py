"""Makes a figure anew from its sources: reads them again, prices and merges, and compares with the ledger."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from functools import partial, reduce
from typing import NamedTuple

from token_dashboard.engine.figure import Figure
from token_dashboard.engine.sources import Origin, Sources
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.proof import HeldEvent
from token_dashboard.model.explanation import Mismatch, Place, Trace, Verification
from token_dashboard.model.usage import COUNTS, UsageEvent, merge
from token_dashboard.pricing.pricer import Pricer

_COMPARED = (
    "time_ms",
    "provider",
    "model",
    *COUNTS,
    "service_tier",
    "requests",
    "recorded_cost_nanos",
)
_OWNED = ("project", "branch", "session")
_BETWEEN_PAUSES = 1_000

_Records = Mapping[int, Sequence[UsageEvent]]


class _Difference(NamedTuple):
    field: str
    stored: str
    found: str


_UNREADABLE = _Difference("record", "stored", "not in its source")


async def verify(
    ledger: Ledger, sources: Sources, pricer: Pricer, figure: Figure, *, adds_up: bool
) -> Verification:
    """Compare every event of a figure with what its files say now. All its events are held at once.

    A stored cost that prices don't give by now was made of older ones, as long as the events still add up to
    the figure: sums are written together with costs.

    A request may stand in another session's file too, as a resumed session's copy does: before one is called
    different, all other files of its agent are searched for it.
    """
    differs = partial(_differs, pricer=pricer, judges_cost=not adds_up)
    held = await ledger.proof.newest(figure.period, dict(figure.only), None)
    origins = await sources.origins(held)
    records = await _read(sources, held, {key: one.paths for key, one in origins.items()})
    doubted = [one async for one in _unhurried(held) if differs(one.event, records) is not None]
    more = await _read_others(sources, doubted, origins)
    records = {**records, **{key: [*records.get(key, ()), *found] for key, found in more.items()}}

    wrong: list[tuple[HeldEvent, _Difference]] = []
    gone = told = repriced = 0
    async for one in _unhurried(doubted):
        if (difference := differs(one.event, records)) is None:
            continue
        origin = origins[one.event.key]
        trace = origin.trace(is_found=one.event.key in records and origin.is_whole)
        if trace is Trace.TOLD:
            told += 1
        elif trace is Trace.GONE:
            gone += 1
        else:
            wrong.append((one, difference))
    async for one in _unhurried(held):
        if differs(one.event, records) is None:
            repriced += _is_repriced(one.event, records, pricer)
    return Verification(
        events=len(held),
        equal=len(held) - len(wrong) - gone - told,
        gone=gone,
        told=told,
        repriced=repriced,
        first=await _mismatch(sources, *wrong[0], origins, records, pricer) if wrong else None,
        differing=len(wrong),
    )


async def _unhurried(held: Sequence[HeldEvent]) -> AsyncIterator[HeldEvent]:
    """The events, with pauses in which the loop hears that nobody wants to know any more."""
    for number, one in enumerate(held):
        if number % _BETWEEN_PAUSES == 0:
            await asyncio.sleep(0)
        yield one


async def _read(
    sources: Sources, held: Sequence[HeldEvent], files: Mapping[int, tuple[str, ...]]
) -> _Records:
    keys: dict[str | None, set[int]] = defaultdict(set)
    paths: dict[str | None, dict[str, None]] = defaultdict(dict)
    for event, _ in held:
        keys[event.agent].add(event.key)
        paths[event.agent].update(dict.fromkeys(files[event.key]))
    found: dict[int, list[UsageEvent]] = {}
    for agent, wanted in keys.items():
        found.update(await sources.records(agent, paths[agent], wanted))
    return found


async def _read_others(
    sources: Sources, doubted: Sequence[HeldEvent], origins: Mapping[int, Origin]
) -> _Records:
    """The records of doubtful events in those files of their agents that weren't read for them."""
    read = {path for one in doubted for path in origins[one.event.key].paths}
    others = {one.event.agent: await sources.every_file(one.event.agent) for one in doubted}
    return await _read(
        sources,
        doubted,
        {
            one.event.key: tuple(path for path in others[one.event.agent] if path not in read)
            for one in doubted
        },
    )


def _merged(key: int, records: _Records, pricer: Pricer) -> UsageEvent | None:
    found = records.get(key)
    return reduce(merge, pricer.price(found)) if found else None


def _differs(
    stored: UsageEvent, records: _Records, *, pricer: Pricer, judges_cost: bool
) -> _Difference | None:
    found = _merged(stored.key, records, pricer)
    if found is None:
        return _UNREADABLE
    difference = next(_differences(stored, found, records[stored.key]), None)
    if difference is None and judges_cost and stored.price_date == found.price_date:
        before, now = stored.list_cost_nanos, found.list_cost_nanos
        return None if before == now else _Difference("list_cost_nanos", str(before), str(now))
    return difference


def _differences(
    stored: UsageEvent, found: UsageEvent, records: Collection[UsageEvent]
) -> Iterator[_Difference]:
    for name in _COMPARED:
        before, now = getattr(stored, name), getattr(found, name)
        if before != now:
            yield _Difference(name, str(before), str(now))
    # Of requests that several sessions hold the first one read is the owner: only where all agree, it's sure.
    for name in _OWNED:
        owners = {getattr(one.attribution, name) for one in records} - {None}
        if len(owners) == 1 and (owner := getattr(stored.attribution, name)) not in owners:
            yield _Difference(name, str(owner), str(owners.pop()))


def _is_repriced(stored: UsageEvent, records: _Records, pricer: Pricer) -> bool:
    found = _merged(stored.key, records, pricer)
    return found is not None and found[-2:] != stored[-2:]


async def _mismatch(
    sources: Sources,
    held: HeldEvent,
    difference: _Difference,
    origins: Mapping[int, Origin],
    records: _Records,
    pricer: Pricer,
) -> Mismatch:
    stored, files = held.event, origins[held.event.key].paths
    return Mismatch(
        place=await _place(sources, stored, files, _merged(stored.key, records, pricer)),
        files=tuple(files),
        time_ms=stored.time_ms,
        model=stored.model,
        field=difference.field,
        stored=difference.stored,
        found=difference.found,
    )


async def _place(
    sources: Sources, stored: UsageEvent, files: Sequence[str], found: UsageEvent | None
) -> Place | None:
    """The record that stands for the request now; without one, what the ledger doesn't know nearest to it."""
    if found is not None:
        if found.output_tokens < stored.output_tokens:  # the line that told more may be broken by now
            strangers = await sources.strangers(stored.agent, files)
            broken = next((place for time_ms, place in strangers if time_ms is None), None)
            if broken is not None:
                return broken
        every = await sources.every_file(stored.agent)
        for paths in (files, [path for path in every if path not in files]):
            located = (await sources.places(stored.agent, paths, {stored.key})).get(stored.key)
            if located:
                equal = (place for event, place in located if event[6:13] == found[6:13])
                return next(equal, located[-1][1])
        return None
    strangers = await sources.strangers(stored.agent, files)
    nearest = min(
        strangers,
        key=lambda one: 0 if one[0] is None else 1 + abs(one[0] - stored.time_ms),
        default=(None, None),
    )
    return nearest[1]
