"""The owner is told of each crossing once: whatever the process, the clock or the figure does."""

import asyncio
from pathlib import Path

import pytest
from alert_world import BERLIN, Office, Reader, World, at, balance, budget, window
from movable_clock import MovableClock

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.accounts import Pulse, watch_accounts
from token_dashboard.model.alert import Severity
from token_dashboard.model.notice import Outcome, Receipt
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS


@pytest.fixture
def world(tmp_path: Path, clock: MovableClock) -> World:
    return World(tmp_path / "ledger.db", clock)


async def test_a_day_budgets_steps_make_three_messages_a_day_for_two_months(world: World) -> None:
    """October and November in Berlin, the hour that comes twice among them; a restart every five days."""
    world.clock.time_ms = at("2026-10-01 00:30", BERLIN)
    end = at("2026-12-01 00:00", BERLIN)
    while world.clock.now_ms() < end:
        async with world.office() as office:
            restart = min(world.clock.now_ms() + 5 * DAY_MS, end)
            while world.clock.now_ms() < restart:
                spent = world.local_hour() / 2  # fifty percent at ten, eighty at sixteen, all of it at twenty
                await office.look(budget(spent, world.clock.now_ms(), BERLIN))
                world.clock.move(2 * 3600)
    days = 31 + 30
    assert world.reader.heard == ["new warning", "escalated warning", "escalated critical"] * days


async def test_steps_that_are_passed_at_once_make_one_message(world: World) -> None:
    async with world.office() as office:
        for used in (42, 97, 97, 3, 3, 85, 96):
            await office.look(window(used))
            world.clock.move(2 * 3600)
    told = [(one.state, int(one.condition.threshold_percent or 0)) for one in world.reader.alerts]
    assert told == [("new", 95), ("new", 80), ("escalated", 95)]


async def test_a_restart_repeats_nothing(world: World) -> None:
    for left in (12, 9, 9, 4, 4, 30, 30):
        async with world.office() as office:
            await office.look(balance(left))
        world.clock.move(2 * 3600)
    assert world.reader.heard == ["new warning", "escalated critical", "resolved critical"]


async def test_two_processes_that_look_at_the_same_moment_tell_it_once(world: World) -> None:
    async with world.office() as one, world.office() as other:
        for left in (12, 9, 4, 30):
            await asyncio.gather(*(office.look(balance(left)) for office in (one, other, one, other)))
            await one.courier.deliver()
            world.clock.move(2 * 3600)
    assert world.reader.heard == ["new warning", "escalated critical", "resolved critical"]


async def test_a_balance_that_wavers_around_its_threshold_is_told_once(world: World) -> None:
    async with world.office() as office:
        for poll in range(7 * 96):
            await office.look(balance(9.9 if poll % 2 else 10.2))
            world.clock.move(900)
    assert world.reader.heard == ["new warning"]


