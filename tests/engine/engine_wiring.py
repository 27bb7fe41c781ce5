"""How tests wire the engine: as the composition root does, over a folder and a clock of their own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from movable_clock import MovableClock
from vendor_server import VendorServer

from token_dashboard.agents._contract import AgentLog
from token_dashboard.agents.claude_code import AGENT
from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.accounts import ConfiguredAccount
from token_dashboard.engine.budget_judge import BudgetJudge
from token_dashboard.engine.catalog import Catalog, KnownAgent
from token_dashboard.engine.collector import Collector
from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.prices import Prices
from token_dashboard.engine.scanner import Scanner
from token_dashboard.engine.service_watch import ServiceWatch
from token_dashboard.engine.view import View
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.budget import Budget
from token_dashboard.pricing.book import PriceBook
from token_dashboard.providers._contract import Provider
from token_dashboard.providers._http import open_http

INTERVAL_S = 900


@dataclass(slots=True)
class HeldAccounts:
    """The engine's ``Accounts``: those that a test holds, as they are at the moment."""

    accounts: list[ConfiguredAccount] = field(default_factory=list)

    @property
    def provider_ids(self) -> Sequence[str]:
        return sorted({one.provider.id for one in self.accounts})

    def provider(self, provider_id: str) -> Provider | None:
        return next((one.provider for one in self.accounts if one.provider.id == provider_id), None)

    def known(self) -> Sequence[ConfiguredAccount]:
        return self.accounts

    async def current(self) -> Sequence[ConfiguredAccount]:
        return self.accounts


def account_at(vendor: VendorServer, account: str = "default", **also: object) -> ConfiguredAccount:
    """An account at a vendor that plays on this machine, with the keys of its present case."""
    said = {"keys": vendor.found, "base_url": vendor.url, **also}
    return ConfiguredAccount(provider=vendor.known, account=account, **said)


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
    accounts: list[ConfiguredAccount] = field(default_factory=list)
    agents: list[AgentLog] = field(default_factory=lambda: [AGENT])
    prices: Prices = field(default_factory=lambda: Prices(PriceBook.load, lambda: "1"))
    thresholds: Thresholds = field(default_factory=Thresholds)
    budgets: Sequence[Budget] = ()
    budget_s: float = 5
    wait_s: float = 5
    tz: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Engine]:
        """The engine; entering it again is a restart over the same ledger."""
        watched = [WatchedAgent(agent=agent, homes=(self.folder / ".claude",)) for agent in self.agents]
        async with AsyncExitStack() as stack:
            ledger = await stack.enter_async_context(open_ledger(self.folder / "ledger.db", self.clock))
            scanner = Scanner(watched, self.prices, ledger, self.clock)
            stack.push_async_callback(scanner.aclose)
            held = HeldAccounts(self.accounts)
            collector = Collector(
                held,
                open_http,
                ledger,
                self.clock,
                interval_s=INTERVAL_S,
                budget_s=self.budget_s,
            )
            stack.push_async_callback(collector.aclose)
            budgets = BudgetJudge(ledger, self.budgets, lambda: 600 * 10**9, self.tz)
            judge = Judge(ledger, lambda _: self.thresholds, budgets, self.tz)
            services = ServiceWatch(held, open_http, ledger, self.clock, LedgerOutage())
            stack.push_async_callback(services.aclose)
            known = [KnownAgent(watched=one, is_enabled=True) for one in watched]
            dashboard = Dashboard(
                ledger=ledger,
                scanner=scanner,
                collector=collector,
                judge=judge,
                catalog=Catalog(held, known, lambda _: True),
                services=services,
                view=View(tz=self.tz, language="en", poll_interval_s=INTERVAL_S, wait_s=self.wait_s),
                clock=self.clock,
            )
            yield Engine(ledger, self.clock, scanner, collector, judge, dashboard)
