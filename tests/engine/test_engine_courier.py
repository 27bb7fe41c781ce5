"""Messages on their way: none is lost and none is doubled, whatever fails and whoever is stopped."""

import asyncio
from pathlib import Path

import pytest
from alert_world import BERLIN, Office, Reader, World, at, balance, window
from movable_clock import MovableClock

from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.ledger.outbox import LEASE_MS
from token_dashboard.model.notice import Outcome, Parcel, Receipt

FAILED = Receipt(outcome=Outcome.FAILED, reason="HTTP 500")
REFUSED = Receipt(outcome=Outcome.REFUSED, reason="HTTP 410")
UNSURE = Receipt(outcome=Outcome.UNSURE, reason="no answer")
NO_WAY = Receipt(outcome=Outcome.NO_WAY)


@pytest.fixture
def world(tmp_path: Path, clock: MovableClock) -> World:
    return World(tmp_path / "ledger.db", clock)


class Stopped(Reader):
    """Is handed a notice, and never comes back."""

    async def notify(self, parcel: Parcel) -> Receipt:
        self.was_tried.set()
        await asyncio.Event().wait()
        raise AssertionError


async def stop_while_it_is_brought(office: Office, reader: Reader) -> None:
    delivering = asyncio.create_task(office.courier.deliver())
    await reader.was_tried.wait()
    delivering.cancel()
    await asyncio.gather(delivering, return_exceptions=True)


async def test_what_failed_is_tried_again_with_growing_pauses(world: World) -> None:
    world.readers = [Reader(answers=[FAILED] * 4)]
    tries = []
    async with world.office() as office:
        await office.desk.settle(balance(8))
        for second in range(0, 300, 5):
            before = world.reader.tried
            await office.courier.deliver()
            tries += [second] * (world.reader.tried - before)
            world.clock.move(5)
    assert tries == [0, 15, 45, 105, 225]
    assert world.reader.heard == ["new warning"]


async def test_a_message_waits_through_restarts(world: World) -> None:
    world.readers = [Reader(answers=[FAILED, FAILED])]
    for _ in range(4):
        async with world.office() as office:
            await office.look(balance(8))
        world.clock.move(60)
    assert world.reader.heard == ["new warning"]


async def test_what_fails_for_a_day_is_given_up_and_shown(world: World) -> None:
    world.readers = [Reader(answers=[FAILED] * 1000)]
    async with world.office() as office:
        await office.desk.settle(balance(8))
        for _ in range(30):
            await office.courier.deliver()
            world.clock.move(3600)
        (dead,) = await office.ledger.outbox.undelivered()
        assert (await office.courier.queue("reader")).waiting == 0
    assert (dead.channel, dead.fate, dead.reason) == ("reader", "gave_up", "HTTP 500")
    assert dead.keys == ("low_balance:openrouter:default:account:USD",)
    assert world.reader.tried == 25


@pytest.mark.parametrize(("receipt", "fate"), [(REFUSED, "refused"), (UNSURE, "uncertain")])
async def test_what_another_try_cannot_mend_is_not_tried_again(
    world: World, receipt: Receipt, fate: str
) -> None:
    world.readers = [Reader(answers=[receipt])]
    async with world.office() as office:
        await office.look(balance(8))
        world.clock.move(7200)
        await office.courier.deliver()
        (dead,) = await office.ledger.outbox.undelivered()
    assert (dead.fate, world.reader.tried) == (fate, 1)


async def test_without_a_way_it_waits_as_long_as_it_takes(world: World) -> None:
    world.readers = [Reader(answers=[NO_WAY] * 72)]
    async with world.office() as office:
        await office.desk.settle(balance(8))
        for _ in range(72):
            await office.courier.deliver()
            world.clock.move(3600)
        assert (await office.courier.queue("reader")).waiting == 1
        await office.courier.deliver()
    assert world.reader.heard == ["new warning"]


async def test_a_crash_after_a_crossing_was_settled_loses_no_message(world: World) -> None:
    async with world.office() as office:
        await office.desk.settle(balance(8))
    async with world.office() as office:
        await office.look(balance(8))
    assert world.reader.heard == ["new warning"]


