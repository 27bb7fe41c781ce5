"""Blocks of five hours out of hours in which something was used.

A block begins with the whole hour (UTC) of its first request, and the next block with the hour of the first
request at or after its end. Since both are whole hours, the sums of hours are exact sums of blocks.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from decimal import Decimal
from itertools import accumulate, pairwise

from token_dashboard.model.block import BLOCK_MS, Block, Gap, Pace, RunningBlock
from token_dashboard.model.money import Money, divide
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.record import Records, column
from token_dashboard.model.report import ReportRow, Totals

TELLING_MS = 5 * MINUTE_MS
"""From how long on a rate says something: two requests within a second are no burn rate."""


def blocks_of(rows: Sequence[ReportRow], times: Mapping[int, tuple[int, int]]) -> tuple[Block, ...]:
    """The blocks of what was used, by hour (UTC) and model, oldest first.

    ``times`` say of hours when something was first and last used; what they don't say is the whole hour.
    """
    hours: Sequence[int] = column(rows, "hour")
    models: Sequence[str | None] = column(rows, "model")
    starts = list(_starts(hours))
    places = [*(bisect_left(hours, start) for start in starts), len(hours)]
    spans = [(hours[first], hours[end - 1]) for first, end in pairwise(places)]
    return tuple(
        Records(
            Block,
            len(starts),
            {
                "start_ms": starts,
                "end_ms": [start + BLOCK_MS for start in starts],
                "first_ms": [times[hour][0] if hour in times else hour for hour, _ in spans],
                "last_ms": [times[hour][1] if hour in times else hour + HOUR_MS for _, hour in spans],
                "totals": _sums_of_runs(column(rows, "totals"), places),
                "models": [
                    tuple(sorted({model for model in models[first:end] if model}))
                    for first, end in pairwise(places)
                ],
            },
        )
    )


def first_start(hours: Iterable[int], after_ms: int) -> int | None:
    """When the first block begins that ends after a moment; the hours come oldest first."""
    return next((start for start in _starts(hours) if start + BLOCK_MS > after_ms), None)


def _starts(hours: Iterable[int]) -> Iterator[int]:
    """When each block begins."""
    end = None
    for hour in hours:
        if end is None or hour >= end:
            yield hour
            end = hour + BLOCK_MS


def _sums_of_runs(totals: Sequence[Totals], places: Sequence[int]) -> Sequence[Totals]:
    """The sums of those between each place and the next."""
    sums = {}
    for one in fields(Totals):
        until = [0, *accumulate(column(totals, one.name))]
        sums[one.name] = [until[end] - until[first] for first, end in pairwise(places)]
    return Records(Totals, len(places) - 1, sums)


def gaps_between(blocks: Sequence[Block]) -> tuple[Gap, ...]:
    """Where more than five hours lie between two requests: from five hours after the one to the other."""
    return tuple(
        Gap(start_ms=one.last_ms + BLOCK_MS, end_ms=following.first_ms)
        for one, following in pairwise(blocks)
        if following.first_ms - one.last_ms > BLOCK_MS
    )


def largest(blocks: Iterable[Block], now_ms: int) -> int | None:
    """The most tokens of a block that is over; ``None``: none is."""
    return max((one.totals.total_tokens for one in blocks if one.end_ms <= now_ms), default=None)


def measured(block: Block, token_limit: int | None) -> Block:
    """A block with its part of a limit, if there is one."""
    if token_limit is None:
        return block
    return replace(block, limit_percent=_percent(block.totals.total_tokens, token_limit))


def running(blocks: Iterable[Block], now_ms: int, token_limit: int | None) -> RunningBlock | None:
    """The block that a moment lies in."""
    block = next((one for one in blocks if one.start_ms <= now_ms < one.end_ms), None)
    if block is None:
        return None
    left_ms = block.end_ms - now_ms
    return RunningBlock(block=block, left_s=left_ms // 1000, pace=_pace(block, now_ms, left_ms, token_limit))


def _pace(block: Block, now_ms: int, left_ms: int, token_limit: int | None) -> Pace | None:
    elapsed_ms = now_ms - block.first_ms
    if elapsed_ms < TELLING_MS:
        return None
    tokens, cost = block.totals.total_tokens, block.totals.list_cost
    projected = tokens + divide(tokens * left_ms, elapsed_ms)
    return Pace(
        tokens_per_minute=Decimal(tokens * MINUTE_MS) / elapsed_ms,
        cost_per_hour=cost and Money(divide(cost.nanos * HOUR_MS, elapsed_ms)),
        projected_tokens=projected,
        projected_cost=cost and Money(cost.nanos + divide(cost.nanos * left_ms, elapsed_ms)),
        limit_percent=_percent(projected, token_limit),
    )


def _percent(tokens: int, token_limit: int | None) -> Decimal | None:
    return Decimal(100 * tokens) / token_limit if token_limit else None
