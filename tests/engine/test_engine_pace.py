"""How often accounts are asked, and how long it takes to ask many."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from engine_wiring import INTERVAL_S, Wiring
from movable_clock import MovableClock
from own_providers import API, answer, holding, provider_that, records

from token_dashboard.engine.collector import AT_ONCE
from token_dashboard.model.errors import ProviderError
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._access import Access

DAY_S = 86_400


@asynccontextmanager
async def slow_vendor(answer_s: float) -> AsyncIterator[str]:
    """A server on this machine that thinks before it answers."""

    async def think(_: web.Request) -> web.Response:
        await asyncio.sleep(answer_s)
        return web.json_response({})

    app = web.Application()
    app.router.add_get("/", think)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port, *_ = runner.addresses[0]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def ask_over_http(access: Access) -> Snapshot:
    await access.get("/", dict, key=API)
    return answer(access)


@pytest.mark.parametrize(
    ("also", "pause_s"),
    [({"polite_pause_s": 60}, INTERVAL_S), ({"polite_pause_s": 7200}, 7200)],
    ids=["the interval is longer", "the vendor's wish is longer"],
)
async def test_nobody_is_polled_more_often_than_the_owner_and_the_vendor_like(
    wiring: Wiring, clock: MovableClock, also: dict[str, int], pause_s: int
) -> None:
    async def fine(access: Access) -> Snapshot:
        return answer(access)

    wiring.accounts = [holding(provider_that(fine, **also))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        waits_ms = (await records(engine))["default"].next_check_ms - clock.now_ms()
        assert 0.9 * pause_s <= waits_ms / 1000 <= 1.1 * pause_s
        clock.move(1.5 * pause_s)
        assert not (await engine.dashboard.cached()).is_stale


@pytest.mark.parametrize(
    ("also", "asked"),
    [({}, 2), ({"polite_pause_s": 7200}, 1), ({"is_billed": True}, 1)],
    ids=["a usual one", "one that wants a long pause", "one that costs money"],
)
async def test_an_owner_who_refreshes_is_asked_for_except_where_it_would_harm(
    wiring: Wiring, also: dict[str, object], asked: int
) -> None:
    questions = 0

    async def fine(access: Access) -> Snapshot:
        nonlocal questions
        questions += 1
        return answer(access)

    wiring.accounts = [holding(provider_that(fine, **also), allows_billed=True)]
    async with wiring.running() as engine:
        for _ in range(2):
            await engine.collector.collect(everyone=True)
    assert questions == asked


@pytest.mark.parametrize(
    "answer_of",
    [answer, lambda access: access.limited(86_400)],
    ids=["a good answer", "a wait that the vendor asked for"],
)
async def test_a_clock_that_was_set_back_by_a_day_keeps_nobody_waiting_for_tomorrow(
    wiring: Wiring, clock: MovableClock, answer_of: Callable[[Access], Snapshot | ProviderError]
) -> None:
    asked: list[int] = []

    async def say(access: Access) -> Snapshot:
        asked.append(access.now_ms)
        said = answer_of(access)
        if isinstance(said, ProviderError):
            raise said
        return said

    wiring.accounts = [holding(provider_that(say))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        clock.move(-DAY_S)
        await engine.collector.collect()
        await engine.collector.collect()
        waits_ms = (await records(engine))["default"].next_check_ms - clock.now_ms()
    assert len(asked) == 2
    assert waits_ms <= DAY_S * 1000


async def test_the_books_are_read_from_a_month_back_and_then_from_where_they_were_left(
    wiring: Wiring, clock: MovableClock
) -> None:
    first_days: list[timedelta] = []

    async def books(access: Access) -> Snapshot:
        first_days.append(access.today - access.first_day)
        return answer(access)

    wiring.accounts = [holding(provider_that(books))]
    async with wiring.running() as engine:
        for pause_s in (0, 3600, 5 * DAY_S, 90 * DAY_S):
            clock.move(pause_s)
            await engine.collector.collect(everyone=True)
        changed = {API: Key(secret=Secret("another"), source="a test")}
        wiring.accounts[0] = replace(wiring.accounts[0], keys=changed)
        await engine.collector.collect()
    assert [one.days for one in first_days] == [31, 3, 8, 31, 31]


async def test_forty_providers_take_as_long_as_the_slowest_and_not_as_all_together(wiring: Wiring) -> None:
    async with slow_vendor(0.5) as url:
        wiring.accounts = [
            holding(provider_that(ask_over_http, id=f"some-{number}", base_url=url)) for number in range(40)
        ]
        async with wiring.running() as engine:
            begun = time.monotonic()
            await engine.collector.collect()
            took_s = time.monotonic() - begun
            known = await engine.ledger.snapshots.latest()
    assert len([one for one in known if one.snapshot]) == 40
    assert took_s < 0.5 * 40 / 4
    assert AT_ONCE > 40


async def test_an_answer_does_not_wait_for_three_that_hang_among_forty(wiring: Wiring) -> None:
    wiring.wait_s = 1.5  # what a running gateway waits
    async with slow_vendor(30) as hanging, slow_vendor(0) as quick:
        wiring.accounts = [
            holding(
                provider_that(
                    ask_over_http, id=f"some-{number:02}", base_url=hanging if number < 3 else quick
                )
            )
            for number in range(40)
        ]
        async with wiring.running() as engine:
            async with asyncio.timeout(2):
                status = await engine.dashboard.status(refresh=True)
    answered = [one.provider for one in status.accounts if one.snapshot]
    assert answered == [f"some-{number:02}" for number in range(3, 40)]
    assert len(status.accounts) == 40
