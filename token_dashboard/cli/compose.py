"""Puts the rooms together: configuration, ledger, engine, in one ``async with``.

A part is made, and its modules are loaded, when it is first asked for: reading logs needs no providers, and a
command that starts a hundred times a day should not pay for them.
"""

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from token_dashboard.agents import _contract as agents
from token_dashboard.agents._walk import distinct
from token_dashboard.cli.garbage import look_as_usual
from token_dashboard.cli.options import host_config
from token_dashboard.config import finding
from token_dashboard.config.display import exchange_of
from token_dashboard.config.finding import Loaded
from token_dashboard.config.places import home_dir
from token_dashboard.config.settings import Settings
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.clock import Clock, SystemClock
from token_dashboard.model.errors import LedgerCorrupt
from token_dashboard.model.period import zone

if TYPE_CHECKING:
    from token_dashboard.cli.accounts import FoundAccounts, HostKeys
    from token_dashboard.cli.messages import Messages
    from token_dashboard.engine.catalog import Catalog
    from token_dashboard.engine.collector import Collector
    from token_dashboard.engine.dashboard import Dashboard
    from token_dashboard.engine.ledger_outage import LedgerOutage
    from token_dashboard.engine.live_usage import LiveUsage
    from token_dashboard.engine.poller import Poller
    from token_dashboard.engine.ports import Audience, Notifier
    from token_dashboard.engine.prices import Prices
    from token_dashboard.engine.scanner import Scanner
    from token_dashboard.engine.service_watch import ServiceWatch
    from token_dashboard.providers._access import AskHost

_log = logging.getLogger(__name__)

ONE_SHOT_BUDGET_S = 8.0
"""How long a command that runs once waits for a provider."""
SERVICE_BUDGET_S = 20.0
PAGE_BUDGET_S = 5.0
"""How long a status page is waited for."""
ANSWER_WAIT_S = 1.5
"""How long a running gateway lets a question wait for slow providers."""


