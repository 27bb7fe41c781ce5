"""The façade: the one thing that every door asks."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.analysis import burn as burning
from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine.alert_replies import AlertReplies
from token_dashboard.engine.blocks import BlockReports
from token_dashboard.engine.budgets import OwnerBudgets
from token_dashboard.engine.calendars import Calendars
from token_dashboard.engine.catalog import Catalog
from token_dashboard.engine.collector import Collector
from token_dashboard.engine.forecasts import Forecasts
from token_dashboard.engine.held_alerts import held, held_and_over
from token_dashboard.engine.history import History, within_calendars
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.lapsed_alerts import withdraw_lapsed
from token_dashboard.engine.log_batches import Progress
from token_dashboard.engine.provider_details import detail_of, tested
from token_dashboard.engine.scanner import Scanner
from token_dashboard.engine.service_watch import ServiceWatch
from token_dashboard.engine.standing import Standing, standing_of
from token_dashboard.engine.usage_watch import UsageWatch
from token_dashboard.engine.vendor_books import vendor_report
from token_dashboard.engine.view import View
from token_dashboard.ledger import Ledger
from token_dashboard.model.alert import Alert, Alerts
from token_dashboard.model.burn import Burn
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period, local_date, start_of
from token_dashboard.model.provider_detail import ProviderDetail
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.status import AgentInfo, ProviderInfo, Status, UsageNow
from token_dashboard.model.vendor_report import VendorReport

_SCAN_IS_FRESH_MS = 5_000
_UTC = ZoneInfo("UTC")


class Dashboard:
    """Answers what doors ask, from the ledger, after refreshing it where that is wanted."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        scanner: Scanner,
        collector: Collector,
        judge: Judge,
        catalog: Catalog,
        services: ServiceWatch,
        view: View,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._scanner = scanner
        self._collector = collector
        self._judge = judge
        self._catalog = catalog
        self.services = services
        self._view = view
        self._clock = clock
        self._usage_watch = UsageWatch(ledger, scanner.scanned_ms)
        self.history = History(ledger, view.tz, clock, view.exchanges)
        self.blocks = BlockReports(ledger, view.tz, clock)
        self.calendars = Calendars(ledger, view.tz, clock)
        self.alert_replies = AlertReplies(ledger, clock)
        self.is_up_to_date = False
        """Somebody has just looked at everything, for this answer: ``status`` is ``cached`` from now on."""
        self.budgets = OwnerBudgets(ledger, judge.budgets, clock, view.tz)
        self.forecasts = Forecasts(ledger, self.cached, view.tz)

    @property
    def settings_language(self) -> str:
        """The tag of the language that the owner reads."""
        return self._view.language

    @property
    def names(self) -> Mapping[str, str]:
        """What people call the providers and agents, by id."""
        return self._catalog.names

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone that the owner lives in."""
        return self._view.tz.key

    @property
    def tells_projects(self) -> bool:
        """Whether the names of projects may leave this machine."""
        return self._view.tells_projects

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def today(self, tz: ZoneInfo | None = None) -> date:
        """The day it is in a zone, the owner's unless told."""
        return local_date(self._clock.now_ms(), tz or self._view.tz)

    async def status(self, *, refresh: bool = False, provider: str | None = None) -> Status:
        """How things stand, after reading new logs and asking providers that are due.

        See ``look``, which is left out when somebody has just looked.
        """
        if not self.is_up_to_date:
            await self.look(refresh=refresh, provider=provider)
        return await self.cached()

    async def look(self, *, refresh: bool = False, provider: str | None = None) -> None:
        """Read new logs and ask providers that are due.

        ``refresh`` asks all providers (or the one named) whether due or not, except those that told us to
        wait. Refreshes that overlap are one. It waits for them a bounded time; they go on behind it.
        """
        refreshing: list[Coroutine[object, object, object]] = []
        if refresh or await self._is_scan_due():
            refreshing.append(self._scanner.scan())
        refreshing.append(self.ask(everyone=refresh, only=provider))
        await self._wait_for(refreshing)

    async def ask(self, *, everyone: bool = False, only: str | None = None) -> None:
        """Ask about accounts, as ``Collector.collect``; the status pages of those that fail are read too."""
        self.services.begin()
        await self._collector.collect(everyone=everyone, only=only)
        await self._see_whether_it_is_them()

    async def read_logs(self) -> None:
        """Read what is new in the agents' logs, unless that was done just now; waits a bounded time."""
        if await self._is_scan_due():
            await self._wait_for([self._scanner.scan()])

    async def cached(self) -> Status:
        """How things stood when last looked: from the ledger alone, never the network."""
        now = self._clock.now_ms()
        standing = await self._standing(now)
        status = standing.status(
            poll_interval_s=self._view.poll_interval_s,
            scanned_ms=await self._scanner.scanned_ms(),
            alerts=await self._alerts(standing),
            month_projection=await self.forecasts.month_expected(standing.month_total.list_cost, now),
        )
        lost = await self._ledger.outbox.undelivered()
        return replace(status, undelivered=sum(now - one.ended_ms < DAY_MS for one in lost))

    async def usage_now(self) -> UsageNow:
        """What was used today and this month, from the ledger alone."""
        now, tz = self._clock.now_ms(), self._view.tz
        today = local_date(now, tz)
        day = Period(start_of(today, tz), start_of(today + timedelta(days=1), tz))
        month = Period(start_of(today.replace(day=1), tz), day.end_ms)
        rows = await self._ledger.usage.rows(day, (Dimension.AGENT,), tz)
        return UsageNow(
            as_of_ms=now,
            time_zone=tz.key,
            today=_sum([row.totals for row in rows]),
            month=await self._ledger.usage.totals(month),
            agents=tuple(rows),
        )

    async def alerts(self) -> Alerts:
        """What the owner is warned of, from the ledger alone."""
        standing = await self._standing(self._clock.now_ms())
        held = held_and_over(standing, await self._ledger.alerts.standing(), self._judge)
        return replace(held, undelivered=await self._ledger.outbox.undelivered())

    async def burn(self) -> Burn:
        """How fast it goes. The window is the last 24 hours."""
        now = self._clock.now_ms()
        standing = await self._standing(now)
        window = Period((now - DAY_MS) // BUCKET_MS * BUCKET_MS, now)
        usage = self._ledger.usage
        rows = await usage.rows(window, (Dimension.AGENT, Dimension.MODEL), self._view.tz)
        costliest = max(
            rows, key=lambda row: (row.totals.list_cost_nanos, row.totals.total_tokens), default=None
        )
        return Burn(
            as_of_ms=now,
            time_zone=self._view.tz.key,
            rate=burning.burn_rate(_sum([row.totals for row in rows]), window, standing.first_event_ms),
            hourly_cost_nanos=await self._hourly(now),
            previous=await usage.totals(Period(window.start_ms - DAY_MS, window.start_ms)),
            month=standing.month_total,
            month_projection=await self.forecasts.month_expected(standing.month_total.list_cost, now),
            runways=standing.runways,
            alerts=await self._alerts(standing),
            top_agent=costliest.agent if costliest else None,
            top_model=costliest.model if costliest else None,
            top_cost=costliest.totals.list_cost if costliest else None,
        )

    async def providers(self) -> tuple[ProviderInfo, ...]:
        """Every provider we know, configured or not."""
        return self._catalog.providers(await self._ledger.snapshots.latest(), await self.services.services())

    async def vendor_report(
        self, since: date, until: date | None = None, *, provider: str | None = None
    ) -> VendorReport:
        """What vendors' books say of UTC days, our events of the same days, and the difference."""
        until = until or self.today(_UTC)
        return await vendor_report(self._ledger, within_calendars(since), within_calendars(until), provider)

    async def provider(self, provider_id: str, *, only: str | None = None) -> ProviderDetail:
        """One provider that we know with its accounts, or one of those, from the ledger alone."""
        status, infos = await self.cached(), await self.providers()
        return await detail_of(provider_id, only, status, infos, self._catalog, self._ledger)

    async def test(self, provider_id: str, *, only: str | None = None) -> ProviderDetail:
        """Ask about a provider's accounts now, and tell how it went; those that may not be asked are left."""
        asked = await tested(provider_id, only, self._catalog, self._collector)
        await self._see_whether_it_is_them()
        detail = await self.provider(provider_id, only=only)
        told = (replace(one, asking=asked.get(one.account.account)) for one in detail.accounts)
        return replace(detail, accounts=tuple(told))

    async def agents(self) -> tuple[AgentInfo, ...]:
        """Every agent whose logs we can read, found here or not."""
        counts = await self._ledger.usage.agent_counts()
        return await asyncio.to_thread(self._catalog.agents, counts)

    async def scan(self, progress: Progress | None = None) -> ScanSummary:
        """Read what is new in the agents' logs."""
        return await self._scanner.scan(progress)

    async def rejects(self) -> tuple[Reject, ...]:
        """Lines of logs that could not be read, by file and line."""
        return await self._ledger.usage.rejects()

    async def judgement(self) -> Judgement:
        """Which lines are crossed now, and what is over since the owner no longer asks for it."""
        now_ms = self._clock.now_ms()
        standing = await self._standing(now_ms)
        await self._usage_watch.judge(standing.judgement, now_ms)
        await withdraw_lapsed(self._ledger, self._judge, standing)
        return standing.judgement

    async def _see_whether_it_is_them(self) -> None:
        """Read the status pages of those that fail."""
        if any(one.problem is not None for one in await self._ledger.snapshots.latest()):
            await self.services.look()

    async def _wait_for(self, refreshing: Sequence[Coroutine[object, object, object]]) -> None:
        """Until they are done, but no longer than an answer waits; they go on behind it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._view.wait_s):
                await asyncio.gather(*refreshing)

    async def _is_scan_due(self) -> bool:
        scanned = await self._scanner.scanned_ms()
        return scanned is None or self._clock.now_ms() - scanned >= _SCAN_IS_FRESH_MS

    async def _standing(self, now_ms: int) -> Standing:
        return await standing_of(
            self._ledger,
            self._judge,
            self._catalog,
            await self.services.services(),
            self._view.tz,
            now_ms,
            self._view.poll_interval_s,
        )

    async def _alerts(self, standing: Standing) -> tuple[Alert, ...]:
        return held(standing, await self._ledger.alerts.standing(), self._judge)

    async def _hourly(self, now_ms: int) -> tuple[int, ...]:
        first = now_ms // HOUR_MS - 23
        return await self._ledger.usage.hourly_costs(Period(first * HOUR_MS, (first + 24) * HOUR_MS))


def _sum(totals: Sequence[Totals]) -> Totals:
    return sum(totals, Totals())
