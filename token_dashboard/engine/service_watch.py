"""Reads vendors' status pages, so that a failing account says whether it is the vendor's fault.

Each page is read for all accounts of its vendor together: every fifteen minutes, and five minutes after the
last time when one of them has failed. An account that is asked at another address than the vendor's has no
page: what fails there need not be the vendor.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from token_dashboard.engine.accounts import Accounts, ConfiguredAccount
from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.ledger import Ledger
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.service import ServiceStatus, StatusPage

if TYPE_CHECKING:
    from token_dashboard.engine.collector import OpenHttp
    from token_dashboard.providers._http import ProviderHttp

EVERY_MS = 15 * 60_000
AFTER_FAILURE_MS = 5 * 60_000
_TELLS_FOR_MS = 2 * EVERY_MS
"""A page that was read longer ago says nothing of now."""


class ServiceWatch:
    """Reads the pages that are due; several calls at once share one reading."""

    def __init__(
        self,
        accounts: Accounts,
        open_http: "OpenHttp",
        ledger: Ledger,
        clock: Clock,
        outage: LedgerOutage,
    ) -> None:
        self._accounts = accounts
        self._open_http = open_http
        self._ledger = ledger
        self._clock = clock
        self._outage = outage
        self._running: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Read what is due, without anybody waiting for it."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._round())

    async def look(self) -> None:
        """Read what is due, accounts that have just failed included."""
        if self._running is not None:
            await asyncio.shield(self._running)
        self.begin()
        if self._running is not None:
            await asyncio.shield(self._running)

    async def services(self) -> Mapping[str, ServiceStatus]:
        """How the services run that accounts need, by provider; only what was read lately."""
        pages = await self._ledger.status_pages.all()
        since_ms = self._clock.now_ms() - _TELLS_FOR_MS
        services = {}
        for account in self._accounts.known() if pages else ():
            feed = account.provider.status_feed
            page = pages.get(feed.url) if feed and _asks_the_vendor(account) else None
            if feed and page and page.checked_ms > since_ms:
                services[account.provider.id] = page.about(feed.component)
        return services

    async def aclose(self) -> None:
        """Stop a reading that is under way."""
        if self._running is not None and not self._running.done():
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _round(self) -> None:
        try:
            if due := await self._due():
                async with self._open_http() as http, asyncio.TaskGroup() as tasks:
                    for url, before in due.items():
                        tasks.create_task(self._read(http, url, before))
            self._outage.worked(self)
        except* LedgerError as failed:
            self._outage.failed(self, failed.exceptions[0])

    async def _read(self, http: "ProviderHttp", url: str, before: StatusPage | None) -> None:
        from token_dashboard.providers._status_pages import read_status_page  # noqa: PLC0415 - its XML is heavy

        await self._ledger.status_pages.save(await read_status_page(http, url, before, self._clock.now_ms()))

    async def _due(self) -> dict[str, StatusPage | None]:
        now = self._clock.now_ms()
        pages = await self._ledger.status_pages.all()
        failing = {one.provider for one in await self._ledger.snapshots.latest() if one.problem is not None}
        due: dict[str, StatusPage | None] = {}
        for account in self._accounts.known():
            feed = account.provider.status_feed
            if feed is None or not account.is_watched or not _asks_the_vendor(account):
                continue
            page = pages.get(feed.url)
            pause_ms = AFTER_FAILURE_MS if account.provider.id in failing else EVERY_MS
            if page is None or now - page.checked_ms >= pause_ms:
                due[feed.url] = page
        return due


def _asks_the_vendor(account: ConfiguredAccount) -> bool:
    provider = account.provider
    homes = {urlsplit(url).hostname for url in (provider.base_url, *provider.regions.values()) if url}
    return urlsplit(account.base_url or "").hostname in homes