class Product:
    """Everything a door needs, put together over an open ledger."""

    def __init__(
        self,
        loaded: Loaded,
        environment: Mapping[str, str],
        ledger: Ledger,
        *,
        is_service: bool,
        host_keys: "HostKeys | None" = None,
        hosts: "Mapping[str, AskHost] | None" = None,
    ) -> None:
        self.loaded = loaded

        self.ledger = ledger
        self.clock: Clock = SystemClock()
        self.environment = environment
        self._is_service = is_service
        self._host_keys = host_keys
        self._hosts = hosts

    @property
    def gateway_note(self) -> Path:
        """Where a gateway that runs over this ledger leaves its address."""
        return self._settings.ledger.path.with_suffix(".gateway.json")

    @property
    def _settings(self) -> Settings:
        return self.loaded.settings

    @cached_property
    def prices(self) -> "Prices":
        """What tokens cost."""
        from token_dashboard.cli.price_book import prices

        return prices(self._settings, self.environment)

    @cached_property
    def scanner(self) -> "Scanner":
        """Reads the logs of the agents that are switched on."""
        from token_dashboard.engine.scanner import Scanner

        watched = [self._watched(one) for one in agents.discover() if self._settings.reads_logs_of(one.id)]
        return Scanner(watched, self.prices, self.ledger, self.clock)

    @cached_property
    def collector(self) -> "Collector":
        """Asks the providers that have a key."""
        from token_dashboard.engine.collector import Collector
        from token_dashboard.providers._http import open_http

        return Collector(
            self.accounts,
            open_http,
            self.ledger,
            self.clock,
            interval_s=self._interval_s,
            budget_s=SERVICE_BUDGET_S if self._is_service else ONE_SHOT_BUDGET_S,
        )

    @cached_property
    def services(self) -> "ServiceWatch":
        """Reads the status pages of the vendors that are asked."""
        from token_dashboard.engine.service_watch import ServiceWatch
        from token_dashboard.providers._http import open_http

        return ServiceWatch(
            self.accounts, partial(open_http, timeout_s=PAGE_BUDGET_S), self.ledger, self.clock, self.outage
        )

    @cached_property
    def accounts(self) -> "FoundAccounts":
        """The accounts that the operator has."""
        from token_dashboard.cli.accounts import FoundAccounts

        return FoundAccounts(self._settings, self.environment, self._host_keys, self._hosts)

    @cached_property
    def catalog(self) -> "Catalog":
        """What we know of providers and agents."""
        from token_dashboard.engine.catalog import Catalog, KnownAgent

        return Catalog(
            self.accounts,
            [
                KnownAgent(watched=self._watched(one), is_enabled=self._settings.reads_logs_of(one.id))
                for one in agents.discover()
            ],
            self._settings.is_provider_enabled,
        )

    @cached_property
    def dashboard(self) -> "Dashboard":
        """The façade."""
        from token_dashboard.cli.judging import judge_of
        from token_dashboard.engine.dashboard import Dashboard
        from token_dashboard.engine.view import View

        tz = zone(self._settings.time_zone)
        return Dashboard(
            ledger=self.ledger,
            scanner=self.scanner,
            collector=self.collector,
            judge=judge_of(self.loaded, self.ledger, lambda: self.prices.book, self.clock, tz),
            catalog=self.catalog,
            services=self.services,
            view=View(
                tz=tz,
                language=self._settings.language,
                poll_interval_s=self._interval_s,
                tells_projects=self._settings.privacy.project_names,
                wait_s=ANSWER_WAIT_S if self._is_service else ONE_SHOT_BUDGET_S + 1,
                exchanges=partial(exchange_of, self.loaded),
            ),
            clock=self.clock,
        )

    @cached_property
    def messages(self) -> "Messages":
        """What tells the owner unasked."""
        from token_dashboard.cli.messages import Messages

        return Messages(self._settings, self.dashboard, self.ledger, self.clock)

    @cached_property
    def outage(self) -> "LedgerOutage":
        """What tells a service's log that the ledger can't be used."""
        from token_dashboard.engine.ledger_outage import LedgerOutage

        return LedgerOutage()

    def poller(self, notifier: "Notifier", audience: "Audience") -> "Poller":
        """The service of a gateway that can tell programs of alerts, and of usage."""
        from token_dashboard.cli.team import team_steps
        from token_dashboard.engine.poller import Poller

        self.messages.tell(notifier, is_program=True)
        return Poller(
            scanner=self.scanner,
            collector=self.collector,
            dashboard=self.dashboard,
            desk=self.messages.desk,
            courier=self.messages.courier,
            digests=self.messages.digests,
            audience=audience,
            prune=self.prune,
            clock=self.clock,
            outage=self.outage,
            others=team_steps(self.loaded, self.ledger, self.clock),
        )

    def live_usage(self) -> "LiveUsage":
        """The way in for usage that a host reports as it happens."""
        from token_dashboard.engine.live_usage import LiveUsage

        return LiveUsage(self.prices, self.ledger, self.collector.news, self.outage)

    async def prune(self) -> None:
        """Delete what is older than the operator keeps."""
        from token_dashboard.cli.pruning import prune

        await prune(self._settings, self.ledger, self.clock.now_ms())

    async def aclose(self) -> None:
        """Stop what is still under way in the parts that were made."""
        for part in ("services", "collector", "scanner"):
            if part in self.__dict__:
                await self.__dict__[part].aclose()

    @property
    def _interval_s(self) -> int:
        return self._settings.poll_interval_minutes * 60

    def _watched(self, agent: agents.AgentLog) -> WatchedAgent:
        own = self._settings.agent(agent.id).paths
        if own is None:
            return WatchedAgent(agent, agent.homes(self.environment, home_dir(self.environment)))
        return WatchedAgent(agent, distinct(list(own)))


def load(
    config: Path | None,
    environment: Mapping[str, str] = os.environ,
    handed: Mapping[str, object] | None = None,
) -> Loaded:
    """The settings, with ids and addresses checked against the providers and agents there are.

    ``handed`` is what a host has for us; left out, what one handed over with ``--host-config``.

    Raises:
        ConfigError: something in them can't be used.
    """
    loaded = finding.load(config, environment, host_config() if handed is None else handed)
    if not loaded.is_default:
        from token_dashboard.cli.settings_checks import check

        check(loaded)
    return loaded


@asynccontextmanager
async def compose(
    loaded: Loaded,
    *,
    is_service: bool = False,
    environment: Mapping[str, str] = os.environ,
    host_keys: "HostKeys | None" = None,
    hosts: "Mapping[str, AskHost] | None" = None,
) -> AsyncIterator[Product]:
    """Open the ledger and put the product over it; everything is closed again on the way out.

    ``host_keys`` asks a host for the API keys that it has, before each round of questions. ``hosts``
    are the providers that are such a host themselves, by id, and how each is asked.
    """
    if is_service:
        look_as_usual()
    async with open_ledger(loaded.settings.ledger.place, SystemClock()) as ledger:
        if ledger.moved_aside is not None:
            _log.error("%s", LedgerCorrupt(path=ledger.name, moved_to=str(ledger.moved_aside)))
        product = Product(
            loaded, environment, ledger, is_service=is_service, host_keys=host_keys, hosts=hosts
        )
        try:
            yield product
        finally:
            await product.aclose()
