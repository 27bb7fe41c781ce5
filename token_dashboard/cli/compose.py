"""Puts the rooms together: configuration, ledger, engine, in one ``async with``."""

import logging
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from token_dashboard.agents import _contract as agents
from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.cli.folder import Folder
from token_dashboard.config import credentials, finding
from token_dashboard.config.finding import Loaded
from token_dashboard.config.ids import check_ids
from token_dashboard.config.places import home_dir
from token_dashboard.config.settings import Settings
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.catalog import Catalog, KnownAgent, KnownProvider
from token_dashboard.engine.collector import Collector, ConfiguredProvider
from token_dashboard.engine.dashboard import Dashboard, View
from token_dashboard.engine.judge import Judge, ThresholdsOf
from token_dashboard.engine.poller import Poller
from token_dashboard.engine.ports import Notifier
from token_dashboard.engine.scanner import Scanner, WatchedAgent
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.clock import Clock, SystemClock
from token_dashboard.model.errors import ConfigError, LedgerCorrupt
from token_dashboard.model.period import DAY_MS, zone
from token_dashboard.model.record import record
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer
from token_dashboard.providers import _contract as providers
from token_dashboard.providers._base_url import check_base_url
from token_dashboard.providers._http import open_http

_log = logging.getLogger(__name__)

ONE_SHOT_BUDGET_S = 8.0
"""How long a command that runs once waits for a provider."""
SERVICE_BUDGET_S = 20.0
ANSWER_WAIT_S = 1.5
"""How long a running gateway lets a question wait for slow providers."""


@record
class Product:
    """Everything a door needs, put together."""

    loaded: Loaded
    folder: Folder
    ledger: Ledger
    scanner: Scanner
    collector: Collector
    catalog: Catalog
    dashboard: Dashboard
    book: PriceBook
    clock: Clock

    def poller(self, notifier: Notifier) -> Poller:
        """The service of a gateway that can tell the owner, if the owner wants to be told."""
        settings = self.loaded.settings
        return Poller(
            scanner=self.scanner,
            collector=self.collector,
            dashboard=self.dashboard,
            desk=AlertDesk(self.ledger, notifier if settings.notify.enabled else None, self.clock),
            prune=self.prune,
            clock=self.clock,
        )

    async def prune(self) -> None:
        """Delete the detail of requests older than the operator keeps; their totals stay."""
        days = self.loaded.settings.history_retention_days
        await self.ledger.usage.prune(self.clock.now_ms() - days * DAY_MS)


def load(config: Path | None, environment: Mapping[str, str] = os.environ) -> Loaded:
    """The settings, with ids and addresses checked against the providers and agents there are.

    Raises:
        ConfigError: something in them can't be used.
    """
    loaded = finding.load(config, environment)
    check_ids(
        loaded,
        provider_ids=[one.id for one in providers.discover()],
        agent_ids=[one.id for one in agents.discover()],
    )
    for name, account in loaded.settings.providers.items():
        if account.base_url is not None:
            _check_address(loaded, name, account.base_url)
    return loaded


def _check_address(loaded: Loaded, provider: str, base_url: str) -> None:
    try:
        check_base_url(base_url)
    except ValueError as error:
        raise ConfigError(
            file=loaded.origin, path=f"$.providers.{provider}.baseUrl", reason=f"{error}."
        ) from None


def price_book(settings: Settings, folder: Folder) -> PriceBook:
    """The prices in use: the operator's own, those that were fetched, those that came with the package."""
    own = {model: price.rates() for model, price in settings.prices.overrides.items()}
    return PriceBook.load(own, folder.price_book)


@asynccontextmanager
async def compose(
    loaded: Loaded, *, is_service: bool = False, environment: Mapping[str, str] = os.environ
) -> AsyncIterator[Product]:
    """Open the ledger and wire the engine to it; everything is closed again on the way out."""
    settings, clock, folder = loaded.settings, SystemClock(), Folder.of(environment)
    interval_s = settings.poll_interval_minutes * 60
    known_providers, configured = _providers(settings, environment)
    known_agents = _agents(settings, environment)
    book = price_book(settings, folder)
    tz = zone(settings.time_zone)
    async with open_ledger(settings.ledger.path, clock) as ledger:
        if ledger.moved_aside is not None:
            _log.error("%s", LedgerCorrupt(path=str(ledger.path), moved_to=str(ledger.moved_aside)))
        scanner = Scanner(
            [one.watched for one in known_agents if one.is_enabled], Pricer(book), ledger, clock
        )
        collector = Collector(
            configured,
            open_http,
            ledger,
            clock,
            interval_s=interval_s,
            budget_s=SERVICE_BUDGET_S if is_service else ONE_SHOT_BUDGET_S,
        )
        catalog = Catalog(known_providers, known_agents)
        dashboard = Dashboard(
            ledger=ledger,
            scanner=scanner,
            collector=collector,
            judge=Judge(ledger, _thresholds(settings), tz),
            catalog=catalog,
            view=View(
                tz=tz,
                language=settings.language,
                poll_interval_s=interval_s,
                wait_s=ANSWER_WAIT_S if is_service else ONE_SHOT_BUDGET_S + 1,
            ),
            clock=clock,
        )
        try:
            yield Product(
                loaded=loaded,
                folder=folder,
                ledger=ledger,
                scanner=scanner,
                collector=collector,
                catalog=catalog,
                dashboard=dashboard,
                book=book,
                clock=clock,
            )
        finally:
            await collector.aclose()
            await scanner.aclose()


def _providers(
    settings: Settings, environment: Mapping[str, str]
) -> tuple[list[KnownProvider], list[ConfiguredProvider]]:
    known: list[KnownProvider] = []
    configured: list[ConfiguredProvider] = []
    for provider in providers.discover():
        own = settings.provider(provider.id)
        needs = [(one.kind, one.variables) for one in provider.credentials]
        keys = credentials.find_keys(settings, environment, provider.id, needs)
        one = KnownProvider(
            provider=provider,
            is_enabled=settings.is_provider_enabled(provider.id),
            kinds_present=frozenset(keys),
        )
        known.append(one)
        if one.is_watched:
            configured.append(
                ConfiguredProvider(
                    provider=provider,
                    keys=keys,
                    base_url=own.base_url or provider.base_url,
                    account=own.label or "default",
                )
            )
    return known, configured


def _agents(settings: Settings, environment: Mapping[str, str]) -> list[KnownAgent]:
    home = home_dir(environment)
    known: list[KnownAgent] = []
    for agent in agents.discover():
        own = settings.agent(agent.id)
        homes = agent.homes(environment, home) if own.paths is None else own.paths
        known.append(
            KnownAgent(watched=WatchedAgent(agent=agent, homes=tuple(homes)), is_enabled=own.enabled)
        )
    return known


def _thresholds(settings: Settings) -> ThresholdsOf:
    def of(provider: str) -> Thresholds:
        given = settings.thresholds_for(provider)
        return Thresholds(
            balance=given.balance_usd,
            daily_spend=given.daily_spend_usd,
            window_percents=given.window_percent or (),
        )

    return of
