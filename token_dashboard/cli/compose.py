"""Puts the rooms together: configuration, ledger, engine, in one ``async with``.

A part is made, and its modules are loaded, when it is first asked for: reading logs needs no providers, and a
command that starts a hundred times a day should not pay for them.
"""

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from token_dashboard.agents import _contract as agents
from token_dashboard.agents._walk import distinct
from token_dashboard.cli.folder import Folder
from token_dashboard.config import finding
from token_dashboard.config.finding import Loaded
from token_dashboard.config.places import home_dir
from token_dashboard.config.settings import Settings
from token_dashboard.engine.scanner import Scanner, WatchedAgent
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.clock import Clock, SystemClock
from token_dashboard.model.errors import ConfigError, LedgerCorrupt
from token_dashboard.model.period import DAY_MS, zone
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

if TYPE_CHECKING:
    from token_dashboard.engine.catalog import Catalog
    from token_dashboard.engine.collector import Collector, ConfiguredProvider
    from token_dashboard.engine.dashboard import Dashboard
    from token_dashboard.engine.judge import ThresholdsOf
    from token_dashboard.engine.poller import Poller
    from token_dashboard.engine.ports import Notifier
    from token_dashboard.model.secret import Secret
    from token_dashboard.providers._contract import Provider

_log = logging.getLogger(__name__)

ONE_SHOT_BUDGET_S = 8.0
"""How long a command that runs once waits for a provider."""
SERVICE_BUDGET_S = 20.0
ANSWER_WAIT_S = 1.5
"""How long a running gateway lets a question wait for slow providers."""


class Product:
    """Everything a door needs, put together over an open ledger."""

    def __init__(
        self, loaded: Loaded, environment: Mapping[str, str], ledger: Ledger, *, is_service: bool
    ) -> None:
        self.loaded = loaded
        self.folder = Folder.of(environment)
        self.ledger = ledger
        self.clock: Clock = SystemClock()
        self._environment = environment
        self._is_service = is_service

    @property
    def gateway_note(self) -> Path:
        """Where a gateway that runs over this ledger leaves its address."""
        return self.ledger.path.with_suffix(".gateway.json")

    @property
    def _settings(self) -> Settings:
        return self.loaded.settings

    @cached_property
    def book(self) -> PriceBook:
        """The prices in use."""
        return price_book(self._settings, self.folder)

    @cached_property
    def scanner(self) -> Scanner:
        """Reads the logs of the agents that are switched on."""
        watched = [
            WatchedAgent(agent=agent, homes=self._homes(agent))
            for agent in agents.discover()
            if self._settings.agent(agent.id).enabled
        ]
        return Scanner(watched, Pricer(self.book), self.ledger, self.clock)

    @cached_property
    def collector(self) -> "Collector":
        """Asks the providers that have a key."""
        from token_dashboard.engine.collector import Collector
        from token_dashboard.providers._http import open_http

        return Collector(
            self._configured(),
            open_http,
            self.ledger,
            self.clock,
            interval_s=self._interval_s,
            budget_s=SERVICE_BUDGET_S if self._is_service else ONE_SHOT_BUDGET_S,
        )

    @cached_property
    def catalog(self) -> "Catalog":
        """What we know of providers and agents."""
        from token_dashboard.engine.catalog import Catalog, KnownAgent, KnownProvider
        from token_dashboard.providers._contract import discover

        return Catalog(
            [
                KnownProvider(
                    provider=provider,
                    is_enabled=self._settings.is_provider_enabled(provider.id),
                    kinds_present=frozenset(_keys(self._settings, self._environment, provider)),
                )
                for provider in discover()
            ],
            [
                KnownAgent(
                    watched=WatchedAgent(agent=agent, homes=self._homes(agent)),
                    is_enabled=self._settings.agent(agent.id).enabled,
                )
                for agent in agents.discover()
            ],
        )

    @cached_property
    def dashboard(self) -> "Dashboard":
        """The façade."""
        from token_dashboard.engine.dashboard import Dashboard, View
        from token_dashboard.engine.judge import Judge

        tz = zone(self._settings.time_zone)
        return Dashboard(
            ledger=self.ledger,
            scanner=self.scanner,
            collector=self.collector,
            judge=Judge(self.ledger, _thresholds(self._settings), tz),
            catalog=self.catalog,
            view=View(
                tz=tz,
                language=self._settings.language,
                poll_interval_s=self._interval_s,
                wait_s=ANSWER_WAIT_S if self._is_service else ONE_SHOT_BUDGET_S + 1,
            ),
            clock=self.clock,
        )

    def poller(self, notifier: "Notifier") -> "Poller":
        """The service of a gateway that can tell the owner, if the owner wants to be told."""
        from token_dashboard.engine.alert_desk import AlertDesk
        from token_dashboard.engine.poller import Poller

        return Poller(
            scanner=self.scanner,
            collector=self.collector,
            dashboard=self.dashboard,
            desk=AlertDesk(self.ledger, notifier if self._settings.notify.enabled else None, self.clock),
            prune=self.prune,
            clock=self.clock,
        )

    async def prune(self) -> None:
        """Delete the detail of requests older than the operator keeps; their totals stay."""
        days = self._settings.history_retention_days
        await self.ledger.usage.prune(self.clock.now_ms() - days * DAY_MS)

    async def aclose(self) -> None:
        """Stop what is still under way in the parts that were made."""
        for part in ("collector", "scanner"):
            if part in self.__dict__:
                await self.__dict__[part].aclose()

    @property
    def _interval_s(self) -> int:
        return self._settings.poll_interval_minutes * 60

    def _homes(self, agent: agents.AgentLog) -> tuple[Path, ...]:
        own = self._settings.agent(agent.id).paths
        if own is None:
            return agent.homes(self._environment, home_dir(self._environment))
        return distinct(list(own))

    def _configured(self) -> "list[ConfiguredProvider]":
        from token_dashboard.engine.collector import ConfiguredProvider

        return [
            ConfiguredProvider(
                provider=provider,
                keys=_keys(self._settings, self._environment, provider),
                base_url=self._settings.provider(provider.id).base_url or provider.base_url,
                account=self._settings.provider(provider.id).label or "default",
            )
            for provider in self.catalog.watched
        ]


