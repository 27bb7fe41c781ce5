"""Notices on their way through the channels, kept until they have arrived or are given up.

A notice is claimed before it is handed to its channel. One whose claim is still there after ``LEASE_MS`` was
being brought by a process that has ended, and may have arrived: it is brought again only where the receiver
knows repeats by their id. All waiting times are void when the clock has been set back behind their beginning.
"""

from collections.abc import Sequence

from token_dashboard.ledger._database import Database, Row, Transaction, upsert
from token_dashboard.ledger._postings import post
from token_dashboard.ledger._records import from_json
from token_dashboard.model.notice import Notice, Parcel, Posting, Queue
from token_dashboard.model.undelivered import Fate, Undelivered

LEASE_MS = 120_000
"""Longer than any channel takes to answer."""
_MOST_SHOWN = 100
_WAITS = "ended_ms is null and claimed_ms is null"
_SET_NOTE = upsert("note", ("key",), ("body",))


class OutboxStore:
    """One queue a channel."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def post_once(
        self, note: str, before: str | None, after: str, postings: Sequence[Posting], at_ms: int
    ) -> bool:
        """Post and change a note, as one step; ``False``: another process has changed the note already."""
        async with self._database.transaction() as transaction:
            rows = await transaction.fetch("select body from note where key = ?", (note,))
            if (str(rows[0][0]) if rows else None) != before:
                return False
            await transaction.execute(_SET_NOTE, (note, after))
            await post(transaction, postings, at_ms)
            return True

    async def claim(
        self, channel: str, now_ms: int, *, only_urgent: bool, is_repeatable: bool
    ) -> Parcel | None:
        """The next notice that is due; it is the caller's until he says what became of it."""
        if not await self._database.fetch(
            "select 1 from message where channel = ? and ended_ms is null limit 1", (channel,)
        ):
            return None  # nobody is kept from writing for nothing
        async with self._database.transaction() as transaction:
            await _end_leases(transaction, channel, now_ms, is_repeatable=is_repeatable)
            rows = await transaction.fetch(
                f"select id, body, posted_ms, tries from message where channel = ? and {_WAITS}"
                " and (due_ms <= ? or posted_ms > ? or failed_ms > ?) and is_urgent >= ?"
                " and not exists (select 1 from message as before where before.channel = message.channel"
                " and before.topic = message.topic and before.id < message.id and before.ended_ms is null)"
                " order by id limit 1",
                (channel, now_ms, now_ms, now_ms, int(only_urgent)),
            )
            if not rows:
                return None
            ((number, body, posted_ms, tries),) = rows
            await transaction.execute("update message set claimed_ms = ? where id = ?", (now_ms, number))
            return Parcel(id=number, notice=from_json(Notice, body), posted_ms=posted_ms, tries=tries)

    async def arrived(self, parcel: Parcel) -> None:
        """It is where it should be."""
        await self._change("delete from message where id = ?", (parcel.id,))

    async def put_back(self, parcel: Parcel) -> None:
        """It was not tried."""
        await self._change("update message set claimed_ms = null where id = ?", (parcel.id,))

    async def failed(self, parcel: Parcel, reason: str, at_ms: int, due_ms: int) -> None:
        """It was tried in vain, and is due again."""
        await self._change(
            "update message set claimed_ms = null, tries = tries + 1, failed_ms = ?, due_ms = ?, reason = ?"
            " where id = ?",
            (at_ms, due_ms, reason, parcel.id),
        )

    async def give_up(self, parcel: Parcel, fate: Fate, reason: str, at_ms: int) -> None:
        """It is not tried again, and shown among those that did not arrive."""
        await self._change(
            "update message set claimed_ms = null, ended_ms = ?, fate = ?, reason = ? where id = ?",
            (at_ms, fate.value, reason, parcel.id),
        )

    async def hurry(self, channel: str) -> None:
        """Everything that waits for a channel is due now."""
        await self._change(f"update message set due_ms = 0 where channel = ? and {_WAITS}", (channel,))

    async def next_due_ms(self, channel: str) -> int | None:
        """When the next notice that waits is due, urgent or not."""
        ((due_ms,),) = await self._database.fetch(
            f"select min(due_ms) from message where channel = ? and {_WAITS}", (channel,)
        )
        return due_ms if due_ms is None else int(due_ms)

    async def queue(self, channel: str) -> Queue:
        """What has not arrived yet, what is being brought included."""
        ((waiting, failed_ms),) = await self._database.fetch(
            "select count(*), max(failed_ms) from message where channel = ? and ended_ms is null", (channel,)
        )
        return Queue(waiting=waiting, failed_ms=failed_ms)

    async def undelivered(self) -> tuple[Undelivered, ...]:
        """What did not arrive, latest first."""
        rows = await self._database.fetch(
            "select channel, body, posted_ms, ended_ms, fate, reason from message where ended_ms is not null"
            f" order by ended_ms desc, id desc limit {_MOST_SHOWN}"
        )
        return tuple(map(_undelivered, rows))

    async def prune(self, before_ms: int) -> None:
        """Forget what was given up before; what waits for a channel that is no longer there is given up."""
        async with self._database.transaction() as transaction:
            await transaction.execute("delete from message where ended_ms < ?", (before_ms,))
            await transaction.execute(
                f"update message set ended_ms = ?, fate = ? where {_WAITS} and posted_ms < ?",
                (before_ms, Fate.GAVE_UP.value, before_ms),
            )

    async def _change(self, sql: str, values: Sequence[int | str]) -> None:
        async with self._database.transaction() as transaction:
            await transaction.execute(sql, values)


async def _end_leases(transaction: Transaction, channel: str, now_ms: int, *, is_repeatable: bool) -> None:
    is_over = "channel = ? and ended_ms is null and (claimed_ms <= ? or claimed_ms > ?)"
    whose = (channel, now_ms - LEASE_MS, now_ms)
    if is_repeatable:
        await transaction.execute(f"update message set claimed_ms = null where {is_over}", whose)
    else:
        await transaction.execute(
            f"update message set claimed_ms = null, ended_ms = ?, fate = ? where {is_over}",
            (now_ms, Fate.UNCERTAIN.value, *whose),
        )


def _undelivered(row: Row) -> Undelivered:
    channel, body, posted_ms, ended_ms, fate, reason = row
    return Undelivered(
        channel=channel,
        keys=tuple(alert.condition.key for alert in from_json(Notice, body).alerts),
        posted_ms=posted_ms,
        ended_ms=ended_ms,
        fate=Fate(fate),
        reason=reason,
    )
