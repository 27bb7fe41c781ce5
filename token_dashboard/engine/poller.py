"""Keeps the ledger fresh while a gateway runs: reads logs, asks providers, settles alerts, prunes."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.collector import Collector
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.digests import Digests
from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.ports import Audience
from token_dashboard.engine.scanner import Scanner
from token_dashboard.engine.watcher import LogWatch
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.report import Totals
from token_dashboard.model.scan import ScanSummary

_log = logging.getLogger(__name__)

_WALK_EVERY_S = 30
"""How often all logs are walked, for what the watch cannot notice."""
_WALK_REST = 200
"""Where walking takes long, it is done so rarely that this share of the time goes into it."""
_RAREST_WALK_S = 300
_REST = 10
"""After a reading that the watch asked for, the next one waits so many times as long as it took."""
_LONGEST_REST_S = 1.0
_LONGEST_SLEEP_S = 60
_PRUNE_EVERY_S = 6 * 3600
_BREATH_S = 5

Step = Callable[[], Awaitable[float]]
"""Does something once, and gives the seconds until its next time."""


class Poller:
    """The service that a gateway runs from start to stop."""

    def __init__(
        self,
        *,
        scanner: Scanner,
        collector: Collector,
        dashboard: Dashboard,
        desk: AlertDesk,
        courier: Courier,
        digests: Digests,
        audience: Audience,
        prune: Callable[[], Awaitable[None]],
        clock: Clock,
        outage: LedgerOutage,
        others: Sequence[Step] = (),
    ) -> None:
        """``others`` are steps that are done beside its own."""
        self._scanner = scanner
        self._collector = collector
        self._dashboard = dashboard
        self._desk = desk
        self._courier = courier
        self._digests = digests
        self._audience = audience
        self._told: tuple[Totals, Totals] | None = None
        self._clock = clock
        self._prune = prune
        self._outage = outage
        self._others = others
        self._is_new = True

    async def run(self) -> None:
        """Until it is cancelled."""
        watch = LogWatch()
        self._scanner.walked = watch.walked
        steps: tuple[Step, ...] = (
            *(self._read_logs, watch.listen, watch.glance, partial(self._follow_logs, watch)),
            *(self._ask_providers, self._settle_after_news, self._digests.look, self._tidy),
            *self._others,
        )
        try:
            async with asyncio.TaskGroup() as tasks:
                for step in steps:
                    tasks.create_task(_again_and_again(step, self._outage))
                tasks.create_task(self._courier.run(self._outage))
        finally:
            self._scanner.walked = None

    async def _read_logs(self) -> float:
        began_s = time.monotonic()
        await self._take_in(await self._scanner.scan())
        return min(max(_WALK_EVERY_S, _WALK_REST * (time.monotonic() - began_s)), _RAREST_WALK_S)

    async def _follow_logs(self, watch: LogWatch) -> float:
        agents = await watch.changed()
        began_s = time.monotonic()
        await self._take_in(await self._scanner.scan_some(agents))
        return min(_REST * (time.monotonic() - began_s), _LONGEST_REST_S)

    async def _take_in(self, summary: ScanSummary) -> None:
        if summary.files_read:
            await self._tell_usage()
        if summary.new_requests:
            await self._settle()

    async def _tell_usage(self) -> None:
        usage = await self._dashboard.usage_now()
        if self._told is not None and self._told != (usage.today, usage.month):
            await self._audience.hear(usage)
        self._told = usage.today, usage.month

    async def _ask_providers(self) -> float:
        # At the start everyone is asked: there may be new keys.
        await self._dashboard.ask(everyone=self._is_new)
        self._is_new = False
        return await self._pause_s()

    async def _settle_after_news(self) -> float:
        """Also when somebody's ``refresh``, not this poller, brought the news."""
        await self._collector.news.wait()
        self._collector.news.clear()
        await self._tell_usage()
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


async def _again_and_again(step: Step, outage: LedgerOutage) -> None:
    while True:
        try:
            pause_s = await step()
            outage.worked(step)
        except LedgerError as error:  # down, or held by another process: what wasn't stored is read again
            outage.failed(step, error)
            pause_s = _BREATH_S
        except Exception as error:  # noqa: BLE001 - no fault of one round may end the service
            _log.error("a round of the poller failed with %s", type(error).__name__)
            pause_s = _BREATH_S
        await asyncio.sleep(pause_s)
