"""Is it me, or is it them? When status pages are read, by whom they are shared, and what is told of them."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from engine_wiring import Wiring, account_at
from status_page_server import StatusPageServer
from vendor_server import VendorServer

from token_dashboard.model.service import Health
from token_dashboard.providers._contract import StatusFeed

MINUTE_MS = 60_000


def summary(indicator: str) -> bytes:
    components = [{"name": "API", "status": "major_outage"}, {"name": "Console", "status": "operational"}]
    return json.dumps({"status": {"indicator": indicator}, "components": components}).encode()


@pytest.fixture
async def page() -> AsyncIterator[StatusPageServer]:
    async with StatusPageServer.playing(summary("critical")) as server:
        yield server


def watched(wiring: Wiring, vendor: VendorServer, page: StatusPageServer, component: str = "API") -> None:
    """An account at a vendor whose own host, in this test, is this machine, and whose page is ``page``."""
    home = replace(
        vendor.known, base_url=vendor.url, status_feed=StatusFeed(url=page.url, component=component)
    )
    kept = [one for one in wiring.accounts if one.provider.base_url == vendor.url]
    account = replace(account_at(vendor, f"account-{len(kept)}"), provider=home)
    wiring.accounts[:] = [*kept, account]


async def test_an_account_that_fails_says_how_its_vendors_service_runs(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    vendor.mood = "500"
    async with wiring.running() as engine:
        (account,) = (await engine.dashboard.status()).accounts
        assert account.problem is not None
        assert account.service is not None
        assert account.service.health is Health.MAJOR_OUTAGE
        assert (await engine.dashboard.providers())[0].service == account.service


async def test_a_test_of_an_account_that_fails_says_so_too(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    vendor.mood = "500"
    async with wiring.running() as engine:
        (tested,) = (await engine.dashboard.test("openrouter")).accounts
    assert tested.account.service is not None
    assert tested.account.service.health is Health.MAJOR_OUTAGE


async def test_a_page_is_read_every_fifteen_minutes_and_five_after_a_failure(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    async with wiring.running() as engine:

        async def looks_after(minutes: int) -> int:
            page.requests.clear()
            engine.clock.time_ms += minutes * MINUTE_MS
            await engine.dashboard.services.look()
            return len(page.requests)

        await engine.dashboard.status()
        assert await looks_after(0) == 0
        assert await looks_after(14) == 0
        assert await looks_after(1) == 1
        vendor.mood = "500"
        await engine.collector.collect(everyone=True)
        assert await looks_after(4) == 0
        assert await looks_after(1) == 1


async def test_one_page_serves_all_accounts_of_its_vendor_each_with_its_part(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    watched(wiring, vendor, page, "Console")
    async with wiring.running() as engine:
        await engine.dashboard.services.look()
        assert len(page.requests) == 1
        (told,) = (await engine.ledger.status_pages.all()).values()
        assert (told.about("API").health, told.about("Console").health) == (
            Health.MAJOR_OUTAGE,
            Health.OPERATIONAL,
        )


async def test_an_account_at_another_address_than_the_vendors_asks_no_page_of_the_vendor(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    elsewhere = replace(vendor.known, status_feed=StatusFeed(url=page.url))
    wiring.accounts[:] = [replace(account_at(vendor), provider=elsewhere)]
    vendor.mood = "500"
    async with wiring.running() as engine:
        (account,) = (await engine.dashboard.status()).accounts
        assert (account.service, page.requests) == (None, [])


async def test_a_page_that_was_read_long_ago_says_nothing_of_now(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    async with wiring.running() as engine:
        await engine.dashboard.services.look()
        assert (await engine.dashboard.cached()).accounts[0].service is not None
        engine.clock.time_ms += 31 * MINUTE_MS
        assert (await engine.dashboard.cached()).accounts[0].service is None


async def test_a_page_that_cannot_be_read_is_unknown_and_holds_nobody_up(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    page.hangs = True
    async with wiring.running() as engine, asyncio.timeout(4):
        assert (await engine.dashboard.status()).accounts[0].problem is None
    page.hangs, page.body = False, b"<html>"
    async with wiring.running() as engine:
        await engine.dashboard.services.look()
        service = (await engine.dashboard.cached()).accounts[0].service
        assert service is not None
        assert service.health is Health.UNKNOWN


async def test_no_key_goes_to_a_status_page(
    wiring: Wiring, vendor: VendorServer, page: StatusPageServer
) -> None:
    watched(wiring, vendor, page)
    async with wiring.running() as engine:
        await engine.dashboard.services.look()
    assert "canary" not in json.dumps(page.requests)
