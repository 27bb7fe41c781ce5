"""Sums of usage as the roll-ups keep them."""

from collections.abc import Iterable, Sequence
from itertools import compress
from typing import NamedTuple

from token_dashboard.ledger._database import Row
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.report import Totals
from token_dashboard.model.usage import COUNTS, UsageEvent

_COUNTS = slice(UsageEvent._fields.index(COUNTS[0]), UsageEvent._fields.index(COUNTS[-1]) + 1)
_REQUESTS = UsageEvent._fields.index("requests")
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
    open_sums: int
    likely_requests: int
    likely_cost_units: int
    likely_cost_nanos: int
    unknown_cost_tokens: int
    doubtful_requests: int


def _select(names: Iterable[str]) -> str:
    return ", ".join(f"cast(coalesce(sum(rollup.{name}), 0) as bigint)" for name in names)


SELECT_SUMS = _select(Sums._fields)
SELECT_COSTS = _select(("requests", "list_cost_units", "list_cost_nanos"))

SLOT_SUMS = ", ".join(f"sum({name}) as {name}" for name in Sums._fields)

PLACE = 3
"""How many columns of a roll-up say what is summed: the time, the series, the thread."""


def add_to(table: str, time: str) -> str:
    """A statement that adds a row of sums to what a roll-up holds at its place."""
    place = f"{time}, series_id, thread_id"
    return (
        f"insert into {table} ({place}, {', '.join(Sums._fields)})"
        f" values ({', '.join('?' * (PLACE + len(Sums._fields)))}) on conflict ({place}) do update set "
        + ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in Sums._fields)
    )


def remove_empty(table: str, time: str) -> str:
    """A statement that removes a row of a roll-up if nothing is left in it."""
    return f"delete from {table} where {time} = ? and series_id = ? and thread_id = ? and requests = 0"


def sums_of(events: Sequence[UsageEvent]) -> Sums:
    """The sums over one or more events. One that sums up nobody knows how many requests counts as one."""
    columns = tuple(zip(*events, strict=True))
    weights = columns[_REQUESTS]
    is_open = weights.count(None)
    if is_open:
        weights = tuple(weight or 1 for weight in weights)
    listed = likely = _Costs.of(events, weights, columns[_LIST_COST])
    recorded, doubtful = _NO_COSTS, 0
    if columns[_RECORDED_COST].count(None) < len(events):
        recorded = _Costs.of(events, weights, columns[_RECORDED_COST])
        likely = _Costs.of(events, weights, [event.likely_cost_nanos for event in events])
        doubtful = sum(compress(weights, (event.is_cost_doubtful for event in events)))
    return Sums._make(
        (
            *(sum(weights), *map(sum, columns[_COUNTS])),
            *listed,
            *recorded[:3],
            *(is_open, *likely, doubtful),
        )
    )


class _Costs(NamedTuple):
    """What is known of the costs of some events, and the tokens of those whose cost isn't."""

    requests: int
    units: int
    nanos: int
    tokens_without: int

    @classmethod
    def of(
        cls, events: Sequence[UsageEvent], weights: Sequence[int], costs: Sequence[int | None]
    ) -> "_Costs":
        known = [cost for cost in costs if cost is not None]
        if len(known) == len(events):
            return cls(sum(weights), *divmod(sum(known), NANOS_PER_UNIT), 0)
        requests = sum(weight for weight, cost in zip(weights, costs, strict=True) if cost is not None)
        without = sum(event.total_tokens for event, cost in zip(events, costs, strict=True) if cost is None)
        return cls(requests, *divmod(sum(known), NANOS_PER_UNIT), without)


_NO_COSTS = _Costs(0, 0, 0, 0)


def less(sums: Sums | None, removed: Sums) -> Sums:
    """What is left of sums when others are taken away; below zero where the ledger holds the rest."""
    if sums is None:
        return Sums(*(-one for one in removed))
    return Sums(*(one - other for one, other in zip(sums, removed, strict=True)))


def totals_of(row: Row) -> Totals:
    """The totals of a ``SELECT_SUMS`` row, in which money is whole units and nanos."""
    return Totals.of(
        (
            *row[:9],
            row[9] * NANOS_PER_UNIT + row[10],
            *row[11:13],
            row[13] * NANOS_PER_UNIT + row[14],
            *row[15:17],
            row[17] * NANOS_PER_UNIT + row[18],
            *row[19:],
        )
    )
