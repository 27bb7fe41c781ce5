"""A refresh asks everybody anew, also when a poll is under way that asks only who is due."""

import asyncio

from engine_wiring import Wiring
from movable_clock import MovableClock
from vendor_server import VendorServer


async def test_a_refresh_during_a_poll_of_nobody_asks_all_the_same(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        before = len(vendor.requests)
        clock.move(301)
        poll = asyncio.create_task(engine.collector.collect())
        await asyncio.sleep(0)
        await engine.collector.collect(everyone=True)
        await poll
        assert len(vendor.requests) > before


async def test_refreshes_that_overlap_are_one(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        once = len(vendor.requests)
        clock.move(301)
        wishes = (engine.collector.collect(everyone=True) for _ in range(3))
        await asyncio.gather(*wishes, engine.collector.collect(), engine.collector.collect(only="openrouter"))
        assert len(vendor.requests) == 2 * once
