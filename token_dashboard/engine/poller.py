"""Keeps the ledger fresh while a gateway runs: reads logs, asks providers, settles alerts, prunes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.collector import Collector
from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.scanner import Scanner
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError

_log = logging.getLogger(__name__)

_SCAN_EVERY_S = 30
_LONGEST_SLEEP_S = 60
_PRUNE_EVERY_S = 6 * 3600
_BREATH_S = 5


class Poller:
    """The service that a gateway runs from start to stop."""

    def __init__(
        self,
        *,
        scanner: Scanner,
        collector: Collector,
        dashboard: Dashboard,
        desk: AlertDesk,
        prune: Callable[[], Awaitable[None]],
        clock: Clock,
    ) -> None:
        self._scanner = scanner
        self._collector = collector
        self._dashboard = dashboard
        self._desk = desk
        self._clock = clock
        self._prune = prune
        self._is_new = True

    async def run(self) -> None:
        """Until it is cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for step in (self._read_logs, self._ask_providers, self._settle_after_news, self._tidy):
                tasks.create_task(_again_and_again(step))

    async def _read_logs(self) -> float:
        summary = await self._scanner.scan()
        if summary.new_requests:
            await self._settle()
        return _SCAN_EVERY_S

    async def _ask_providers(self) -> float:
        # At the start everyone is asked: there may be new keys.
        await self._collector.collect(everyone=self._is_new)
        self._is_new = False
        return await self._pause_s()

    async def _settle_after_news(self) -> float:
        """Also when somebody's ``refresh``, not this poller, brought the news."""
        await self._collector.news.wait()
        self._collector.news.clear()
        await self._settle()
        return 0

    async def _tidy(self) -> float:
        await self._prune()
        return _PRUNE_EVERY_S

    async def _pause_s(self) -> float:
        due = await self._collector.next_check_ms()
        if due is None:
            return _LONGEST_SLEEP_S
        return min(max((due - self._clock.now_ms()) / 1000, 1), _LONGEST_SLEEP_S)

    async def _settle(self) -> None:
        await self._desk.settle(await self._dashboard.judgement())


async def _again_and_again(step: Callable[[], Awaitable[float]]) -> None:
    """A step gives the seconds until its next time."""
    while True:
        try:
            pause_s = await step()
        except LedgerError as error:  # held by another process: what wasn't stored is read again
            _log.warning("%s", error)
            pause_s = _BREATH_S
        except Exception as error:  # noqa: BLE001 - no fault of one round may end the service
            _log.error("a round of the poller failed with %s", type(error).__name__)
            pause_s = _BREATH_S
        await asyncio.sleep(pause_s)
