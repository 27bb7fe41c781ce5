"""Budgets that the owner sets and raises while they are judged, in every process of one ledger."""

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from alert_world import BERLIN, Reader, at, dollars
from engine_wiring import Engine, Wiring
from movable_clock import MovableClock
from test_engine_budgets import DAILY, look, steps, use

from token_dashboard.model.budget import Budget, BudgetPeriod, Scope
from token_dashboard.model.period import HOUR_MS

SET = replace(DAILY, name="mine", amount=dollars(5), is_configured=False)


@pytest.fixture(autouse=True)
def nobody_is_asked(wiring: Wiring) -> None:
    wiring.accounts, wiring.tz = [], BERLIN


async def left(engine: Engine, name: str = "mine") -> float:
    (state,) = [one for one in (await engine.dashboard.budgets.stand()).budgets if one.budget.name == name]
    assert state.left is not None
    return state.left.nanos / 10**9


async def test_a_budget_that_one_process_sets_is_judged_by_the_other(wiring: Wiring) -> None:
    owner = Reader()
    async with wiring.running() as door, wiring.running() as poller:
        assert await door.dashboard.budgets.set(SET) is not None
        await use(poller, 4)
        await look(poller, owner)
        assert await left(poller) == 1
        assert await door.dashboard.budgets.remove("mine")
        await look(poller, owner)
        assert (await poller.dashboard.alerts()).standing == ()
    assert steps(owner.alerts) == [("new", 80)]


async def test_after_a_raise_the_steps_that_lie_beyond_the_amount_are_told_once_more(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, clock.time_ms = Reader(), at("2026-11-21 09:00", BERLIN)
    async with wiring.running() as engine:
        await engine.dashboard.budgets.set(SET)
        for spent in (2.5, 1.5, 1):
            await use(engine, spent)
            await look(engine, owner)
        assert steps(owner.alerts) == [("new", 50), ("escalated", 80), ("escalated", 100)]
        await engine.dashboard.budgets.add("mine", dollars(5), at("2026-11-22 00:00", BERLIN))
        await look(engine, owner)
        assert len(owner.alerts) == 3  # fifty percent of ten dollars were told as hundred of five
        for spent in (2.99, 0.01, 2):
            await use(engine, spent)
            await look(engine, owner)
    assert steps(owner.alerts)[3:] == [("escalated", 80), ("escalated", 100)]
    assert [one.condition.threshold for one in owner.alerts[3:]] == [dollars(10)] * 2


async def test_a_raise_that_lapses_in_the_middle_of_a_period_tells_nothing_twice(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, clock.time_ms = Reader(), at("2026-11-21 09:00", BERLIN)
    async with wiring.running() as engine:
        await engine.dashboard.budgets.set(SET)
        await use(engine, 5)
        await look(engine, owner)
        await engine.dashboard.budgets.add("mine", dollars(5), clock.now_ms() + HOUR_MS)
        await use(engine, 1)
        await look(engine, owner)
        assert await left(engine) == 4
        clock.move(3600)
        await look(engine, owner)
        assert await left(engine) == -1
    assert steps(owner.alerts) == [("new", 100)]


async def test_two_months_of_a_budget_with_raises_restarts_and_a_clock_set_back(
    wiring: Wiring, clock: MovableClock
) -> None:
    """Five dollars a day and one of them raised by five each Sunday; six dollars are spent on every day."""
    owner, wiring.budgets = Reader(), (replace(DAILY, amount=dollars(5)),)
    start = at("2026-10-01 00:00", BERLIN)
    for day in range(61):
        midnight = start + day * 24 * HOUR_MS
        async with wiring.running() as one, wiring.running() as other:  # two processes, restarted each day
            clock.time_ms = midnight + 9 * HOUR_MS
            if day % 7 == 3:
                await one.dashboard.budgets.add("daily", dollars(5), clock.now_ms() + 10 * HOUR_MS)
            for hour in range(10, 16):
                clock.time_ms = midnight + hour * HOUR_MS
                await use(one, 1)
                await look(one, owner)
                await look(other, owner)
            if day == 30:
                clock.move(-86_400)
                await look(one, owner)
                await look(other, owner)
    raised = len(range(3, 61, 7))
    told = [step for _, step in steps(owner.alerts)]
    assert told.count(Decimal(50)) == 61
    assert told.count(Decimal(80)) == told.count(Decimal(100)) == 61 - raised


async def test_a_configured_budget_can_only_be_raised(wiring: Wiring, clock: MovableClock) -> None:
    wiring.budgets = (DAILY,)
    async with wiring.running() as engine:
        budgets = engine.dashboard.budgets
        assert await budgets.set(replace(SET, name="daily")) is None
        assert not await budgets.remove("daily")
        assert await budgets.add("daily", dollars(2), clock.now_ms() + HOUR_MS) is not None
        assert await left(engine, "daily") == 12
        assert await budgets.add("nobody's", dollars(2), clock.now_ms() + HOUR_MS) is None


async def test_a_configured_budget_hides_one_of_the_same_name(wiring: Wiring) -> None:
    async with wiring.running() as engine:
        await engine.dashboard.budgets.set(replace(SET, name="daily"))
    wiring.budgets = (DAILY,)
    async with wiring.running() as engine:
        (state,) = (await engine.dashboard.budgets.stand()).budgets
    assert (state.budget, state.limit) == (DAILY, dollars(10))


async def test_a_budget_of_a_part_counts_that_part_and_says_when_it_is_gone(
    wiring: Wiring, clock: MovableClock
) -> None:
    wiring.tz = ZoneInfo("UTC")
    scope = Scope(model="claude-opus-4-5")
    monthly = Budget(name="opus", period=BudgetPeriod.MONTH, amount=dollars(40), scope=scope)
    wiring.budgets = (monthly,)
    async with wiring.running() as engine:
        for day in range(1, 11):
            await use(engine, 1, time_ms=at(f"2026-11-{day:02} 12:00"))
            await use(engine, 50, model="another", time_ms=at(f"2026-11-{day:02} 12:00"))
        clock.time_ms = at("2026-11-11 00:00")
        (state,) = (await engine.dashboard.budgets.stand()).budgets
        assert (state.spent, state.crosses_ms) == (dollars(10), None)
        wiring.budgets = (replace(monthly, amount=dollars(15)),)
    async with wiring.running() as engine:
        (state,) = (await engine.dashboard.budgets.stand()).budgets
    assert state.crosses_ms is not None
    assert abs(state.crosses_ms - at("2026-11-16 00:00")) <= HOUR_MS
