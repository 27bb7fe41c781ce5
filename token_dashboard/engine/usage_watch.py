"""Looks at what sessions used, and notices spikes, loops, idle burn, and logs that stopped.

The past four weeks are read from the roll-ups anew at each look, some thousands of rows; so it is looked at
every few minutes, however often something new comes in. In between the alerts stay as they were.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.idle import watch_idle
from token_dashboard.analysis.watchers.loop import watch_loops
from token_dashboard.analysis.watchers.silence import watch_silence
from token_dashboard.analysis.watchers.spike import watch_spike
from token_dashboard.analysis.watchers.usual import PAST_MS
from token_dashboard.ledger import Ledger
from token_dashboard.model.period import MINUTE_MS, Period

LOOK_EVERY_MS = 5 * MINUTE_MS

ScannedMs = Callable[[], Awaitable[int | None]]


class UsageWatch:
    """Judges usage by what is usual for its owner."""

    def __init__(self, ledger: Ledger, scanned_ms: ScannedMs) -> None:
        """``scanned_ms`` tells when logs were last read."""
        self._ledger = ledger
        self._scanned_ms = scanned_ms
        self._looked_ms: int | None = None

    async def judge(self, judgement: Judgement, now_ms: int) -> None:
        """Add what is odd now."""
        if self._looked_ms is not None and 0 <= now_ms - self._looked_ms < LOOK_EVERY_MS:
            return
        self._looked_ms = now_ms
        slices = await self._ledger.usage.slices(Period(now_ms - PAST_MS, now_ms))
        watch_spike(judgement, slices, now_ms)
        watch_loops(judgement, slices, now_ms)
        watch_idle(judgement, slices, now_ms)
        quarters: dict[str, list[int]] = defaultdict(list)
        for one in slices:
            if one.agent is not None:
                quarters[one.agent].append(one.start_ms)
        scanned_ms = await self._scanned_ms()
        for agent, starts in quarters.items() if scanned_ms is not None else ():
            watch_silence(judgement, agent, starts, now_ms, min(scanned_ms or now_ms, now_ms))
