"""Usage that a host reports as it happens: priced and recorded on the road that logs take, within moments.

The events have the ids that the log of the same requests gives them, so that the ledger merges the two and
nothing counts twice, whichever comes first.
"""

import asyncio
from collections import deque

from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.prices import Prices
from token_dashboard.ledger import Ledger
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.usage import UsageEvent

_MOST = 10_000
"""Events that wait for a ledger that is held; beyond, the oldest are left to the log."""
_BREATH_S = 1.0


class LiveUsage:
    """Takes events at any time and records them one batch after the other."""

    def __init__(self, prices: Prices, ledger: Ledger, news: asyncio.Event, outage: LedgerOutage) -> None:
        """``news`` is set after each batch: whoever judges what was spent waits for it."""
        self._prices = prices
        self._ledger = ledger
        self._news = news
        self._outage = outage
        self._heard: deque[UsageEvent] = deque(maxlen=_MOST)
        self._arrived = asyncio.Event()

    def hear(self, event: UsageEvent) -> None:
        """Take an event over; never waits."""
        self._heard.append(event)
        self._arrived.set()

    async def run(self) -> None:
        """Record until cancelled. What a held ledger refuses is tried again."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            batch = list(self._heard)
            self._heard.clear()
            try:
                await self._ledger.usage.record(self._prices.pricer.price(batch))
            except LedgerError as error:
                self._outage.failed(self, error)
                self._heard.extendleft(reversed(batch))
                self._arrived.set()
                await asyncio.sleep(_BREATH_S)
            else:
                self._outage.worked(self)
                self._news.set()
