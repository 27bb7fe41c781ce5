"""The owner's budgets: how they stand, and changing those that aren't in the settings."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from token_dashboard.engine.budget_judge import BudgetJudge
from token_dashboard.ledger import Ledger
from token_dashboard.model.budget import Budget, Budgets, BudgetState, Raise
from token_dashboard.model.clock import Clock
from token_dashboard.model.money import Money


class OwnerBudgets:
    """Takes the owner's word on budgets, in whichever process it is said; it holds in all of them."""

    def __init__(self, ledger: Ledger, judge: BudgetJudge, clock: Clock, tz: ZoneInfo) -> None:
        self._ledger = ledger
        self._judge = judge
        self._clock = clock
        self._tz = tz

    async def stand(self) -> Budgets:
        """How each budget stands, from the ledger alone."""
        now_ms = self._clock.now_ms()
        return Budgets(as_of_ms=now_ms, time_zone=self._tz.key, budgets=await self._judge.states(now_ms))

    async def known(self) -> dict[str, Budget]:
        """By name, in the order in which they are shown."""
        return await self._judge.budgets()

    async def set(self, budget: Budget) -> BudgetState | None:
        """Store a budget and tell how it stands; ``None``: the settings have one of this name."""
        known = (await self.known()).get(budget.name)
        if known is not None and known.is_configured:
            return None
        await self._ledger.budgets.set(replace(budget, is_configured=False), self._clock.now_ms())
        return await self._state(budget.name)

    async def add(self, name: str, money: Money, until_ms: int) -> BudgetState | None:
        """Raise a budget of either kind until a moment; ``None`` when there is none of this name."""
        if name in await self.known():
            given = Raise(budget=name, money=money, from_ms=self._clock.now_ms(), until_ms=until_ms)
            await self._ledger.budgets.add_raise(given)
        return await self._state(name)

    async def remove(self, name: str) -> bool:
        """Forget a budget; false: it stands in the settings, or there is none of this name."""
        known = (await self.known()).get(name)
        if known is None or known.is_configured:
            return False
        await self._ledger.budgets.remove(name)
        return True

    async def _state(self, name: str) -> BudgetState | None:
        return next((one for one in (await self.stand()).budgets if one.budget.name == name), None)
