"""Sums of usage as the roll-ups keep them."""

from collections.abc import Sequence
from typing import NamedTuple

from token_dashboard.ledger._database import Row
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.report import Totals
from token_dashboard.model.usage import UsageEvent

_COUNTS = slice(UsageEvent._fields.index("input_tokens"), UsageEvent._fields.index("web_searches") + 1)
_LIST_COST = UsageEvent._fields.index("list_cost_nanos")
_RECORDED_COST = UsageEvent._fields.index("recorded_cost_nanos")


class Sums(NamedTuple):
    """The sums of one roll-up row. Money is whole units plus nanos: no sum of either leaves 64 bits."""

    requests: int
    input_tokens: int
    cache_read_input_tokens: int
    cache_creation_input_tokens: int
    cache_creation_1h_input_tokens: int
    output_tokens: int
    reasoning_output_tokens: int
    web_searches: int
    priced_requests: int
    list_cost_units: int
    list_cost_nanos: int
    unpriced_tokens: int
    recorded_requests: int
    recorded_cost_units: int
    recorded_cost_nanos: int


SELECT_SUMS = ", ".join(f"cast(coalesce(sum(rollup.{name}), 0) as bigint)" for name in Sums._fields)

SLOT_SUMS = ", ".join(f"sum({name}) as {name}" for name in Sums._fields)

ADD_TO_ROLLUP = (
    f"insert into rollup (bucket_ms, series_id, {', '.join(Sums._fields)})"
    f" values (?, ?{', ?' * len(Sums._fields)}) on conflict (bucket_ms, series_id) do update set "
    + ", ".join(f"{name} = rollup.{name} + excluded.{name}" for name in Sums._fields)
)


def sums_of(events: Sequence[UsageEvent]) -> Sums:
    """The sums over one or more events."""
    columns = tuple(zip(*events, strict=True))
    priced = [cost for cost in columns[_LIST_COST] if cost is not None]
    recorded = [cost for cost in columns[_RECORDED_COST] if cost is not None]
    unpriced = 0
    if len(priced) < len(events):
        unpriced = sum(event.total_tokens for event in events if event.list_cost_nanos is None)
    return Sums._make(
        (
            len(events),
            *map(sum, columns[_COUNTS]),
            len(priced),
            *divmod(sum(priced), NANOS_PER_UNIT),
            unpriced,
            len(recorded),
            *divmod(sum(recorded), NANOS_PER_UNIT),
        )
    )


def less(sums: Sums | None, removed: Sums) -> Sums:
    """What is left of sums when others are taken away; below zero where the ledger holds the rest."""
    if sums is None:
        return Sums(*(-one for one in removed))
    return Sums(*(one - other for one, other in zip(sums, removed, strict=True)))


def totals_of(row: Row) -> Totals:
    """The totals of a ``SELECT_SUMS`` row."""
    sums = Sums(*row)
    return Totals(
        requests=sums.requests,
        input_tokens=sums.input_tokens,
        cache_read_input_tokens=sums.cache_read_input_tokens,
        cache_creation_input_tokens=sums.cache_creation_input_tokens,
        cache_creation_1h_input_tokens=sums.cache_creation_1h_input_tokens,
        output_tokens=sums.output_tokens,
        reasoning_output_tokens=sums.reasoning_output_tokens,
        web_searches=sums.web_searches,
        priced_requests=sums.priced_requests,
        list_cost_nanos=sums.list_cost_units * NANOS_PER_UNIT + sums.list_cost_nanos,
        unpriced_tokens=sums.unpriced_tokens,
        recorded_requests=sums.recorded_requests,
        recorded_cost_nanos=sums.recorded_cost_units * NANOS_PER_UNIT + sums.recorded_cost_nanos,
    )
