"""What a batch of events changes in a ledger, worked out from what it holds of the same requests.

Pure and ordered by nothing: any order, batching or repetition of records ends in the same ledger.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from token_dashboard.ledger._active_hours import HourEnds, hours_of_groups
from token_dashboard.ledger._database import Row, Value
from token_dashboard.ledger._rows import (
    MAIN,
    REPLAY,
    SIDECHAIN,
    EventRow,
    held_event,
    is_news,
    owner_ids,
    price_day,
    series_texts,
    thread_texts,
)
from token_dashboard.ledger._sums import Sums, less, sums_of
from token_dashboard.model.period import BUCKET_MS
from token_dashboard.model.usage import UsageEvent, group_of, merge, merge_group

Held: TypeAlias = tuple[UsageEvent, bool]
"""An event, and whether it is a replay, which counts nowhere."""
Place: TypeAlias = tuple[int, int, int]
"""A roll-up's time, series and thread."""

_BUCKET = itemgetter(0)


class Changes(NamedTuple):
    """Rows to write, each list in the order of its primary key."""

    events: list[EventRow]
    series: list[tuple[Value, ...]]
    threads: list[tuple[Value, ...]]
    rollups: list[tuple[int, ...]]
    """What is to be added to each roll-up."""
    emptied: list[Place]
    """Roll-ups that lose requests and may have none left."""
    active: list[HourEnds]
    """The hours of all requests that count now and didn't, or count otherwise."""
    lost: list[int]
    """The times of all that counted and no longer do, or do otherwise."""
    gained: int
    """Requests that count now, less those that no longer do."""
    inserted: int
    """Rows that the ledger didn't hold."""


def changes(events: Sequence[UsageEvent], held: Iterable[Row], pruned: Iterable[Row], batch: int) -> Changes:
    """Events, the ledger's rows of the groups that they belong to, and the number of this recording.

    In the order in which they were read, neighbours share owners and lie together in memory: a third faster
    than in the order of their keys.
    """
    rows = {row[0]: row for row in held}
    if rows:
        events = [event for event in events if (row := rows.get(event[0])) is None or is_news(event, row)]
    groups = [group_of(event[0]) for event in events]
    told = set(groups)
    known: dict[int, dict[int, Held]] = defaultdict(dict)
    for key, row in rows.items():
        if (group := group_of(key)) in told:
            known[group][key] = held_event(row)
    tombs: dict[int, dict[int, int]] = defaultdict(dict)
    for key, role in pruned:
        tombs[group_of(key)][key] = role
    crowded = known.keys() | tombs.keys()
    if len(told) < len(groups):
        crowded |= {group for group, times in Counter(groups).items() if times > 1}

    fresh = events
    settled: list[Held] = []
    removed: list[UsageEvent] = []
    if crowded:
        fresh = [event for group, event in zip(groups, events, strict=True) if group not in crowded]
        arrivals: dict[int, list[UsageEvent]] = defaultdict(list)
        for group, event in zip(groups, events, strict=True):
            if group in crowded:
                arrivals[group].append(event)
        for group, arrived in arrivals.items():
            _settle(arrived, known.get(group, {}), tombs.get(group), settled, removed)
    return _drafted(chain(zip(fresh, repeat(False)), settled), removed, rows.keys(), batch)


def without(removed: Iterable[UsageEvent]) -> tuple[list[tuple[int, ...]], list[Place]]:
    """What roll-ups lose with events that count, to be added to them, and those that may be empty then."""
    sums: dict[Place, Sums] = {}
    emptied = _take_away(sums, removed)
    return sorted((*place, *some) for place, some in sums.items()), emptied


def _settle(
    arrived: Iterable[UsageEvent],
    held: dict[int, Held],
    tombs: dict[int, int] | None,
    settled: list[Held],
    removed: list[UsageEvent],
) -> None:
    """Merge the records of one request into what the ledger holds of it."""
    merged = {key: event for key, (event, _) in held.items()}
    for event in arrived:
        if event.key in merged:
            merged[event.key] = merge(merged[event.key], event)
        elif tombs is None or not _was_pruned(event, tombs):
            merged[event.key] = event
    counted = {event.key for event in merge_group(list(merged.values()))}
    if tombs is not None:  # what a replay repeats may be in the roll-ups alone
        counted -= {key for key, one in held.items() if one[1] and merged[key].is_sidechain}
    for key, event in merged.items():
        before, now = held.get(key), (event, key not in counted)
        if now == before:
            continue
        settled.append(now)
        if before is not None and not before[1]:
            removed.append(before[0])


