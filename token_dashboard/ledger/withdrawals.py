"""Taking back what an import brought in: logs tell of the same by now, or it was a mistake."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, TypeAlias

from token_dashboard.ledger import _active_hours, _intake, _withdrawn
from token_dashboard.ledger._changes import Place, without
from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger._days import add_to_days
from token_dashboard.ledger._hours import add_to_hours
from token_dashboard.ledger._lives import shorten
from token_dashboard.ledger._rows import SELECT_HELD, held_event, owner_ids, storable
from token_dashboard.ledger._sums import PLACE, Sums, add_to, remove_empty
from token_dashboard.ledger.upkeep import IMPORTED_HERE, SEEN_HERE, Upkeep
from token_dashboard.model.period import BUCKET_MS
from token_dashboard.model.usage import group_of

_ADD = add_to("rollup", "bucket_ms")
_REMOVE = remove_empty("rollup", "bucket_ms")
_OF_IMPORTS = "series_id in (select id from series where source = 'import')"
_FORGETTABLE = (
    "select forgettable.key, time_ms, series_id, requests from wanted cross join forgettable"
    f" where forgettable.key = wanted.value and {_OF_IMPORTS}"
)
_ROLLUPS = (
    f"select bucket_ms, series_id, thread_id, {', '.join(Sums._fields)} from rollup where {_OF_IMPORTS}"
)
_AGENTS = "select id, agent from series where source = 'import'"
_HERE = (
    "select {table}.key from wanted cross join {table} join series on series.id = {table}.series_id"
    f" where {{table}}.key = wanted.value and {IMPORTED_HERE}"
)
_AT_ONCE = 20_000

_Cell: TypeAlias = tuple[int, int]
"""A roll-up's time and series: of a request without detail the thread isn't known."""


class Beside(NamedTuple):
    """What is known of one agent in a quarter of an hour from this machine alone, in tokens."""

    agent: str
    time_ms: int
    imported: int
    read: int
    """What logs told, or was seen being made."""


async def read_tokens(upkeep: Upkeep, agent: str) -> list[tuple[int, int]]:
    """The quarters of an hour in which an agent has requests that are ``SEEN_HERE``, and their tokens."""
    rows = await upkeep.database.fetch(
        "select bucket_ms, cast(sum(input_tokens + output_tokens) as bigint) from rollup"
        f" join series on series.id = rollup.series_id where agent = ? and {SEEN_HERE} group by bucket_ms",
        (agent,),
    )
    return [(int(bucket_ms), int(tokens)) for bucket_ms, tokens in rows]


async def beside_imports(upkeep: Upkeep) -> list[Beside]:
    """Of agents whose use was imported: each quarter of an hour with requests. Cost grows with these."""
    rows = await upkeep.database.fetch(
        "select agent, bucket_ms,"
        f" cast(sum(case when {IMPORTED_HERE} then input_tokens + output_tokens else 0 end) as bigint),"
        f" cast(sum(case when {SEEN_HERE} then input_tokens + output_tokens else 0 end) as bigint)"
        " from rollup join series on series.id = rollup.series_id"
        f" where agent in (select agent from series where {IMPORTED_HERE} and agent <> '')"
        " group by agent, bucket_ms"
    )
    return [Beside(str(agent), *map(int, counts)) for agent, *counts in rows]


async def imported_here(upkeep: Upkeep, keys: Collection[int]) -> set[int]:
    """Those of some requests that are ``IMPORTED_HERE``, with their detail or without it."""
    async with upkeep.database.transaction() as transaction:
        rows = [
            row
            for table in ("event", "forgettable")
            for row in await transaction.fetch_wanted(_HERE.format(table=table), sorted(keys))
        ]
    return {int(key) for (key,) in rows}


async def withdraw(upkeep: Upkeep, keys: Collection[int]) -> int:
    """Forget imported requests, as if they had never come, and say how many.

    All the keys are noted, but for those of requests known otherwise, so that copies stay away and other
    ledgers can be told. Those whose detail was deleted go where nothing else is in the same sums, else they
    stay: they are no longer known apart. It is done by parts; stopped in the middle, it goes on from there.
    """
    wanted = sorted(set(keys))
    parts = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    return sum([await _withdraw_events(upkeep, part) for part in parts]) + await _withdraw_sums(upkeep, parts)


async def _withdraw_events(upkeep: Upkeep, keys: Sequence[int]) -> int:
    wanted = set(keys)
    async with upkeep.database.transaction() as transaction:
        rows = await transaction.fetch_wanted(SELECT_HELD, sorted({group_of(key) for key in wanted}))
        held = [held_event(row) for row in rows if row[0] in wanted]
        gone = [(event, counts_nowhere) for event, counts_nowhere in held if event.source == "import"]
        known_otherwise = {event.key for event, _ in held if event.source != "import"}
        await _withdrawn.note(transaction, wanted - known_otherwise)
        await _take_off(
            transaction, *without([event for event, counts_nowhere in gone if not counts_nowhere])
        )
        places = [(event.key, event.time_ms) for event, _ in gone]
        await transaction.execute_many("delete from event where key = ? and time_ms = ?", places)
        # On a server a key whose row is gone counts as one of deleted detail.
        await transaction.execute_many("delete from pruned where key = ?", [(key,) for key, _ in places])
        for agent, times in _by_agent((storable(one.agent or ""), one.time_ms) for one, _ in gone):
            await _active_hours.note(transaction, agent, (), times)
            await _intake.count(transaction, agent, records=-len(times))
        await shorten(
            transaction,
            {owner_ids(*event[2:6], event.service_tier, event.attribution) for event, _ in gone},
        )
    return len(gone)


async def _withdraw_sums(upkeep: Upkeep, parts: Sequence[Sequence[int]]) -> int:
    """Those whose detail was deleted, from each roll-up that is made of nothing else."""
    if not await upkeep.database.fetch(f"select 1 from forgettable where {_OF_IMPORTS} limit 1"):
        return 0
    async with upkeep.database.transaction() as transaction:
        found = [row for part in parts for row in await transaction.fetch_wanted(_FORGETTABLE, part)]
        if not found:
            return 0
        wanted, held = Counter[_Cell](), Counter[_Cell]()
        for _, time_ms, series_id, requests in found:
            wanted[time_ms // BUCKET_MS * BUCKET_MS, series_id] += requests
        rows = await transaction.fetch(_ROLLUPS)
        for row in rows:
            held[row[0], row[1]] += row[PLACE]
        whole = {cell for cell, requests in wanted.items() if requests == held[cell]}
        gone = [row for row in found if (row[1] // BUCKET_MS * BUCKET_MS, row[2]) in whole]
        lost = sorted(row for row in rows if (row[0], row[1]) in whole)
        await _take_off(
            transaction,
            [(*row[:PLACE], *(-one for one in row[PLACE:])) for row in lost],
            [row[:PLACE] for row in lost],
        )
        keys = [(key,) for key, *_ in gone]
        await transaction.execute_many("delete from forgettable where key = ?", keys)
        await transaction.execute_many("delete from pruned where key = ?", keys)
        agents: dict[int, str] = dict(await transaction.fetch(_AGENTS))
        for agent, times in _by_agent((agents[series_id], time_ms) for _, time_ms, series_id, _ in gone):
            await _active_hours.note(transaction, agent, (), times)
            await _intake.count(transaction, agent, records=-len(times), pruned=-len(times))
        await shorten(transaction, {(row[1], row[2]) for row in lost})
    return len(gone)


async def _take_off(
    transaction: Transaction, rollups: Sequence[tuple[int, ...]], emptied: Sequence[Place]
) -> None:
    """Add what is below zero to all roll-ups."""
    await transaction.execute_many(_ADD, rollups)
    await transaction.execute_many(_REMOVE, emptied)
    await add_to_hours(transaction, rollups, emptied)
    await add_to_days(transaction, rollups, emptied)


def _by_agent(requests: Iterable[tuple[str, int]]) -> Iterable[tuple[str, list[int]]]:
    """The times of each agent's."""
    times: dict[str, list[int]] = defaultdict(list)
    for agent, time_ms in requests:
        times[agent].append(time_ms)
    return times.items()
