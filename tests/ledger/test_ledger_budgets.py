"""Budgets that were set by a command, and raises, as every process of a ledger sees them."""

from pathlib import Path

from ledger_world import NOON, SetClock

from token_dashboard.ledger import open_ledger
from token_dashboard.model.budget import Budget, BudgetPeriod, Raise, Scope
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS

FIVE = Money(5 * 10**9)
DAILY = Budget(name="daily", period=BudgetPeriod.DAY, amount=FIVE, is_configured=False)
OF_ONE = Budget(
    name="weekly-codex",
    period=BudgetPeriod.WEEK,
    amount=FIVE,
    scope=Scope(agent="codex", project="/srv/naïve \N{SNOWMAN}"),
    is_configured=False,
)


def a_raise(until_ms: int, budget: str = "daily") -> Raise:
    return Raise(budget=budget, money=Money(2 * 10**9), from_ms=NOON, until_ms=until_ms)


async def test_what_one_process_sets_the_other_reads_in_the_order_it_was_set(
    path: Path, clock: SetClock
) -> None:
    async with open_ledger(path, clock) as one, open_ledger(path, clock) as other:
        await one.budgets.set(OF_ONE, NOON)
        await one.budgets.set(DAILY, NOON + 1)
        assert await other.budgets.all() == (OF_ONE, DAILY)


async def test_a_budget_of_the_same_name_is_replaced(path: Path, clock: SetClock) -> None:
    more = Budget(name="daily", period=BudgetPeriod.DAY, amount=Money(9), is_configured=False)
    async with open_ledger(path, clock) as ledger:
        await ledger.budgets.set(DAILY, NOON)
        await ledger.budgets.set(more, NOON + 1)
        assert await ledger.budgets.all() == (more,)


async def test_raises_are_told_until_they_lapse(path: Path, clock: SetClock) -> None:
    short, long = a_raise(NOON + HOUR_MS), a_raise(NOON + DAY_MS)
    async with open_ledger(path, clock) as ledger:
        await ledger.budgets.add_raise(short)
        await ledger.budgets.add_raise(long)
        assert await ledger.budgets.raises(NOON) == (short, long)
        assert await ledger.budgets.raises(NOON + HOUR_MS) == (long,)
        await ledger.budgets.prune(NOON + 2 * HOUR_MS)
        assert await ledger.budgets.raises(NOON) == (long,)


async def test_a_budget_goes_with_its_raises_and_no_others(path: Path, clock: SetClock) -> None:
    other = a_raise(NOON + DAY_MS, "weekly-codex")
    async with open_ledger(path, clock) as ledger:
        await ledger.budgets.set(DAILY, NOON)
        await ledger.budgets.add_raise(a_raise(NOON + DAY_MS))
        await ledger.budgets.add_raise(other)
        await ledger.budgets.remove("daily")
        assert (await ledger.budgets.all(), await ledger.budgets.raises(NOON)) == ((), (other,))
