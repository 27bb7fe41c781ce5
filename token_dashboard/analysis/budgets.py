"""How budgets stand: what is left, which steps were reached, when the money is gone."""

from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from token_dashboard.analysis.forecast import crossing_ms
from token_dashboard.analysis.rhythm import Rhythm
from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.model.alert import AlertKind, Cause, CauseKind, Condition, Severity
from token_dashboard.model.budget import (
    Budget,
    BudgetPeriod,
    BudgetState,
    Raise,
    UnpricedPolicy,
    UnpricedUsage,
    Verdict,
)
from token_dashboard.model.money import Money
from token_dashboard.model.period import Period, day_of, hour_of, month_of, week_of, zone

_FULL = Decimal(100)
_PERIODS = {
    BudgetPeriod.HOUR: hour_of,
    BudgetPeriod.DAY: day_of,
    BudgetPeriod.WEEK: week_of,
    BudgetPeriod.MONTH: month_of,
}


def budget_zone(budget: Budget, tz: ZoneInfo) -> ZoneInfo:
    """The zone a budget's periods are counted in: its own, else the owner's."""
    return tz if budget.time_zone is None else zone(budget.time_zone)


def budget_period(budget: Budget, now_ms: int, tz: ZoneInfo) -> Period:
    """The period that is running: what its spend is summed over."""
    return _PERIODS[budget.period](now_ms, budget_zone(budget, tz))


def evaluate(
    budget: Budget,
    spent: Money | None,
    now_ms: int,
    tz: ZoneInfo,
    *,
    unpriced: Sequence[UnpricedUsage] = (),
    raises: Sequence[Raise] = (),
    rhythm: Rhythm | None = None,
    taken_ms: int | None = None,
) -> BudgetState:
    """How a budget stands.

    ``spent`` is what the requests cost that have a price, in ``budget_period`` and within the budget's scope;
    ``None`` when that isn't known. ``rhythm`` is how that scope is used (``rhythm.learn`` of its series);
    without one nothing is said of when the money is gone. The limit is the amount with every raise of this
    budget that holds now, and a step is reached when ``spent * 100 >= limit * step``, exactly. Where the
    limit is 0, any spending reaches all steps.
    """
    period = budget_period(budget, now_ms, tz)
    holding = tuple(
        one
        for one in raises
        if one.budget == budget.name
        and one.money.currency == budget.amount.currency
        and one.from_ms <= now_ms < one.until_ms
    )
    raised = sum(one.money.nanos for one in holding)
    limit = budget.amount.nanos + raised
    counted = _counted(budget, spent, unpriced)
    left = None if counted is None else limit - counted
    crossed = () if counted is None else tuple(one for one in budget.steps if _reaches(counted, limit, one))
    crosses_ms = None
    if left is not None and left <= 0:
        crosses_ms = now_ms
    elif left is not None and rhythm is not None:
        crosses_ms = crossing_ms(rhythm, left, now_ms, period.end_ms)
    currency = budget.amount.currency
    return BudgetState(
        budget=budget,
        period=period,
        limit=Money(limit, currency),
        raised=Money(raised, currency),
        raises=holding,
        spent=None if counted is None else Money(counted, currency),
        left=None if left is None else Money(left, currency),
        used_percent=_percent(counted, limit),
        crossed=crossed,
        unpriced=tuple(unpriced),
        verdict=_verdict(budget, left, unpriced),
        crosses_ms=crosses_ms,
        taken_ms=now_ms if taken_ms is None else taken_ms,
    )


def judge_budget(judgement: Judgement, state: BudgetState) -> None:
    """Has a budget reached one of its steps, and does it see all that is used?

    Each step of each period is a crossing of its own; the last step, and 100 in any case, is critical. While
    a raise holds, the steps beyond the amount are others than without it: who has allowed more is told when
    that goes, and isn't told again what went before. An unknown figure isn't judged. Models without a price
    are told once a period, unless they are ignored.
    """
    budget = state.budget
    start = state.period.start_ms
    names = tuple(
        Cause(kind=CauseKind.UNPRICED, name=one.model, after=Decimal(one.tokens), money=one.at_most)
        for one in state.unpriced
    )
    prefix = f"{AlertKind.BUDGET_STEP}:{budget.name}:"
    if state.spent is not None:
        judgement.judged.add(prefix)
        for step in state.crossed:
            is_critical = step >= _FULL or step == budget.steps[-1]
            judgement.conditions.append(
                _of_budget(
                    state,
                    key=f"{prefix}{start}:{_named(step, state)}",
                    kind=AlertKind.BUDGET_STEP,
                    severity=Severity.CRITICAL if is_critical else Severity.WARNING,
                    step=step,
                    causes=names,
                )
            )
    prefix = f"{AlertKind.UNPRICED_USAGE}:{budget.name}:"
    judgement.judged.add(prefix)
    if names and budget.unpriced is not UnpricedPolicy.IGNORE:
        stops = budget.unpriced is UnpricedPolicy.DENY
        judgement.conditions.append(
            _of_budget(
                state,
                key=f"{prefix}{start}",
                kind=AlertKind.UNPRICED_USAGE,
                severity=Severity.CRITICAL if stops else Severity.WARNING,
                step=None,
                causes=names,
            )
        )


def _named(step: Decimal, state: BudgetState) -> str:
    """``80``; of a raise ``80+2``, where the step lies beyond the amount itself."""
    name, amount = f"{step.normalize():f}", state.budget.amount
    if not state.raised.nanos or state.limit.nanos * step <= amount.nanos * 100:
        return name
    return f"{name}+{state.raised.amount}"


def _of_budget(
    state: BudgetState,
    *,
    key: str,
    kind: AlertKind,
    severity: Severity,
    step: Decimal | None,
    causes: tuple[Cause, ...],
) -> Condition:
    return Condition(
        key=key,
        kind=kind,
        severity=severity,
        subject="*",
        budget=state.budget.name,
        money=state.spent,
        threshold=state.limit,
        percent=state.used_percent,
        threshold_percent=step,
        full_ms=state.crosses_ms,
        ends_ms=state.period.end_ms,
        taken_ms=state.taken_ms,
        causes=causes,
    )


def _counted(budget: Budget, spent: Money | None, unpriced: Sequence[UnpricedUsage]) -> int | None:
    """What counts as spent, in nanos of the budget's currency."""
    currency = budget.amount.currency
    if spent is None or spent.currency != currency:
        return None
    if budget.unpriced is not UnpricedPolicy.ASSUME_MAX:
        return spent.nanos
    return spent.nanos + sum(
        one.at_most.nanos for one in unpriced if one.at_most and one.at_most.currency == currency
    )


def _reaches(spent: int, limit: int, step: Decimal) -> bool:
    return spent * 100 >= limit * step if limit > 0 else spent > 0


def _percent(spent: int | None, limit: int) -> Decimal | None:
    if spent is None or limit <= 0:
        return None
    return Decimal(spent * 1000 // limit) / 10


def _verdict(budget: Budget, left: int | None, unpriced: Sequence[UnpricedUsage]) -> Verdict:
    if left is not None and left <= 0:
        return Verdict.STOP
    if unpriced and budget.unpriced is UnpricedPolicy.DENY:
        return Verdict.STOP
    currency = budget.amount.currency
    is_open = budget.unpriced is UnpricedPolicy.ASK or (
        budget.unpriced is UnpricedPolicy.ASSUME_MAX
        and any(one.at_most is None or one.at_most.currency != currency for one in unpriced)
    )
    return Verdict.UNKNOWN if left is None or (unpriced and is_open) else Verdict.GO
