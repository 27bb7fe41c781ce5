"""Blocks of five hours out of hours in which something was used.

A block begins with the whole hour (UTC) of its first request, and the next block with the hour of the first
request at or after its end. Since both are whole hours, the sums of hours are exact sums of blocks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from token_dashboard.model.block import BLOCK_MS, ActiveHour, Block, Gap, Pace, RunningBlock
from token_dashboard.model.money import Money, divide
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.report import Totals

TELLING_MS = 5 * MINUTE_MS
"""From how long on a rate says something: two requests within a second are no burn rate."""


def blocks_of(hours: Iterable[ActiveHour]) -> tuple[Block, ...]:
    """The blocks of hours that come oldest first."""
    blocks: list[Block] = []
    within: list[ActiveHour] = []
    for hour in hours:
        if within and hour.start_ms >= within[0].start_ms + BLOCK_MS:
            blocks.append(_block(within))
            within = []
        within.append(hour)
    if within:
        blocks.append(_block(within))
    return tuple(blocks)


def first_start(hours: Iterable[int], after_ms: int) -> int | None:
    """When the first block begins that ends after a moment; the hours come oldest first."""
    start_ms = None
    for hour in hours:
        if start_ms is None or hour >= start_ms + BLOCK_MS:
            start_ms = hour
        if start_ms + BLOCK_MS > after_ms:
            return start_ms
    return None


def _block(hours: Sequence[ActiveHour]) -> Block:
    return Block(
        start_ms=hours[0].start_ms,
        end_ms=hours[0].start_ms + BLOCK_MS,
        first_ms=hours[0].first_ms,
        last_ms=hours[-1].last_ms,
        totals=Totals.summed([hour.totals for hour in hours]),
        models=tuple(sorted({model for hour in hours for model in hour.models})),
    )


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
    """A block with its part of a limit."""
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
