"""When an agent made its first and its last request of each hour of UTC, kept beside the sums.

An end whose request went or moved isn't known until ``mend`` has looked at all requests of that hour: those
who record don't wait for that.
"""

from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple

from token_dashboard.ledger import _deletions
from token_dashboard.ledger._database import Reader, Transaction, upsert
from token_dashboard.ledger._owners import among
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.ledger._selection import Selection
from token_dashboard.ledger._slots import UTC_HOUR
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.usage import UsageEvent

_ADD = (
    "insert into active_hour (agent, bucket_ms, first_ms, last_ms) values (?, ?, ?, ?)"
    " on conflict (agent, bucket_ms) do update set"
    " first_ms = case when excluded.first_ms < active_hour.first_ms"
    " then excluded.first_ms else active_hour.first_ms end,"
    " last_ms = case when excluded.last_ms > active_hour.last_ms"
    " then excluded.last_ms else active_hour.last_ms end"
)
_LOSE = (
    "update active_hour set first_ms = case when first_ms = ? then null else first_ms end,"
    " last_ms = case when last_ms = ? then null else last_ms end where agent = ? and bucket_ms = ?"
)
_UNKNOWN = (
    "select agent, bucket_ms from active_hour"
    " where (first_ms is null or last_ms is null) and bucket_ms >= ? order by bucket_ms"
)
_OF_EVENTS = (
    "select agent, hour_ms, min(made.first_ms), max(made.last_ms) from"
    f" (select series_id, {UTC_HOUR} as hour_ms, min(bucket_ms) as first_ms, max(bucket_ms) as last_ms"
    f" from (select series_id, time_ms as bucket_ms from event where role <> {REPLAY}) as every"
    " where {} group by 1, 2) as made join series on series.id = series_id group by 1, 2"
)
_STORE = upsert("active_hour", ("agent", "bucket_ms"), ("first_ms", "last_ms"))
_TIME = itemgetter(UsageEvent._fields.index("time_ms"))


class HourEnds(NamedTuple):
    """An hour, and the first and the last of some requests in it."""

    bucket_ms: int
    first_ms: int
    last_ms: int


def hours_of(times: Iterable[int]) -> list[HourEnds]:
    """The hours of some requests by their times, in order."""
    hours: dict[int, tuple[int, int]] = {}
    for time_ms in times:
        hour = time_ms // HOUR_MS * HOUR_MS
        first_ms, last_ms = hours.get(hour, (time_ms, time_ms))
        hours[hour] = min(first_ms, time_ms), max(last_ms, time_ms)
    return [HourEnds(hour, *ends) for hour, ends in sorted(hours.items())]


def hours_of_groups(groups: Iterable[Sequence[UsageEvent]]) -> list[HourEnds]:
    """The hours of groups of events, none of which lies in two hours."""
    return hours_of(end(map(_TIME, group)) for group in groups for end in (min, max))


async def note(
    transaction: Transaction, agent: str, gained: Sequence[HourEnds], lost: Iterable[int] = ()
) -> None:
    """Requests of an agent count now in these hours; and at these times some no longer do, or others."""
    await transaction.execute_many(_ADD, [(agent, *one) for one in gained])
    added = {one.bucket_ms: one for one in gained}
    forgotten = []
    for hour, first_ms, last_ms in hours_of(lost):
        beside = added.get(hour)
        is_first = beside is None or beside.first_ms > first_ms
        is_last = beside is None or beside.last_ms < last_ms
        if is_first or is_last:
            ends = first_ms if is_first else None, last_ms if is_last else None
            forgotten.append((*ends, agent, hour))
    await transaction.execute_many(_LOSE, forgotten)


async def purge(transaction: Transaction, which: Selection) -> None:
    """Forget the hours of usage that is deleted with its totals."""
    owned, values = ("1 = 1", ()) if which.agent is None else ("agent = ?", (which.agent,))
    if which.before_ms is None:
        await transaction.execute(f"delete from active_hour where {owned}", values)
        return
    hour = which.before_ms // HOUR_MS * HOUR_MS
    await transaction.execute(f"delete from active_hour where bucket_ms < ? and {owned}", (hour, *values))
    for end in ("first_ms", "last_ms"):
        await transaction.execute(
            f"update active_hour set {end} = null where bucket_ms = ? and {end} < ? and {owned}",
            (hour, which.before_ms, *values),
        )


async def mend(transaction: Transaction) -> None:
    """Look up what isn't known, where no detail is deleted. It costs a look at all requests, if anything."""
    unknown = await transaction.fetch(_UNKNOWN, (await _deletions.whole_from(transaction),))
    if unknown:
        made = await made_in(transaction, {hour for _, hour in unknown})
        known = [(*hour, *made[hour]) for hour in unknown if hour in made]
        await transaction.execute_many(_STORE, known)
        await transaction.execute_many(
            "delete from active_hour where agent = ? and bucket_ms = ?",
            [hour for hour in unknown if hour not in made],
        )


async def made_in(reader: Reader, hours: Collection[int]) -> dict[tuple[str, int], tuple[int, int]]:
    """By agent and hour: when the first and the last request was made that is kept. It looks at each."""
    where, values = among(UTC_HOUR, hours)
    rows = await reader.fetch(_OF_EVENTS.format(where), values)
    return {(agent, bucket_ms): (first_ms, last_ms) for agent, bucket_ms, first_ms, last_ms in rows}
