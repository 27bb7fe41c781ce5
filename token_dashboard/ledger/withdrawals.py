"""Taking back what an import brought in, once logs tell of the same."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from token_dashboard.ledger import _intake, _withdrawn
from token_dashboard.ledger._changes import without
from token_dashboard.ledger._days import add_to_days
from token_dashboard.ledger._hours import add_to_hours
from token_dashboard.ledger._rows import SELECT_HELD, held_event, storable
from token_dashboard.ledger._sums import add_to, remove_empty
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.model.usage import group_of

_ADD = add_to("rollup", "bucket_ms")
_REMOVE = remove_empty("rollup", "bucket_ms")


class Beside(NamedTuple):
    """What is known of one agent in a quarter of an hour, in tokens."""

    agent: str
    time_ms: int
    imported: int
    read: int
    """What did not come by an import."""


async def read_tokens(upkeep: Upkeep, agent: str) -> list[tuple[int, int]]:
    """The quarters of an hour in which an agent has requests that were not imported, and their tokens."""
    rows = await upkeep.database.fetch(
        "select bucket_ms, cast(sum(input_tokens + output_tokens) as bigint) from rollup"
        " join series on series.id = rollup.series_id where agent = ? and source <> 'import'"
        " group by bucket_ms",
        (agent,),
    )
    return [(int(bucket_ms), int(tokens)) for bucket_ms, tokens in rows]


async def beside_imports(upkeep: Upkeep) -> list[Beside]:
    """Of agents whose use was imported: each quarter of an hour with requests. Cost grows with these."""
    rows = await upkeep.database.fetch(
        "select agent, bucket_ms,"
        " cast(sum(case when source = 'import' then input_tokens + output_tokens else 0 end) as bigint),"
        " cast(sum(case when source = 'import' then 0 else input_tokens + output_tokens end) as bigint)"
        " from rollup join series on series.id = rollup.series_id"
        " where agent in (select agent from series where source = 'import' and agent <> '')"
        " group by agent, bucket_ms"
    )
    return [Beside(str(agent), *map(int, counts)) for agent, *counts in rows]


async def withdraw(upkeep: Upkeep, keys: Collection[int]) -> int:
    """Forget imported requests, as if they had never come, and say how many.

    One whose detail was deleted stays: its totals are no longer known apart. All the keys are noted, but for
    those of requests known otherwise, so that copies stay away and other ledgers can be told.
    """
    wanted = set(keys)
    async with upkeep.database.transaction() as transaction:
        rows = await transaction.fetch_wanted(SELECT_HELD, sorted({group_of(key) for key in wanted}))
        held = [held_event(row) for row in rows if row[0] in wanted]
        gone = [(event, counts_nowhere) for event, counts_nowhere in held if event.source == "import"]
        known_otherwise = {event.key for event, _ in held if event.source != "import"}
        await _withdrawn.note(transaction, wanted - known_otherwise)
        rollups, emptied = without([event for event, counts_nowhere in gone if not counts_nowhere])
        await transaction.execute_many(_ADD, rollups)
        await transaction.execute_many(_REMOVE, emptied)
        await add_to_hours(transaction, rollups, emptied)
        await add_to_days(transaction, rollups, emptied)
        places = [(event.key, event.time_ms) for event, _ in gone]
        await transaction.execute_many("delete from event where key = ? and time_ms = ?", places)
        # On a server a key whose row is gone counts as one of deleted detail.
        await transaction.execute_many("delete from pruned where key = ?", [(key,) for key, _ in places])
        for agent, count in Counter(storable(event.agent or "") for event, _ in gone).items():
            await _intake.count(transaction, agent, records=-count)
    return len(gone)
