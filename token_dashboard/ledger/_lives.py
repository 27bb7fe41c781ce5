"""When owners of requests were first and last active, after some of theirs were taken back.

Forecasts go by the time from which something is known, and sessions tell when they were last active.
"""

from collections.abc import Collection

from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger._owners import among
from token_dashboard.model.period import BUCKET_MS

_SHORTEN = (
    "update {} set first_ms = case when first_ms < ? then ? else first_ms end,"
    " last_ms = case when last_ms > ? then ? else last_ms end where id = ?"
)
_FORGET = {
    # An agent without series is taken for new, and keys that are kept of it aren't looked at.
    "series": "delete from series where id = ? and not exists"
    " (select 1 from forgettable where series_id = series.id) and (exists"
    " (select 1 from series as other where other.agent = series.agent and other.id <> series.id)"
    " or not exists (select 1 from intake where pruned > 0))",
    "thread": "delete from thread where id = ?"
    " and not exists (select 1 from origin where thread_id = thread.id)",
}

_Span = tuple[int, int]


async def shorten(transaction: Transaction, owners: Collection[tuple[int, int]]) -> None:
    """Owners are given by their series and thread. Those of which nothing is left are forgotten."""
    for table, ids in zip(_FORGET, map(set, zip(*owners, strict=True)), strict=False):
        buckets = await _spans(transaction, "rollup", "bucket_ms", f"{table}_id", ids)
        times = await _spans(transaction, "event", "time_ms", f"{table}_id", ids)
        lives = {one: _life(buckets.get(one), times.get(one)) for one in sorted(ids)}
        known = [(one, *life) for one, life in lives.items() if life is not None]
        await transaction.execute_many(
            _SHORTEN.format(table), [(first, first, last, last, one) for one, first, last in known]
        )
        await transaction.execute_many(
            _FORGET[table], [(one,) for one, life in lives.items() if life is None]
        )


async def _spans(
    transaction: Transaction, table: str, time: str, column: str, ids: Collection[int]
) -> dict[int, _Span]:
    where, values = among(column, ids)
    rows = await transaction.fetch(
        f"select {column}, min({time}), max({time}) from {table} where {where} group by {column}", values
    )
    return {one: (first, last) for one, first, last in rows}


def _life(buckets: _Span | None, times: _Span | None) -> _Span | None:
    """To the quarter of an hour at an end of which the detail was deleted."""
    if buckets is None:
        return times
    first_ms, last_ms = buckets[0], buckets[1] + BUCKET_MS - 1
    if times is None:
        return first_ms, last_ms
    return (
        times[0] if times[0] < first_ms + BUCKET_MS else first_ms,
        times[1] if times[1] >= buckets[1] else last_ms,
    )
