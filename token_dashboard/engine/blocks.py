"""Blocks of five hours, from the ledger alone."""

from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from token_dashboard.analysis import blocks as judging
from token_dashboard.engine.history import within_calendars
from token_dashboard.ledger import Ledger
from token_dashboard.model.block import BLOCK_MS, Block, Blocks
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import Period, start_of
from token_dashboard.model.report import Dimension

_UTC = ZoneInfo("UTC")
_FAR_MS = 2**62
"""Later than any calendar goes: a log may claim any time."""

TokenLimit = int | Literal["max"] | None
"""Tokens of one block; ``max``: as many as the largest block that is over."""


class BlockReports:
    """Answers how an agent's use falls into blocks."""

    def __init__(self, ledger: Ledger, tz: ZoneInfo, clock: Clock) -> None:
        self._ledger = ledger
        self._tz = tz
        self._clock = clock

    async def blocks(
        self,
        agent: str,
        *,
        limit: TokenLimit = None,
        since_ms: int | None = None,
        since: date | None = None,
        until: date | None = None,
        tz: ZoneInfo | None = None,
        is_reversed: bool = False,
    ) -> Blocks:
        """All blocks; or those that weren't over at a moment, or that begin within days, both included.

        The limit is found among all of them.
        """
        tz = tz or self._tz
        begun = _begun(since, until, tz)
        now_ms, start_ms, from_ms = self._clock.now_ms(), None, since_ms
        if from_ms is None and since is not None:
            from_ms = begun.start_ms
        if from_ms is not None:
            start_ms = judging.first_start(await self._ledger.timeline.hours(agent), from_ms)
            start_ms = now_ms if start_ms is None else start_ms
        measured_ms = None if limit == "max" else start_ms
        every = await self._every(agent, measured_ms, start_ms)
        token_limit = judging.largest(every, now_ms) if limit == "max" else limit
        every = tuple(judging.measured(block, token_limit) for block in every)
        shown = tuple(
            block
            for block in every
            if begun.start_ms <= block.start_ms < begun.end_ms
            and (since_ms is None or block.end_ms > since_ms)
        )
        order, gaps = -1 if is_reversed else 1, judging.gaps_between(shown)
        return Blocks(
            as_of_ms=now_ms,
            time_zone=tz.key,
            agent=agent,
            blocks=shown[::order],
            gaps=gaps[::order],
            running=judging.running(shown, now_ms, token_limit),
            token_limit=token_limit,
        )

    async def running_until(self, agent: str) -> int | None:
        """When the block ends that runs now; ``None``: none does. Hours tell that without single requests."""
        now_ms = self._clock.now_ms()
        start_ms = judging.first_start(await self._ledger.timeline.hours(agent), now_ms)
        return None if start_ms is None or start_ms > now_ms else start_ms + BLOCK_MS

    async def _every(self, agent: str, since_ms: int | None, exact_ms: int | None) -> tuple[Block, ...]:
        """The blocks of what was used since a moment; of those since another one, times are exact."""
        period = None if since_ms is None else Period(since_ms, _FAR_MS)
        by = (Dimension.HOUR, Dimension.MODEL)
        rows = await self._ledger.usage.rows(period, by, _UTC, {Dimension.AGENT: agent})
        times = await self._ledger.timeline.active_hours(agent, exact_ms)
        return judging.blocks_of(rows, times)


def _begun(since: date | None, until: date | None, tz: ZoneInfo) -> Period:
    """When blocks of these days begin."""
    return Period(
        -_FAR_MS if since is None else start_of(within_calendars(since), tz),
        _FAR_MS if until is None else start_of(within_calendars(until) + timedelta(days=1), tz),
    )