async def test_a_balance_that_flaps_widely_is_told_at_most_twice_between_pauses(world: World) -> None:
    async with world.office() as office:
        for poll in range(96):
            await office.look(balance(20 if poll % 2 else 8))
            world.clock.move(900)
    heard = world.reader.heard
    assert heard == ["new warning", "resolved warning"] * (len(heard) // 2)
    assert 10 <= len(heard) <= 2 * 24


async def test_what_has_come_again_within_the_pause_is_told_after_it_if_it_still_holds(world: World) -> None:
    async with world.office() as office:
        for left in (8, 20, 8):
            await office.look(balance(left))
            world.clock.move(60)
        assert world.reader.heard == ["new warning", "resolved warning"]
        world.clock.move(3600)
        await office.look(balance(8))
    assert world.reader.heard == ["new warning", "resolved warning", "new warning"]


async def test_what_has_come_again_worse_is_told_at_once(world: World) -> None:
    async with world.office() as office:
        for left in (8, 20, 3):
            await office.look(balance(left))
            world.clock.move(60)
    assert world.reader.heard == ["new warning", "resolved warning", "new critical"]


async def test_a_clock_that_is_set_back_a_day_repeats_and_loses_nothing(world: World) -> None:
    world.clock.time_ms = at("2026-11-20 00:30", BERLIN)
    async with world.office() as office:
        for hour in range(24 + 12):
            await _both(office, world, hour)
        world.clock.time_ms -= DAY_MS
        for hour in range(24 + 12):
            await _both(office, world, hour + 36)
    steps = [one for one in world.reader.alerts if one.condition.kind == "budget_step"]
    assert len(steps) == len({one.condition.key for one in steps}) == 3 + 3
    balances = [one.state for one in world.reader.alerts if one.condition.kind == "low_balance"]
    assert balances == ["new", "resolved"]


async def _both(office: Office, world: World, hour: int) -> None:
    """A poll an hour: the day's spend rises, and the balance is low from the 30th to the 40th."""
    judgement = budget(world.local_hour() / 2, world.clock.now_ms(), BERLIN)
    other = balance(8 if 30 <= hour < 40 else 20)
    judgement.conditions += other.conditions
    judgement.judged |= other.judged
    await office.look(judgement)
    world.clock.move(3600)


async def test_a_message_that_waits_for_its_next_try_is_brought_though_the_clock_is_set_back(
    world: World,
) -> None:
    world.readers = [Reader(answers=[_failed()])]
    async with world.office() as office:
        await office.look(balance(4))
        world.clock.time_ms -= DAY_MS
        await office.courier.deliver()
    assert world.reader.heard == ["new critical"]


async def test_an_outage_and_its_end_are_told_once_each(world: World) -> None:
    async with world.office() as office:
        begun = world.clock.now_ms() + 4 * HOUR_MS
        for _ in range(24 * 4):
            judgement, now = Judgement(), world.clock.now_ms()
            is_down = begun <= now < begun + 3 * HOUR_MS
            pulse = Pulse(
                provider="openrouter",
                account="default",
                attempted_ms=now,
                checked_ms=now,
                problem="provider_unavailable" if is_down else None,
                problem_since_ms=begun if is_down else None,
                failures=3 if is_down else 0,
            )
            watch_accounts(judgement, [pulse], now, 900)
            await office.look(judgement)
            world.clock.move(900)
    assert [(one.condition.kind, one.state) for one in world.reader.alerts] == [
        ("provider_outage", "new"),
        ("provider_outage", "resolved"),
    ]


async def test_in_quiet_hours_warnings_wait_for_one_message_and_criticals_pass(world: World) -> None:
    world.quiet = ("22:00", "07:00")
    world.clock.time_ms = at("2026-11-22 23:00", BERLIN)
    async with world.office() as office:
        await office.look(window(85))
        await office.look(balance(8))
        assert world.reader.got == []
        world.clock.move(HOUR_MS // 1000)
        await office.look(balance(3))
        assert world.reader.heard == ["escalated critical"]
        world.clock.move(2 * 3600)
        await office.look(balance(30))
        assert len(world.reader.got) == 1
        world.clock.time_ms = at("2026-11-23 06:59", BERLIN)
        await office.courier.deliver()
        assert len(world.reader.got) == 1
        world.clock.time_ms = at("2026-11-23 07:00", BERLIN)
        await office.courier.deliver()
        await office.courier.deliver()
    _, morning = world.reader.got
    assert [(one.condition.kind, one.state) for one in morning.alerts] == [
        ("window_used", "new"),
        ("low_balance", "resolved"),
    ]


async def test_a_snooze_is_silent_and_ends_with_a_reminder_of_what_still_holds(world: World) -> None:
    async with world.office() as office:
        await office.look(balance(8))
        (told,) = world.reader.alerts
        assert told.number == 1
        (snoozed,) = await office.replies.snooze("1", world.clock.now_ms() + 2 * HOUR_MS)
        assert snoozed.snoozed_until_ms == world.clock.now_ms() + 2 * HOUR_MS
        for left in (8, 3, 3):
            world.clock.move(1800)
            await office.look(balance(left))
        assert world.reader.heard == ["new warning"]
        world.clock.move(1800)
        await office.look(balance(3))
        await office.look(balance(3))
    assert world.reader.heard == ["new warning", "ongoing critical"]


async def test_a_snooze_of_what_ends_meanwhile_is_the_end_of_it(world: World) -> None:
    async with world.office() as office:
        await office.look(balance(8))
        await office.replies.snooze("openrouter", world.clock.now_ms() + HOUR_MS)
        await office.look(balance(20))
        world.clock.move(3 * 3600)
        await office.look(balance(20))
    assert world.reader.heard == ["new warning"]


async def test_a_snooze_neither_ends_nor_lengthens_when_the_clock_is_set_back(world: World) -> None:
    async with world.office() as office:
        await office.look(balance(8))
        await office.replies.snooze("#1", world.clock.now_ms() + HOUR_MS)
        world.clock.time_ms -= DAY_MS
        await office.look(balance(8))
        assert world.reader.heard == ["new warning"]
        world.clock.move(3600)
        await office.look(balance(8))
    assert world.reader.heard == ["new warning", "ongoing warning"]


async def test_what_is_acknowledged_is_told_only_when_it_grows_worse_or_ends(world: World) -> None:
    async with world.office() as office:
        await office.look(balance(8))
        (known,) = await office.replies.acknowledge("openrouter")
        assert known.acknowledged_ms == world.clock.now_ms()
        world.clock.move(12 * 3600)
        await office.look(balance(8))
        await office.look(balance(3))
        (worse,) = await office.ledger.alerts.standing()
        await office.look(balance(30))
    assert worse.acknowledged_ms is None
    assert world.reader.heard == ["new warning", "escalated critical", "resolved critical"]


async def test_an_unknown_name_changes_nothing(world: World) -> None:
    async with world.office() as office:
        await office.look(balance(8))
        assert await office.replies.acknowledge("nobody") == ()
        assert await office.replies.snooze("99", world.clock.now_ms() + HOUR_MS) == ()


async def test_a_channel_is_told_only_what_it_wants(world: World) -> None:
    world.severities = frozenset({Severity.CRITICAL})
    async with world.office() as office:
        for left in (8, 3, 30):
            await office.look(balance(left))
            world.clock.move(2 * 3600)
        for left in (8, 30):
            await office.look(balance(left))
            world.clock.move(2 * 3600)
    assert world.reader.heard == ["escalated critical", "resolved critical"]


async def test_the_history_keeps_what_is_over(world: World) -> None:
    async with world.office() as office:
        await office.look(balance(8))
        world.clock.move(MINUTE_MS)
        await office.look(window(85))
        await office.look(balance(30))
        history = await office.replies.history()
    assert [(one.number, one.condition.kind, one.state) for one in history] == [
        (2, "window_used", "ongoing"),
        (1, "low_balance", "resolved"),
    ]


def _failed() -> Receipt:
    return Receipt(outcome=Outcome.FAILED, reason="HTTP 500")
