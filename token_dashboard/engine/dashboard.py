"""The façade: the one thing that every door asks."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.analysis import burn as burning
from token_dashboard.analysis.thresholds import Judgement, told
from token_dashboard.engine.catalog import Catalog
from token_dashboard.engine.collector import Collector
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.scanner import Progress, Scanner
from token_dashboard.engine.standing import Standing, standing_of
from token_dashboard.ledger import Ledger
from token_dashboard.model.alert import Alert, AlertState, Condition
from token_dashboard.model.burn import Burn
from token_dashboard.model.clock import Clock
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period, start_of
from token_dashboard.model.record import record
from token_dashboard.model.report import Dimension, Report, Totals
from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.status import AgentInfo, ProviderInfo, Status

_SCAN_IS_FRESH_MS = 5_000
_FIRST_DAY, _LAST_DAY = date(1970, 1, 2), date(2199, 12, 31)
"""No log was written outside; calendars of all zones hold within."""


@record
class View:
    """How the owner looks at figures."""

    tz: ZoneInfo
    language: str
    poll_interval_s: int
    wait_s: float
    """How long an answer waits for logs and providers before it is given with what there is."""


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
        view: View,
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._scanner = scanner
        self._collector = collector
        self._judge = judge
        self._catalog = catalog
        self._view = view
        self._clock = clock

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

    async def status(self, *, refresh: bool = False, provider: str | None = None) -> Status:
        """How things stand, after reading new logs and asking providers that are due.

        ``refresh`` asks all providers (or the one named) whether due or not, except those that told us to
        wait. Refreshes that overlap are one. It waits for them a bounded time, then answers with what
        there is; they go on behind it.
        """
        refreshing: list[Coroutine[object, object, object]] = []
        if refresh or await self._is_scan_due():
            refreshing.append(self._scanner.scan())
        refreshing.append(self._collector.collect(everyone=refresh, only=provider))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._view.wait_s):
                await asyncio.gather(*refreshing)
        return await self.cached()

    async def cached(self) -> Status:
        """How things stood when last looked: from the ledger alone, never the network."""
        now = self._clock.now_ms()
        standing = await self._standing(now)
        return standing.status(
            poll_interval_s=self._view.poll_interval_s,
            scanned_ms=await self._scanner.scanned_ms(),
            alerts=await self._alerts(standing),
        )

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
            month_projection=standing.month_projection,
            runways=standing.runways,
            alerts=await self._alerts(standing),
            top_agent=costliest.agent if costliest else None,
            top_model=costliest.model if costliest else None,
            top_cost=costliest.totals.list_cost if costliest else None,
        )

    async def report(
        self,
        by: Sequence[Dimension],
        *,
        since: date | None = None,
        until: date | None = None,
        tz: ZoneInfo | None = None,
    ) -> Report:
        """Usage of the local days ``since`` to ``until``, both included; without them, all of it."""
        tz = tz or self._view.tz
        first_ms, last_ms = await self._ledger.usage.span()
        start = start_of(_within(since), tz) if since else (first_ms or 0)
        end = start_of(_within(until) + timedelta(days=1), tz) if until else (last_ms or 0) + DAY_MS
        period = Period(start, end)
        rows = await self._ledger.usage.rows(period, by, tz) if start < end else ()
        return Report(
            time_zone=tz.key,
            since=since,
            until=until,
            by=tuple(by),
            rows=rows,
            total=_sum([row.totals for row in rows]),
            unpriced_models=await self._ledger.usage.unpriced_models(period) if rows else (),
        )

    async def providers(self) -> tuple[ProviderInfo, ...]:
        """Every provider we know, configured or not."""
        return self._catalog.providers(await self._ledger.snapshots.latest())

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
        """Which thresholds are crossed now."""
        return (await self._standing(self._clock.now_ms())).judgement

    async def _is_scan_due(self) -> bool:
        scanned = await self._scanner.scanned_ms()
        return scanned is None or self._clock.now_ms() - scanned >= _SCAN_IS_FRESH_MS

    async def _standing(self, now_ms: int) -> Standing:
        return await standing_of(
            self._ledger, self._judge, self._catalog, self._view.tz, now_ms, self._view.poll_interval_s
        )

    async def _alerts(self, standing: Standing) -> tuple[Alert, ...]:
        """What holds now, and what held when an account was last heard of that has failed since."""
        standing_alerts = await self._ledger.alerts.standing()
        remembered = {alert.condition.key: alert for alert in standing_alerts}
        silent = {account.provider for account in standing.accounts if account.is_stale}
        unjudged = [
            alert.condition
            for alert in standing_alerts
            if alert.state is not AlertState.RESOLVED
            and alert.condition.subject in silent
            and self._judge.still_asks(alert.condition)
        ]
        conditions = told([*standing.judgement.conditions, *unjudged])
        return tuple(_alert(one, remembered, standing.as_of_ms) for one in conditions)

    async def _hourly(self, now_ms: int) -> tuple[int, ...]:
        first = now_ms // HOUR_MS - 23
        window = Period(first * HOUR_MS, (first + 24) * HOUR_MS)
        costs = {start: totals.list_cost_nanos for start, totals in await self._ledger.usage.hourly(window)}
        return tuple(costs.get((first + hour) * HOUR_MS, 0) for hour in range(24))


def _alert(condition: Condition, remembered: Mapping[str, Alert], now_ms: int) -> Alert:
    known = remembered.get(condition.key)
    if known is None or known.state is AlertState.RESOLVED:
        return Alert(condition=condition, state=AlertState.NEW, since_ms=now_ms)
    return Alert(condition=condition, state=AlertState.ONGOING, since_ms=known.since_ms)


def _within(day: date) -> date:
    return min(max(day, _FIRST_DAY), _LAST_DAY)


def _sum(totals: Sequence[Totals]) -> Totals:
    return sum(totals, Totals())
