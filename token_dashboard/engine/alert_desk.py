"""Tells the owner of each crossing once: when it is new and, for what can recover, when it is over.

The ledger remembers what was told, so that neither a restart nor a second process tells it again.
"""

import logging
from collections.abc import Sequence

from token_dashboard.analysis.thresholds import Judgement, told
from token_dashboard.engine.ports import Notifier
from token_dashboard.ledger import Ledger
from token_dashboard.model.alert import Alert, AlertKind, AlertState
from token_dashboard.model.clock import Clock

_log = logging.getLogger(__name__)


class AlertDesk:
    """Settles judgements against the ledger's memory."""

    def __init__(self, ledger: Ledger, notifier: Notifier | None, clock: Clock) -> None:
        """Without a ``notifier`` alerts are remembered and shown, and nobody is told."""
        self._ledger = ledger
        self._notifier = notifier
        self._clock = clock

    async def settle(self, judgement: Judgement) -> None:
        """Remember what holds, and tell what has changed."""
        changed = await self._ledger.alerts.settle(
            judgement.conditions, judgement.judged, self._clock.now_ms()
        )
        news = _worth_telling(changed)
        for alert in news:
            _log.info("alert %s: %s", alert.state, alert.condition.key)
        if news and self._notifier is not None:
            await self._notifier.notify(news)


def _worth_telling(changed: Sequence[Alert]) -> tuple[Alert, ...]:
    """Of a window's steps the highest; no good news of a spend, which only midnight ends."""
    new = {alert.condition.key: alert for alert in changed if alert.state is not AlertState.RESOLVED}
    highest = tuple(new[one.key] for one in told([alert.condition for alert in new.values()]))
    over = tuple(
        alert
        for alert in changed
        if alert.state is AlertState.RESOLVED and alert.condition.kind is AlertKind.LOW_BALANCE
    )
    return highest + over
