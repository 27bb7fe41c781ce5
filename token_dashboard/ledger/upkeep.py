"""What the ledger holds as a whole: how much of what, every event of a time, and what is wanted no more."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from token_dashboard.ledger import _active_hours, _deletions
from token_dashboard.ledger._database import Database
from token_dashboard.ledger._hours import make_hours
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.ledger._selection import Selection
from token_dashboard.ledger._whole_events import whole_events
from token_dashboard.model.period import BUCKET_MS, Period
from token_dashboard.model.record import record
from token_dashboard.model.usage import UsageEvent

if TYPE_CHECKING:
    from token_dashboard.ledger._opening import Ledger

__all__ = ["HeldAgent", "Holdings", "Named", "Selection", "Upkeep"]

_COUNTED = ("event", "pruned", "rollup", "series", "thread", "log_file", "reject")
_EVER = Period(-(2**62), 2**62)
SEEN_HERE = "source not in ('import', 'manual') and machine = ''"
"""Of a series: its requests were seen on this machine as they were made, or in its logs. An import may tell
of the same ones; not of another machine's, nor of what somebody noted by hand as nothing else tells of it."""
IMPORTED_HERE = "source = 'import' and machine = ''"


class HeldAgent(NamedTuple):
    """What is held of one agent; ``None`` for requests that no agent's log told."""

    agent: str | None
    requests: int
    first_ms: int
    last_ms: int


@record
class Holdings:
    """How much of what a ledger holds."""

    rows: dict[str, int]
    """By table."""
    sessions: int
    agents: tuple[HeldAgent, ...]
    """The one with the most requests first."""
    first_ms: int | None
    last_ms: int | None
    without_detail: int
    """Requests that are in the totals alone."""


class Named(NamedTuple):
    """How much a selection names."""

    requests: int
    """In the totals."""
    events: int
    """Of which single requests are still held."""