def _was_pruned(event: UsageEvent, tombs: dict[int, int]) -> bool:
    """Is it, or what it replays or is replayed by, in the roll-ups with its detail deleted?"""
    return event.key in tombs or event.is_sidechain or SIDECHAIN in tombs.values()


def _drafted(added: Iterable[Held], removed: list[UsageEvent], held: Collection[int], batch: int) -> Changes:
    rows: list[EventRow] = []
    counting: dict[Place, list[UsageEvent]] = defaultdict(list)
    replays: dict[Place, list[UsageEvent]] = defaultdict(list)
    latest: object = None
    series_id = thread_id = 0
    for event, is_replay in added:
        # Every event of a first scan comes through here; fields one by one are twice as fast as slices.
        (
            key, time_ms, source, agent, provider, model, tokens_in, read, written, written_1h, tokens_out,
            reasoning, searches, tier, is_sidechain, owner, requests, recorded, cost, day,
        ) = event  # fmt: skip
        name = (source, agent, provider, model, tier, owner)
        if name != latest:
            latest = name
            series_id, thread_id = owner_ids(*name)
        place = (time_ms // BUCKET_MS * BUCKET_MS, series_id, thread_id)
        (replays if is_replay else counting)[place].append(event)
        price = None if day is None else price_day(day)
        role = REPLAY if is_replay else SIDECHAIN if is_sidechain else MAIN
        rows.append(
            (
                key, time_ms, series_id, thread_id, tokens_in, read, written, written_1h, tokens_out,
                reasoning, searches, requests, recorded, cost, price, role, batch,
            )
        )  # fmt: skip
    rows.sort(key=itemgetter(0))
    sums = {place: sums_of(here) for place, here in counting.items()}
    emptied = _take_away(sums, removed)
    return Changes(
        events=rows,
        series=sorted(
            (one, *series_texts(event), *span) for one, (event, *span) in _used(1, counting, replays)
        ),
        threads=sorted(
            (one, *thread_texts(event.attribution), *span)
            for one, (event, *span) in _used(2, counting, replays)
        ),
        rollups=sorted((*place, *some) for place, some in sums.items()),
        emptied=emptied,
        active=hours_of_groups(counting.values()),
        lost=[event.time_ms for event in removed],
        gained=sum(map(len, counting.values())) - len(removed),
        inserted=sum(row[0] not in held for row in rows) if held else len(rows),
    )


def _take_away(sums: dict[Place, Sums], removed: Iterable[UsageEvent]) -> list[Place]:
    places = set()
    for event in removed:
        (_, time_ms, source, agent, provider, model, *_, tier, _, owner, _, _, _, _) = event
        place = (time_ms // BUCKET_MS * BUCKET_MS, *owner_ids(source, agent, provider, model, tier, owner))
        places.add(place)
        sums[place] = less(sums.get(place), sums_of([event]))
    return sorted(places)


def _used(
    part: int, *placed: Mapping[Place, list[UsageEvent]]
) -> Iterator[tuple[int, tuple[UsageEvent, int, int]]]:
    """Each series (part 1 of a place) or thread (part 2): an event of it, its first and its last use."""
    found: dict[int, list[tuple[int, list[UsageEvent]]]] = defaultdict(list)
    for place, events in chain.from_iterable(one.items() for one in placed):
        found[place[part]].append((place[0], events))
    for one, buckets in found.items():
        yield one, (buckets[0][1][0], *_span(buckets))


def _span(buckets: Sequence[tuple[int, list[UsageEvent]]]) -> tuple[int, int]:
    """The first and the last moment in events by their buckets: only two buckets are searched for them."""
    earliest, latest = min(map(_BUCKET, buckets)), max(map(_BUCKET, buckets))
    first = min(event.time_ms for bucket, events in buckets if bucket == earliest for event in events)
    last = max(event.time_ms for bucket, events in buckets if bucket == latest for event in events)
    return first, last
