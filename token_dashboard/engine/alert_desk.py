"""Tells the owner of each crossing once: when it begins, when it grows worse, and its end where that is news.

The ledger remembers what was told and holds the messages, so that neither a restart nor a second process
tells anything again, and none gets lost on the way.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine import crossings
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.crossings import News
from token_dashboard.ledger import Crossing, Decision, Ledger
from token_dashboard.model.alert import AlertState, Severity
from token_dashboard.model.clock import Clock
from token_dashboard.model.notice import Notice, Posting
from token_dashboard.model.period import HOUR_MS

_log = logging.getLogger(__name__)

PAUSE_MS = HOUR_MS
"""A crossing that comes again so soon after a message about it isn't told before."""


class AlertDesk:
    """Settles judgements against the ledger's memory."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        courier: Courier,
        *,
        pause_ms: int = PAUSE_MS,
    ) -> None:
        """While ``courier`` has no channels alerts are remembered and shown, and nobody is told."""
        self._ledger = ledger
        self._clock = clock
        self._courier = courier
        self._pause_ms = pause_ms

    async def settle(self, judgement: Judgement) -> None:
        """Remember what holds, and have told what is news."""
        now_ms = self._clock.now_ms()
        news: list[News] = []

        def decide(known: Mapping[str, Crossing], free: int) -> Decision:
            settled = crossings.settle(known, judgement, now_ms, free=free, pause_ms=self._pause_ms)
            news[:] = settled.news
            return Decision(crossings=settled.crossings, postings=tuple(self._postings(news)))

        await self._ledger.alerts.decide([one.key for one in judgement.conditions], decide, now_ms)
        for one in news:
            _log.info("alert %s: %s", one.alert.state, one.alert.condition.key)
        if news:
            self._courier.wake()

    def _postings(self, news: Iterable[News]) -> Iterator[Posting]:
        is_quiet = self._courier.is_quiet()
        for one in news:
            is_urgent = one.severity is Severity.CRITICAL and one.alert.state is not AlertState.RESOLVED
            for channel in self._courier.channels:
                if channel.wants(one.alert, one.severity):
                    yield Posting(
                        channel=channel.name,
                        topic=one.alert.condition.key,
                        notice=Notice(alerts=(one.alert,)),
                        is_urgent=is_urgent or not channel.sleeps,
                        is_gathered=is_quiet and channel.sleeps and not is_urgent,
                    )
