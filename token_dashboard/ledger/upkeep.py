"""What the ledger holds as a whole: how much of what, every event of a time, and what is wanted no more."""

from collections.abc import AsyncIterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from token_dashboard.ledger import _deletions
from token_dashboard.ledger._database import Database, Row
from token_dashboard.ledger._hours import make_hours
from token_dashboard.ledger._rows import MAIN, REPLAY, SERIES_COLUMNS, THREAD_COLUMNS
from token_dashboard.ledger._selection import Selection
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import BUCKET_MS, Period
from token_dashboard.model.record import record
from token_dashboard.model.usage import COUNTS, UsageEvent

if TYPE_CHECKING:
    from token_dashboard.ledger._opening import Ledger

__all__ = ["HeldAgent", "Holdings", "Named", "Selection", "Upkeep"]

_COUNTED = ("event", "pruned", "rollup", "series", "thread", "log_file", "reject")
_SELECT_EVENTS = (
    f"select key, time_ms, {', '.join(COUNTS)}, role, requests, recorded_cost_nanos, list_cost_nanos,"
    f" price_day, {SERIES_COLUMNS}, {THREAD_COLUMNS} from (select * from event"
    f" where key > ? and time_ms >= ? and time_ms < ? and role <> {REPLAY} order by key limit ?) as event"
    " join series on series.id = event.series_id join thread on thread.id = event.thread_id order by key"
)
_EVER = Period(-(2**62), 2**62)


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
        last = -1
        while rows := await self.database.fetch(_SELECT_EVENTS, (last, period.start_ms, period.end_ms, page)):
            last = rows[-1][0]
            yield [_event(row) for row in rows]

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
        """The quarters of an hour in which requests of an agent are counted that were not imported."""
        rows = await self.database.fetch(
            "select distinct bucket_ms from rollup join series on series.id = rollup.series_id"
            " where agent = ? and source <> 'import' and requests > 0",
            (agent,),
        )
        return [int(bucket_ms) for (bucket_ms,) in rows]

    async def read_sessions(self, agent: str) -> set[str]:
        """The sessions of an agent that are known otherwise than by an import."""
        rows = await self.database.fetch(
            "select distinct session from rollup join series on series.id = rollup.series_id"
            " join thread on thread.id = rollup.thread_id"
            " where agent = ? and source <> 'import' and session <> ''",
            (agent,),
        )
        return {str(session) for (session,) in rows}

    async def imported_events(self, agent: str) -> list[tuple[int, int]]:
        """Key and time of each imported event of an agent."""
        rows = await self.database.fetch(
            "select key, time_ms from event join series on series.id = event.series_id"
            f" where agent = ? and source = 'import' and role <> {REPLAY}",
            (agent,),
        )
        return [(int(key), int(time_ms)) for key, time_ms in rows]

    async def imported_without_detail(self, agent: str) -> list[int]:
        """The quarters of an hour with imported requests of an agent that are in the totals alone."""
        rows = await self.database.fetch(
            "select bucket_ms from rollup join series on series.id = rollup.series_id"
            " where agent = ? and source = 'import' group by bucket_ms having sum(rollup.requests) >"
            " (select coalesce(sum(coalesce(event.requests, 1)), 0) from event"
            " join series on series.id = event.series_id where agent = ? and source = 'import'"
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
        await self.database.release_free_pages()
        return named


def _event(row: Row) -> UsageEvent:
    key, time_ms, sent, read, written, written_1h, output, reasoning, searches, role, requests = row[:11]
    recorded, listed, day, source, agent, provider, model, tier, *owner = row[11:]
    return UsageEvent(
        key=key,
        time_ms=time_ms,
        source=source,
        agent=agent or None,
        provider=provider or None,
        model=model or None,
        input_tokens=sent,
        cache_read_input_tokens=read,
        cache_creation_input_tokens=written,
        cache_creation_1h_input_tokens=written_1h,
        output_tokens=output,
        reasoning_output_tokens=reasoning,
        web_searches=searches,
        service_tier=tier or None,
        is_sidechain=role != MAIN,
        attribution=Attribution._make(text or None for text in owner),
        requests=requests,
        recorded_cost_nanos=recorded,
        list_cost_nanos=listed,
        price_date=None if day is None else date.fromordinal(day).isoformat(),
    )
