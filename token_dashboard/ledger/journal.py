"""What changed in a ledger's usage since some moment, to be told to another ledger.

Each recording has a number (the note ``usage.batch``) and leaves it on every row that it writes. So what
changed since recording N is what bears a higher number, whether it is new or was merged with another record.
"""

from collections.abc import Sequence

from token_dashboard.ledger._database import Database, Transaction
from token_dashboard.ledger._rows import SELECT_HELD, held_event
from token_dashboard.model.usage import UsageEvent, group_of

_COUNT_BATCH = (
    "insert into note (key, body) values ('usage.batch', '1') on conflict (key)"
    " do update set body = cast(cast(note.body as bigint) + 1 as text)"
)

_SELECT_WITHDRAWN = "select key from withdrawn where batch > ? and key > ? order by key limit 20000"


async def next_recording(transaction: Transaction) -> int:
    """The number of a recording that begins."""
    await transaction.execute(_COUNT_BATCH)
    ((batch,),) = await transaction.fetch("select cast(body as bigint) from note where key = 'usage.batch'")
    return int(batch)


async def first_changed_ms(transaction: Transaction, since: int) -> int | None:
    """The time of the earliest request that changed after a recording; ``None``: none did."""
    ((first_ms,),) = await transaction.fetch("select min(time_ms) from event where batch > ?", (since,))
    return None if first_ms is None else int(first_ms)


class Journal:
    """The reading side of replication."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changed(self, since: int) -> list[tuple[int, int]]:
        """The requests that changed after a recording, as (recording, key), oldest first.

        One look at each row that is kept, some 60 ns; nothing is looked at when nothing was recorded.
        """
        if await self.latest() <= since:
            return []
        rows = await self._database.fetch(
            "select batch, key from event where batch > ? order by batch, key", (since,)
        )
        return [(batch, key) for batch, key in rows]

    async def waiting(self, since: int) -> int:
        """How many requests changed after a recording, or were taken back."""
        rows = await self._database.fetch(
            "select (select count(*) from event where batch > ?)"
            " + (select count(*) from withdrawn where batch > ?)",
            (since, since),
        )
        return int(rows[0][0])

    async def waiting_from(self, since: int, before_ms: int) -> int:
        """Of the requests that changed after a recording, how many are from before a moment."""
        rows = await self._database.fetch(
            "select count(*) from event where batch > ? and time_ms < ?", (since, before_ms)
        )
        return int(rows[0][0])

    async def withdrawn(self, since: int) -> list[int]:
        """The keys of imported requests that were taken back after a recording, held here or not."""
        found: list[int] = []
        while rows := await self._database.fetch(_SELECT_WITHDRAWN, (since, found[-1] if found else -1)):
            found += [int(key) for (key,) in rows]
        return found

    async def latest(self) -> int:
        """The number of the last recording; 0 when there was none."""
        rows = await self._database.fetch("select cast(body as bigint) from note where key = 'usage.batch'")
        return int(rows[0][0]) if rows else 0

    async def events(self, keys: Sequence[int]) -> list[UsageEvent]:
        """The requests of some keys, replays among them, in the order of their keys; those that are left."""
        wanted = frozenset(keys)
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch_wanted(SELECT_HELD, sorted({group_of(key) for key in wanted}))
        return sorted((held_event(row)[0] for row in rows if row[0] in wanted), key=lambda one: one.key)