def load(config: Path | None, environment: Mapping[str, str] = os.environ) -> Loaded:
    """The settings, with ids and addresses checked against the providers and agents there are.

    Raises:
        ConfigError: something in them can't be used.
    """
    loaded = finding.load(config, environment)
    if loaded.origin != finding.DEFAULTS:
        _check(loaded)
    return loaded


@asynccontextmanager
async def compose(
    loaded: Loaded, *, is_service: bool = False, environment: Mapping[str, str] = os.environ
) -> AsyncIterator[Product]:
    """Open the ledger and put the product over it; everything is closed again on the way out."""
    async with open_ledger(loaded.settings.ledger.path, SystemClock()) as ledger:
        if ledger.moved_aside is not None:
            _log.error("%s", LedgerCorrupt(path=str(ledger.path), moved_to=str(ledger.moved_aside)))
        product = Product(loaded, environment, ledger, is_service=is_service)
        try:
            yield product
        finally:
            await product.aclose()


def price_book(settings: Settings, folder: Folder) -> PriceBook:
    """The operator's own prices, those that were fetched, those that came with the package."""
    own = {model: price.rates() for model, price in settings.prices.overrides.items()}
    return PriceBook.load(own, folder.price_book)


def _check(loaded: Loaded) -> None:
    from token_dashboard.config.ids import check_ids
    from token_dashboard.providers._base_url import check_base_url
    from token_dashboard.providers._contract import discover

    check_ids(
        loaded,
        provider_ids=[one.id for one in discover()],
        agent_ids=[one.id for one in agents.discover()],
    )
    for name, account in loaded.settings.providers.items():
        if account.base_url is None:
            continue
        try:
            check_base_url(account.base_url)
        except ValueError as error:
            path = f"$.providers.{name}.baseUrl"
            raise ConfigError(file=loaded.origin, path=path, reason=f"{error}.") from None


def _keys(settings: Settings, environment: Mapping[str, str], provider: "Provider") -> "dict[str, Secret]":
    from token_dashboard.config.credentials import find_keys

    needs = [(one.kind, one.variables) for one in provider.credentials]
    return find_keys(settings, environment, provider.id, needs)


def _thresholds(settings: Settings) -> "ThresholdsOf":
    from token_dashboard.analysis.thresholds import Thresholds

    def of(provider: str) -> Thresholds:
        given = settings.thresholds_for(provider)
        return Thresholds(
            balance=given.balance_usd,
            daily_spend=given.daily_spend_usd,
            window_percents=given.window_percent or (),
        )

    return of