class Upkeep:
    """Looks at all of the usage at once, and deletes some of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def of(cls, ledger: "Ledger") -> "Upkeep":
        return cls(ledger.usage._database)  # noqa: SLF001 - the stores of a ledger share one database

    async def holdings(self) -> Holdings:
        rows = {
            table: int((await self.database.fetch(f"select count(*) from {table}"))[0][0])
            for table in _COUNTED
        }
        [(sessions,)] = await self.database.fetch(
            "select count(distinct session) from thread where session <> ''"
        )
        held = await self.database.fetch(
            "select agent, cast(sum(requests) as bigint), min(first_ms), max(last_ms) from"
            " (select series_id, sum(requests) as requests from rollup group by series_id) as rolled"
            " join series on series.id = rolled.series_id group by agent order by 2 desc, 1"
        )
        agents = tuple(HeldAgent(agent or None, requests, *span) for agent, requests, *span in held)
        return Holdings(
            rows=rows,
            sessions=int(sessions),
            agents=agents,
            first_ms=min((one.first_ms for one in agents), default=None),
            last_ms=max((one.last_ms for one in agents), default=None),
            without_detail=await self.without_detail(_EVER),
        )

    async def events(self, period: Period, page: int = 10_000) -> AsyncIterator[list[UsageEvent]]:
        """Every event of a period that counts, in the order of their keys; only one page is held."""
        async for events in whole_events(self.database, period, page):
            yield events

    async def without_detail(self, period: Period) -> int:
        """How many requests are in the totals alone, because their detail was deleted.

        The period begins and ends on a quarter of an hour.
        """
        ((counted,),) = await self.database.fetch(
            "select cast(coalesce(sum(requests), 0) as bigint) from rollup"
            " where bucket_ms >= ? and bucket_ms < ?",
            (period.start_ms, period.end_ms),
        )
        ((held,),) = await self.database.fetch(
            "select cast(coalesce(sum(coalesce(requests, 1)), 0) as bigint) from event"
            f" where time_ms >= ? and time_ms < ? and role <> {REPLAY}",
            (period.start_ms, period.end_ms),
        )
        return int(counted) - int(held)

    async def read_buckets(self, agent: str) -> list[int]:
        """The quarters of an hour in which requests of an agent are counted that are ``SEEN_HERE``."""
        rows = await self.database.fetch(
            "select distinct bucket_ms from rollup join series on series.id = rollup.series_id"
            f" where agent = ? and {SEEN_HERE} and requests > 0",
            (agent,),
        )
        return [int(bucket_ms) for (bucket_ms,) in rows]

    async def read_sessions(self, agent: str) -> dict[str, int]:
        """The sessions of an agent with requests that are ``SEEN_HERE``, and their tokens."""
        rows = await self.database.fetch(
            "select session, cast(sum(input_tokens + output_tokens) as bigint) from rollup"
            " join series on series.id = rollup.series_id join thread on thread.id = rollup.thread_id"
            f" where agent = ? and {SEEN_HERE} and session <> '' group by session",
            (agent,),
        )
        return {str(session): int(tokens) for session, tokens in rows}

    async def imported_events(self, agent: str) -> list[tuple[int, int]]:
        """Key and time of each event of an agent that is ``IMPORTED_HERE``."""
        rows = await self.database.fetch(
            "select key, time_ms from event join series on series.id = event.series_id"
            f" where agent = ? and {IMPORTED_HERE} and role <> {REPLAY}",
            (agent,),
        )
        return [(int(key), int(time_ms)) for key, time_ms in rows]

    async def imported_sums(self, agent: str) -> list[tuple[int, bool]]:
        """The quarters of an hour with ``IMPORTED_HERE`` usage of an agent, and whether it is a session's."""
        rows = await self.database.fetch(
            "select distinct bucket_ms, session <> '' from rollup join series on series.id = rollup.series_id"
            " join thread on thread.id = rollup.thread_id"
            f" where agent = ? and {IMPORTED_HERE} and requests > 0",
            (agent,),
        )
        return [(int(bucket_ms), bool(is_of_session)) for bucket_ms, is_of_session in rows]

    async def imported_without_detail(self, agent: str) -> list[int]:
        """The quarters of an hour with ``IMPORTED_HERE`` requests that are in the totals alone."""
        rows = await self.database.fetch(
            "select bucket_ms from rollup join series on series.id = rollup.series_id"
            f" where agent = ? and {IMPORTED_HERE} group by bucket_ms having sum(rollup.requests) >"
            " (select coalesce(sum(coalesce(event.requests, 1)), 0) from event"
            f" join series on series.id = event.series_id where agent = ? and {IMPORTED_HERE}"
            f" and role <> {REPLAY} and time_ms >= bucket_ms and time_ms < bucket_ms + {BUCKET_MS})",
            (agent, agent),
        )
        return [int(bucket_ms) for (bucket_ms,) in rows]

    async def named(self, selection: Selection) -> Named:
        """How much ``purge`` would delete."""
        where, values = selection.where("bucket_ms")
        ((requests,),) = await self.database.fetch(
            f"select cast(coalesce(sum(requests), 0) as bigint) from rollup where {where}", values
        )
        where, values = selection.where("time_ms")
        ((events,),) = await self.database.fetch(f"select count(*) from event where {where}", values)
        return Named(int(requests), int(events))

    async def changed(self, selection: Selection, since: int) -> int:
        """Of the requests that are named, how many changed after a recording."""
        where, values = selection.where("time_ms")
        ((requests,),) = await self.database.fetch(
            "select cast(coalesce(sum(coalesce(requests, 1)), 0) as bigint) from event"
            f" where {where} and batch > ? and role <> {REPLAY}",
            [*values, since],
        )
        return int(requests)

    async def purge(self, selection: Selection) -> Named:
        """Delete usage, its totals too, in one transaction.

        What was read from a log stays away when that log is read again: its keys are kept, as for what
        retention deletes. What was logged by hand or imported is forgotten altogether.
        """
        named = await self.named(selection)
        of_buckets, bucket_values = selection.where("bucket_ms")
        async with self.database.transaction() as transaction:
            ((totals,),) = await transaction.fetch(
                f"select cast(coalesce(sum(requests), 0) as bigint) from rollup where {of_buckets}",
                bucket_values,
            )
            await _deletions.delete_detail(transaction, selection)
            forgotten = await _deletions.forget_brought_in(transaction, selection)
            await _deletions.note_purged(transaction, totals - forgotten)
            await transaction.execute(f"delete from rollup where {of_buckets}", bucket_values)
            await make_hours(transaction)
            await _active_hours.purge(transaction, selection)
            # The sums by day are made anew of the roll-ups when a report next asks for days.
            await transaction.execute("delete from day_rollup")
            await transaction.execute("delete from note where key = 'usage.days'")
            # An agent without series is taken for new, and its kept keys not looked at: those of logs stay,
            # and all of them where a ledger may have kept keys of what was brought in before that was noted.
            await transaction.execute(
                "delete from series where id in (select id from series where source in ('manual', 'import')"
                " except select series_id from rollup except select series_id from event)"
                " and not exists (select 1 from pruned)"
            )
            await transaction.execute(
                "delete from thread where id in (select id from thread"
                " except select thread_id from rollup except select thread_id from event)"
            )
            await transaction.execute(
                "delete from origin where thread_id in (select thread_id from origin"
                " except select id from thread)"
            )
            if selection.before_ms is not None:
                await transaction.execute(
                    "update series set first_ms = ? where first_ms < ?"
                    + ("" if selection.agent is None else " and agent = ?"),
                    [one for one in (selection.before_ms, *selection) if one is not None],
                )
            if selection.before_ms is not None and selection.agent is None:
                await transaction.execute(
                    "update thread set first_ms = ? where first_ms < ?", [selection.before_ms] * 2
                )
        await self.database.release_free_pages()
        return named
