"""Holds the owner's budgets against what the agents' logs say was spent, at list price."""

from collections import Counter
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from token_dashboard.analysis.budgets import budget_period, budget_zone, evaluate, judge_budget
from token_dashboard.analysis.rhythm import Rhythm, learn
from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine.spending import hourly_spend, kept_to
from token_dashboard.ledger import Ledger
from token_dashboard.model.budget import (
    Budget,
    BudgetState,
    Raise,
    Scope,
    UnpricedPolicy,
    UnpricedUsage,
)
from token_dashboard.model.money import USD, Money, Nanos
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.report import ReportRow, Totals

_MILLION = 1_000_000
_NOTHING = Totals()

DearestRate = Callable[[], Nanos]
"""The highest list price that is known now: nanos of a dollar for a million tokens."""


class BudgetJudge:
    """Asks the ledger for what each budget counts; next to nothing when there are none."""

    def __init__(
        self, ledger: Ledger, configured: Sequence[Budget], dearest: DearestRate, tz: ZoneInfo
    ) -> None:
        """``dearest`` is asked only for use without a price under a budget that assumes the most."""
        self._ledger = ledger
        self._configured = {one.name: one for one in configured}
        self._dearest = dearest
        self._tz = tz
        self._rhythms: dict[Scope, tuple[int, Rhythm]] = {}

    async def budgets(self) -> dict[str, Budget]:
        """By name: those of the settings as they were written, then those that were set by a command.

        Where both have a name, the one of the settings counts.
        """
        stored = {one.name: one for one in await self._ledger.budgets.all()}
        return self._configured | {name: one for name, one in stored.items() if name not in self._configured}

    async def states(self, now_ms: int) -> tuple[BudgetState, ...]:
        """How each budget stands, and when its money is gone, in the order of ``budgets``."""
        budgets = await self.budgets()
        raises = await self._ledger.budgets.raises(now_ms) if budgets else ()
        return tuple([await self._state(one, raises, now_ms, is_paced=True) for one in budgets.values()])

    async def judge(self, judgement: Judgement, now_ms: int) -> None:
        """Add the steps that were reached and the models that can't be counted."""
        budgets = await self.budgets()
        raises = await self._ledger.budgets.raises(now_ms) if budgets else ()
        for budget in budgets.values():
            state = await self._state(budget, raises, now_ms, is_paced=False)
            judge_budget(judgement, state)

    async def _state(
        self, budget: Budget, raises: Sequence[Raise], now_ms: int, *, is_paced: bool
    ) -> BudgetState:
        """``is_paced``: with a forecast in any case; else only of a budget whose owner may be told a step."""
        period = budget_period(budget, now_ms, self._tz)
        rows = await self._ledger.usage.of_models(period, budget.scope)
        total = sum((row.totals for row in rows), _NOTHING)
        spent = total.list_cost
        if budget.unpriced in {UnpricedPolicy.ASSUME_MAX, UnpricedPolicy.IGNORE}:
            # What has no price counts for something that is known, so that the sum is known too.
            spent = Money(total.list_cost_nanos, USD)
        unpriced = self._unpriced(budget, rows)
        state = evaluate(budget, spent, now_ms, self._tz, unpriced=unpriced, raises=raises)
        if state.left is None or state.left.nanos <= 0 or not (is_paced or state.crossed):
            return state
        rhythm = await self._rhythm(budget, now_ms)
        return evaluate(budget, spent, now_ms, self._tz, unpriced=unpriced, raises=raises, rhythm=rhythm)

    async def _rhythm(self, budget: Budget, now_ms: int) -> Rhythm:
        """How a scope is used. It is learned from whole hours, so it holds until the next one."""
        hour, tz = now_ms // HOUR_MS, budget_zone(budget, self._tz)
        known = self._rhythms.get(budget.scope)
        if known is None or known[0] != hour or known[1].tz != tz:
            series = await hourly_spend(self._ledger, kept_to(budget.scope), now_ms)
            known = self._rhythms[budget.scope] = hour, learn(series, now_ms, tz)
        return known[1]

    def _unpriced(self, budget: Budget, rows: Sequence[ReportRow]) -> tuple[UnpricedUsage, ...]:
        """The models without a known price, those with the most tokens first."""
        tokens: Counter[str] = Counter()
        for row in rows:
            if row.totals.requests > row.totals.priced_requests:
                tokens[row.model or "?"] += row.totals.unpriced_tokens
        rate = self._dearest() if tokens and budget.unpriced is UnpricedPolicy.ASSUME_MAX else None
        return tuple(
            UnpricedUsage(
                model=model,
                tokens=count,
                at_most=None if rate is None else Money(-(-count * rate // _MILLION), USD),
            )
            for model, count in sorted(tokens.items(), key=lambda one: (-one[1], one[0]))
        )
