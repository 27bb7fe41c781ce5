"""How tests wire the engine: as the composition root does, over a folder and a clock of their own."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from movable_clock import MovableClock
from vendor_server import VendorServer

from token_dashboard.agents._contract import AgentLog
from token_dashboard.agents.claude_code import AGENT
from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.catalog import Catalog, KnownAgent, KnownProvider
from token_dashboard.engine.collector import Collector, ConfiguredProvider
from token_dashboard.engine.dashboard import Dashboard, View
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.scanner import Scanner, WatchedAgent
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer
from token_dashboard.providers._contract import Provider
from token_dashboard.providers._http import open_http

INTERVAL_S = 900


@dataclass(slots=True)
class Engine:
    """Everything wired; see ``running``."""

    ledger: Ledger
    clock: MovableClock
    scanner: Scanner
    collector: Collector
    judge: Judge
    dashboard: Dashboard


@dataclass(slots=True)
class Wiring:
    """What a test may set before the engine is wired."""

    folder: Path
    clock: MovableClock
    providers: list[tuple[Provider, VendorServer]] = field(default_factory=list)
    agents: list[AgentLog] = field(default_factory=lambda: [AGENT])
    thresholds: Thresholds = field(default_factory=Thresholds)
    budget_s: float = 5
    wait_s: float = 5
    tz: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Engine]:
        """The engine; entering it again is a restart over the same ledger."""
        watched = [WatchedAgent(agent=agent, homes=(self.folder / ".claude",)) for agent in self.agents]
        async with AsyncExitStack() as stack:
            ledger = await stack.enter_async_context(open_ledger(self.folder / "ledger.db", self.clock))
            scanner = Scanner(watched, Pricer(PriceBook.load()), ledger, self.clock)
            stack.push_async_callback(scanner.aclose)
            collector = Collector(
                [
                    ConfiguredProvider(provider=provider, keys=vendor.keys, base_url=vendor.url)
                    for provider, vendor in self.providers
                ],
                open_http,
                ledger,
                self.clock,
                interval_s=INTERVAL_S,
                budget_s=self.budget_s,
            )
            stack.push_async_callback(collector.aclose)
            judge = Judge(ledger, lambda _: self.thresholds, self.tz)
            known = [
                KnownProvider(provider=provider, is_enabled=True, kinds_present=frozenset(vendor.keys))
                for provider, vendor in self.providers
            ]
            dashboard = Dashboard(
                ledger=ledger,
                scanner=scanner,
                collector=collector,
                judge=judge,
                catalog=Catalog(known, [KnownAgent(watched=one, is_enabled=True) for one in watched]),
                view=View(tz=self.tz, language="en", poll_interval_s=INTERVAL_S, wait_s=self.wait_s),
                clock=self.clock,
            )
            yield Engine(ledger, self.clock, scanner, collector, judge, dashboard)