async def test_a_crash_while_it_is_brought_neither_doubles_it_nor_hides_it(world: World) -> None:
    stopped, after = Stopped(), Reader()
    world.readers = [stopped]
    async with world.office() as office:
        await office.desk.settle(balance(8))
        await stop_while_it_is_brought(office, stopped)
    world.readers = [after]
    async with world.office() as office:
        world.clock.move(LEASE_MS / 1000 - 1)
        await office.courier.deliver()
        assert await office.ledger.outbox.undelivered() == ()
        world.clock.move(1)
        await office.courier.deliver()
        (dead,) = await office.ledger.outbox.undelivered()
    assert (after.got, dead.fate) == ([], "uncertain")


async def test_a_receiver_that_knows_repeats_gets_it_again_after_a_crash(world: World) -> None:
    stopped, after = Stopped(is_repeatable=True), Reader(is_repeatable=True)
    world.readers = [stopped]
    async with world.office() as office:
        await office.desk.settle(balance(8))
        await stop_while_it_is_brought(office, stopped)
    world.readers = [after]
    async with world.office() as office:
        world.clock.move(LEASE_MS / 1000)
        await office.courier.deliver()
    assert after.heard == ["new warning"]


async def test_two_processes_bring_a_message_once(world: World) -> None:
    async with world.office() as one, world.office() as other:
        await one.desk.settle(balance(8))
        await asyncio.gather(*(office.courier.deliver() for office in (one, other, one, other)))
    assert world.reader.tried == 1


async def test_a_channel_that_fails_holds_up_no_other(world: World) -> None:
    good, bad = Reader(name="good"), Reader(name="bad", answers=[FAILED] * 9)
    world.readers = [good, bad]
    async with world.office() as office:
        await office.look(balance(8))
        await office.look(balance(30))
        assert (good.heard, bad.heard) == (["new warning", "resolved warning"], [])
        assert (await office.courier.queue("bad")).waiting == 2


async def test_news_of_one_crossing_arrives_in_its_order_and_others_do_not_wait(world: World) -> None:
    world.readers = [Reader(answers=[FAILED])]
    async with world.office() as office:
        await office.look(balance(8))
        await office.look(balance(30))
        await office.look(window(85))
        assert [one.condition.kind for one in world.reader.alerts] == ["window_used"]
        world.clock.move(60)
        await office.courier.deliver()
    assert world.reader.heard == ["new warning", "new warning", "resolved warning"]


async def test_more_than_a_hundred_that_wait_crowd_out_the_oldest(world: World) -> None:
    world.readers = [Reader(answers=[NO_WAY] * 500)]
    async with world.office() as office:
        for poll in range(104):
            await office.desk.settle(balance(30 if poll % 2 else 3))
            world.clock.move(3600)
        assert (await office.courier.queue("reader")).waiting == 100
        dead = await office.ledger.outbox.undelivered()
    assert [one.fate for one in dead] == ["crowded_out"] * 4


async def test_a_new_way_hurries_what_waits(world: World) -> None:
    world.readers = [Reader(answers=[FAILED])]
    async with world.office() as office:
        await office.look(balance(8))
        await office.courier.deliver()
        assert world.reader.tried == 1
        await office.courier.hurry("reader")
        await office.courier.deliver()
    assert world.reader.heard == ["new warning"]


async def test_a_running_courier_brings_news_without_being_asked(world: World) -> None:
    async with world.office() as office:
        running = asyncio.create_task(office.courier.run(LedgerOutage()))
        await office.desk.settle(balance(8))
        async with asyncio.timeout(5):
            await world.reader.was_tried.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert world.reader.heard == ["new warning"]


async def test_a_test_is_brought_at_once_and_says_how_it_went(world: World) -> None:
    world.readers = [Reader(answers=[REFUSED])]
    async with world.office() as office:
        assert await office.courier.test("reader") == REFUSED
        assert await office.courier.test("reader") == Receipt(outcome=Outcome.TAKEN)
        assert await office.courier.test("nobody") is None
        assert await office.ledger.outbox.undelivered() == ()


async def test_a_failed_warning_is_not_tried_again_in_quiet_hours(world: World) -> None:
    world.quiet = ("22:00", "07:00")
    world.clock.time_ms = at("2026-11-22 21:59", BERLIN)
    world.readers = [Reader(answers=[FAILED])]
    async with world.office() as office:
        await office.look(balance(8))
        world.clock.move(3600)
        await office.courier.deliver()
        assert world.reader.tried == 1
        world.clock.move(9 * 3600)
        await office.courier.deliver()
    assert world.reader.heard == ["new warning"]
