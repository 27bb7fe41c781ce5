"""What an owner said of budgets outside the settings: budgets, and raises that lapse.

Every process that shares the ledger judges by them.
"""

from token_dashboard.ledger._database import Database, upsert
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.budget import Budget, Raise
from token_dashboard.model.money import Money

_SET = upsert("budget", ("name",), ("body", "set_ms"))
_RAISE = "insert into budget_raise (budget, nanos, currency, from_ms, until_ms) values (?, ?, ?, ?, ?)"


class BudgetStore:
    """Budgets by name, and their raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Budget, ...]:
        """In the order in which they were set."""
        rows = await self._database.fetch("select body from budget order by set_ms, name")
        return tuple(from_json(Budget, body) for (body,) in rows)

    async def raises(self, now_ms: int) -> tuple[Raise, ...]:
        """Those that haven't lapsed, oldest first."""
        rows = await self._database.fetch(
            "select budget, nanos, currency, from_ms, until_ms from budget_raise where until_ms > ?"
            " order by from_ms, id",
            (now_ms,),
        )
        return tuple(
            Raise(budget=budget, money=Money(nanos, currency), from_ms=from_ms, until_ms=until_ms)
            for budget, nanos, currency, from_ms, until_ms in rows
        )

    async def set(self, budget: Budget, at_ms: int) -> None:
        """A budget of the same name is replaced."""
        async with self._database.transaction() as transaction:
            await transaction.execute(_SET, (budget.name, to_json(budget), at_ms))

    async def add_raise(self, given: Raise) -> None:
        money = given.money
        row = (given.budget, money.nanos, money.currency, given.from_ms, given.until_ms)
        async with self._database.transaction() as transaction:
            await transaction.execute(_RAISE, row)

    async def remove(self, name: str) -> None:
        """A budget that was set here, and what it was raised by."""
        async with self._database.transaction() as transaction:
            await transaction.execute("delete from budget where name = ?", (name,))
            await transaction.execute("delete from budget_raise where budget = ?", (name,))

    async def prune(self, before_ms: int) -> None:
        """Forget raises that lapsed before."""
        async with self._database.transaction() as transaction:
            await transaction.execute("delete from budget_raise where until_ms < ?", (before_ms,))
