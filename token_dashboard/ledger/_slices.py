"""What sessions used, quarter of an hour by quarter of an hour."""

from token_dashboard.ledger._database import Database, Row
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import BUCKET_MS, Period
from token_dashboard.model.series import UsageSlice

_HUMAN = "human"
_SUMS = (
    "requests",
    "input_tokens",
    "cache_read_input_tokens",
    "output_tokens",
    "priced_requests",
    "list_cost_units",
    "list_cost_nanos",
)
_SELECT = (
    "select bucket_ms, agent, session, provider, model, cause, "
    + ", ".join(f"cast(sum(rollup.{name}) as bigint)" for name in _SUMS)
    + " from rollup join series on series.id = rollup.series_id join thread on thread.id = rollup.thread_id"
    " where bucket_ms >= ? and bucket_ms < ? and requests > 0"
    " group by bucket_ms, agent, session, provider, model, cause"
    " order by bucket_ms, agent, session, provider, model, cause"
)


async def slices_of(database: Database, period: Period) -> tuple[UsageSlice, ...]:
    """Oldest first. A session whose log says what caused its requests tells how many a person caused."""
    rows = await database.fetch(_SELECT, (period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms))
    return tuple(map(_slice, rows))


def _slice(row: Row) -> UsageSlice:
    bucket_ms, agent, session, provider, model, cause = row[:6]
    requests, tokens_in, read, tokens_out, priced, units, nanos = row[6:]
    return UsageSlice(
        start_ms=bucket_ms,
        agent=agent or None,
        session=session or None,
        provider=provider or None,
        model=model or None,
        trigger=cause or None,
        requests=requests,
        input_tokens=tokens_in,
        cache_read_input_tokens=read,
        output_tokens=tokens_out,
        cost_nanos=units * NANOS_PER_UNIT + nanos if priced else None,
        human_turns=(requests if cause == _HUMAN else 0) if cause else None,
    )
