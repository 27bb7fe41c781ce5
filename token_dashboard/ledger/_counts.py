"""The ledger counted from several sides, as of one moment, so the counts fit."""

from typing import NamedTuple

from token_dashboard.ledger import _deletions, _slots
from token_dashboard.ledger._database import Reader
from token_dashboard.ledger._days import zone_of_days
from token_dashboard.ledger._event_sums import PLACE, sums_of_events
from token_dashboard.ledger._sums import Sums
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import Period

_MONEY = ("list_cost", "recorded_cost", "likely_cost")
_COMPARED = {
    **{name: f"sum({name})" for name in Sums._fields if not name.endswith(("_units", "_nanos"))},
    **{f"{name}_nanos": f"sum({name}_units) * {NANOS_PER_UNIT} + sum({name}_nanos)" for name in _MONEY},
}
_ORPHANED = (
    "not exists (select 1 from series where id = series_id)"
    " or not exists (select 1 from thread where id = thread_id)"
)
_OWNED = (
    "select coalesce(agent, ''), coalesce(source, ''), cast(sum(held) as bigint),"
    " cast(sum(replays) as bigint), cast(sum(requests) as bigint),"
    " cast(sum(case when series.id is null or thread.id is null then held else 0 end) as bigint) from"
    " (select series_id, thread_id, count(*) as held, sum(case when role = 2 then 1 else 0 end) as replays,"
    " sum(case when role = 2 then 0 else coalesce(requests, 1) end) as requests"
    " from event group by series_id, thread_id) as owned"
    " left join series on series.id = series_id left join thread on thread.id = thread_id"
    " group by agent, source order by agent, source"
)
"""Rows and replays by agent and source, the requests that count, and the rows whose owner isn't known. Rows
are joined with their owners when they are few."""
_HELD = 4
_NAMES = ", ".join(Sums._fields)
_EVER, _NEVER = -(2**62), 2**62
_TURNED = ", ".join(f"-{name} as {name}" for name in Sums._fields)


class Intake(NamedTuple):
    """What was handed over for an agent, and what became of it by the ledger's own running count."""

    records: int = 0
    merged: int = 0
    pruned: int = 0


class HeldRows(NamedTuple):
    """Rows of one agent and source."""

    agent: str
    source: str
    rows: int
    replays: int


class Unequal(NamedTuple):
    """Where sums differ: in how many places, and in the first of them by how much."""

    places: int
    bucket_ms: int
    """When the first place begins; for sums by day, the day's ordinal."""
    agent: str
    model: str
    name: str
    """The sum that differs."""
    by: int


class Counts(NamedTuple):
    """Everything that an audit compares. Agents are texts; ``''`` is no agent's."""

    intake: dict[str, Intake]
    held: list[HeldRows]
    rejected: dict[str, int]
    """How many lines of each agent are rejected now."""
    pruned: int
    """Keys of deleted records that are remembered."""
    pruned_requests: int
    """Of those, the ones that count: less replays, and those whose totals were purged."""
    undetailed: int
    """Requests in roll-ups without an event."""
    strays: int
    """Rows whose owner isn't known, which reports by owner wouldn't find."""
    above: Unequal | None
    """Quarters of an hour that hold more than their events, without a request whose detail was deleted."""
    below: Unequal | None
    """Quarters of an hour that hold less than their events."""
    hours: Unequal | None
    """Hours that hold something else than their quarters."""
    days: Unequal | None
    """Days that hold something else than their quarters of an hour."""


async def count_all(reader: Reader) -> Counts:
    """Count. It takes some seconds for each million events."""
    intake = await reader.fetch("select agent, records, merged, pruned from intake order by agent")
    owned = await reader.fetch(_OWNED)
    rejected = await reader.fetch(
        "select agent, count(*) from reject join log_file on log_file.id = reject.file_id group by agent"
    )
    ((pruned, pruned_requests, summed, strays),) = await reader.fetch(
        "select (select count(*) from pruned), (select count(*) from pruned where role <> 2),"
        " (select cast(coalesce(sum(requests), 0) as bigint) from rollup),"
        f" (select count(*) from rollup where {_ORPHANED})"
    )
    quarters = _less("rollup", PLACE, sums_of_events("event", "1 = 1", PLACE.split(", ")))
    detail_from = await _deletions.detail_from(reader)
    if detail_from is None:
        detail_from = _NEVER if pruned else _EVER  # a ledger from before it was noted
    above, below = await _unequal(reader, quarters, detail_from)
    return Counts(
        intake={agent: Intake(*counts) for agent, *counts in intake},
        held=[HeldRows(*row[:_HELD]) for row in owned],
        rejected=dict(rejected),
        pruned=pruned,
        pruned_requests=max(0, pruned_requests - await _deletions.purged(reader)),
        undetailed=summed - sum(row[_HELD] for row in owned),
        strays=strays + sum(row[_HELD + 1] for row in owned),
        above=above,
        below=below,
        hours=await _coarser(reader, "hour_rollup", "bucket_ms", _slots.UTC_HOUR),
        days=await _days(reader),
    )


async def _days(reader: Reader) -> Unequal | None:
    tz = await zone_of_days(reader)
    ((first_ms, last_ms),) = await reader.fetch("select min(bucket_ms), max(bucket_ms) from rollup")
    if tz is None or first_ms is None:
        return None
    day = _slots.day(Period(first_ms, last_ms + 1), tz)
    return await _coarser(reader, "day_rollup", "day", day)


async def _coarser(reader: Reader, table: str, time: str, time_of: str) -> Unequal | None:
    """Where a roll-up of longer times differs from the quarters."""
    quarters = f"select {time_of} as bucket_ms, series_id, thread_id, {_NAMES} from rollup"
    place = f"{time} as bucket_ms, series_id, thread_id"
    above, below = await _unequal(reader, _less(table, place, quarters))
    return below or above


def _less(table: str, place: str, other: str) -> str:
    """Rows of a table, and those of another statement with their signs turned."""
    turned = f"select {PLACE}, {_TURNED} from ({other}) as turned"
    return f"select {place}, {_NAMES} from {table} union all {turned}"


async def _unequal(
    reader: Reader, signed: str, detail_from: int = _EVER
) -> tuple[Unequal | None, Unequal | None]:
    """The places whose sums aren't 0: those where all are above it, and those where one is below.

    Before ``detail_from`` sums may be above, but only where there are requests more.
    """
    sums = ", ".join(f"cast({one} as bigint) as {name}" for name, one in _COMPARED.items())
    differing = " or ".join(f"{one} <> 0" for one in _COMPARED.values())
    below = " or ".join(f"{name} < 0" for name in _COMPARED)
    rows = await reader.fetch(
        f"select * from (select differing.*, count(*) over (partition by is_below) as places,"
        f" row_number() over (partition by is_below order by {PLACE}) as place from"
        f" (select sums.*, case when {below} then 1 else 0 end as is_below from"
        f" (select {PLACE}, {sums} from ({signed}) as signed group by {PLACE} having {differing}) as sums"
        f") as differing where is_below = 1 or bucket_ms >= {detail_from} or requests = 0) as numbered"
        " where place = 1"
    )
    found: list[Unequal | None] = [None, None]
    for bucket_ms, series, _, *amounts, is_below, places, _ in rows:
        named = zip(_COMPARED, amounts, strict=True)
        name, by = next((name, by) for name, by in named if (by < 0 if is_below else by > 0))
        owner = await reader.fetch("select agent, model from series where id = ?", (series,))
        agent, model = owner[0] if owner else ("", "")
        found[is_below] = Unequal(places, bucket_ms, agent, model, name, by)
    above, less = found
    return above, less
