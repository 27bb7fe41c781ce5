import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest
from engine_wiring import INTERVAL_S, Engine, Wiring, account_at
from movable_clock import MovableClock
from vendor_server import VendorServer

from token_dashboard.ledger import AccountRecord
from token_dashboard.model.errors import LedgerError

MINUTE_S = 60


async def record_of(engine: Engine) -> AccountRecord:
    (record,) = await engine.ledger.snapshots.latest()
    return record


async def pause_after(engine: Engine) -> int:
    """Seconds until the provider is asked again."""
    return ((await record_of(engine)).next_check_ms - engine.clock.now_ms()) // 1000


async def test_a_good_answer_is_kept_and_the_next_one_asked_for_an_interval_later(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        record = await record_of(engine)
        assert record.snapshot is not None
        assert record.problem is None
        assert 0.9 * INTERVAL_S <= await pause_after(engine) <= 1.1 * INTERVAL_S


async def test_nobody_is_asked_before_it_is_due_unless_everyone_is(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        asked = len(vendor.requests)
        await engine.collector.collect()
        assert len(vendor.requests) == asked
        await engine.collector.collect(everyone=True)
        assert len(vendor.requests) == 2 * asked
        clock.move(1.2 * INTERVAL_S)
        await engine.collector.collect()
        assert len(vendor.requests) == 3 * asked


async def test_an_outage_is_asked_after_more_and_more_seldom_up_to_the_interval(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    vendor.mood = "500"
    pauses = []
    async with wiring.running() as engine:
        for _ in range(6):
            await engine.collector.collect()
            pauses.append(await pause_after(engine))
            clock.move(pauses[-1] + 1)
    steps = [MINUTE_S, 2 * MINUTE_S, 4 * MINUTE_S, 8 * MINUTE_S, INTERVAL_S, INTERVAL_S]
    for pause, step in zip(pauses, steps, strict=True):
        assert 0.9 * step - 1 <= pause <= 1.1 * step


async def test_a_provider_that_says_wait_is_left_alone_that_long_even_after_a_restart(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    vendor.mood = "429-seconds"
    async with wiring.running() as engine:
        await engine.collector.collect()
        assert await pause_after(engine) == 120
    vendor.mood = "good"
    asked = len(vendor.requests)
    async with wiring.running() as engine:
        await engine.collector.collect(everyone=True)
        assert len(vendor.requests) == asked
        clock.move(121)
        await engine.collector.collect()
        assert (await record_of(engine)).problem is None


async def test_an_outage_that_says_when_it_ends_is_left_alone_until_then(
    wiring: Wiring, vendor: VendorServer
) -> None:
    vendor.mood = "503-later"
    async with wiring.running() as engine:
        await engine.collector.collect()
        assert await pause_after(engine) == 600
        asked = len(vendor.requests)
        await engine.collector.collect(everyone=True)
        assert len(vendor.requests) == asked


async def test_earlier_failures_do_not_stretch_a_wait_that_was_asked_for(
    wiring: Wiring, vendor: VendorServer
) -> None:
    async with wiring.running() as engine:
        for mood in ("404", "404", "401", "429-seconds"):
            vendor.mood = mood
            await engine.collector.collect(everyone=True)
        assert await pause_after(engine) == 120


async def test_a_failure_keeps_the_last_good_snapshot(wiring: Wiring, vendor: VendorServer) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        good = (await record_of(engine)).snapshot
        vendor.mood = "401"
        await engine.collector.collect(everyone=True)
        record = await record_of(engine)
        assert record.snapshot == good
        assert record.problem is not None
        assert record.problem.key == "credentials_rejected"


async def test_a_failure_is_logged_once_and_its_end_once(
    wiring: Wiring, vendor: VendorServer, logged: pytest.LogCaptureFixture
) -> None:
    async with wiring.running() as engine:
        for mood in ("500", "500", "500", "good", "good"):
            vendor.mood = mood
            await engine.collector.collect(everyone=True)
    assert [record.getMessage() for record in logged.records if "OpenRouter" in record.getMessage()] == [
        "OpenRouter could not be asked: it answered 500.",
        "OpenRouter answers again",
    ]


async def test_questions_asked_together_are_one_round(wiring: Wiring, vendor: VendorServer) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        asked = len(vendor.requests)
        await asyncio.gather(*(engine.collector.collect(everyone=True) for _ in range(5)))
        assert len(vendor.requests) == 2 * asked


async def test_a_hanging_provider_is_given_up_and_does_not_hold_up_the_others(
    wiring: Wiring, vendor: VendorServer
) -> None:
    wiring.budget_s = 0.5
    async with VendorServer.playing("openrouter", "hang") as hanging:
        slow = replace(hanging.known, id="slow", name="Slow")
        wiring.accounts.append(replace(account_at(hanging), provider=slow))
        async with wiring.running() as engine:
            await engine.collector.collect()
            by_id = {record.provider: record for record in await engine.ledger.snapshots.latest()}
    assert by_id["openrouter"].snapshot is not None
    assert by_id["slow"].problem is not None
    assert "0.5 s" in by_id["slow"].problem.params["reason"]


async def test_a_provider_module_with_a_fault_does_not_stop_the_others(
    wiring: Wiring, logged: pytest.LogCaptureFixture
) -> None:
    async def faulty(_: object) -> object:
        raise KeyError("sk-canary")

    account = wiring.accounts[0]
    other = replace(account.provider, id="faulty", name="Faulty", fetch=faulty)
    wiring.accounts.append(replace(account, provider=other))
    async with wiring.running() as engine:
        await engine.collector.collect()
        by_id = {record.provider: record for record in await engine.ledger.snapshots.latest()}
    assert by_id["openrouter"].snapshot is not None
    assert by_id["faulty"].problem is not None
    assert "canary" not in f"{by_id} {logged.text}"


async def test_a_ledger_that_cannot_be_written_is_told_as_such(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        with closing(sqlite3.connect(engine.ledger.path)) as other:
            other.execute("drop table balance_history")
            other.commit()
        with pytest.raises(LedgerError, match="balance_history"):
            await engine.collector.collect()
