"""Blocks: the stretches of five hours in which Claude's plans count."""

from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.record import record
from token_dashboard.model.report import Totals

BLOCK_MS = 5 * HOUR_MS


@record
class Block:
    """Five hours from the hour (UTC) of the first request after the block before."""

    start_ms: int
    end_ms: int
    """A request at this moment begins another block."""
    first_ms: int
    """The first request; the start of its hour where that isn't known any more."""
    last_ms: int
    """The last request; the end of its hour where that isn't known any more."""
    totals: Totals
    models: tuple[str, ...]
    limit_percent: Decimal | None = None
    """Its tokens as a part of the limit; ``None`` without a limit."""


@record
class Gap:
    """Five hours after a request nothing had been used, and nothing was until ``end_ms``."""

    start_ms: int
    end_ms: int


@record
class Pace:
    """How fast the running block goes, from its first request to now, and where that leads by its end."""

    tokens_per_minute: Decimal
    cost_per_hour: Money | None
    """``None`` when no price is known."""
    projected_tokens: int
    projected_cost: Money | None
    limit_percent: Decimal | None
    """The projected tokens as a part of the limit."""


@record
class RunningBlock:
    """The block that runs now."""

    block: Block
    left_s: int
    pace: Pace | None
    """``None`` in its first minutes, when a rate would say nothing."""


@record
class Blocks:
    """The blocks of one agent, oldest first unless it was asked for the other way round."""

    as_of_ms: int
    time_zone: str
    agent: str
    blocks: tuple[Block, ...]
    gaps: tuple[Gap, ...]
    running: RunningBlock | None
    token_limit: int | None
    """What the blocks are measured against."""
