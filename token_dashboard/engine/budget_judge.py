"""Holds the owner's budgets against what the agents' logs say was spent, at list price."""

from collections import Counter
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from token_dashboard.analysis.budgets import budget_period, evaluate, judge_budget
from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.ledger import Ledger
from token_dashboard.model.alert import AlertKind, Condition
from token_dashboard.model.budget import Budget, BudgetState, UnpricedPolicy, UnpricedUsage
from token_dashboard.model.money import USD, Money, Nanos
from token_dashboard.model.report import ReportRow, Totals

_KINDS = frozenset({AlertKind.BUDGET_STEP, AlertKind.UNPRICED_USAGE})
_MILLION = 1_000_000
_NOTHING = Totals()

DearestRate = Callable[[], Nanos]
"""The highest list price that is known now: nanos of a dollar for a million tokens."""


class BudgetJudge:
    """Asks the ledger for what each budget counts; nothing when there are none."""

    def __init__(self, ledger: Ledger, budgets: Sequence[Budget], dearest: DearestRate, tz: ZoneInfo) -> None:
        """``dearest`` is asked only for use without a price under a budget that assumes the most."""
        self._ledger = ledger
        self._budgets = {one.name: one for one in budgets}
        self._dearest = dearest
        self._tz = tz

    async def states(self, now_ms: int) -> tuple[BudgetState, ...]:
        """How each budget stands, in the order in which they were written."""
        return tuple([await self._state(one, now_ms) for one in self._budgets.values()])

    async def judge(self, judgement: Judgement, now_ms: int) -> None:
        """Add the steps that were reached and the models that can't be counted."""
        for state in await self.states(now_ms):
            judge_budget(judgement, state)

    async def end_removed(self, judgement: Judgement) -> None:
        """What still stands of budgets that the owner no longer has is over."""
        for alert in await self._ledger.alerts.standing():
            if self._is_removed(alert.condition):
                judgement.judged.add(alert.condition.key)

    def _is_removed(self, condition: Condition) -> bool:
        return condition.kind in _KINDS and condition.budget not in self._budgets

    async def _state(self, budget: Budget, now_ms: int) -> BudgetState:
        period = budget_period(budget, now_ms, self._tz)
        rows = await self._ledger.usage.of_models(period, budget.scope)
        total = sum((row.totals for row in rows), _NOTHING)
        spent = total.list_cost
        if budget.unpriced in {UnpricedPolicy.ASSUME_MAX, UnpricedPolicy.IGNORE}:
            # What has no price counts for something that is known, so that the sum is known too.
            spent = Money(total.list_cost_nanos, USD)
        return evaluate(budget, spent, now_ms, self._tz, unpriced=self._unpriced(budget, rows))

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
