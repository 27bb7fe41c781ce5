"""Whether what is left meets a demand. What isn't known, or is old, is never taken for enough."""

from collections.abc import Sequence
from dataclasses import replace

from token_dashboard.model.budget import BudgetState, Verdict
from token_dashboard.model.guard import Demand, Finding, GuardReason
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Snapshot, UsageWindow


def check_budget(demand: Demand, state: BudgetState) -> Finding:
    """What a budget leaves, as far as it is known; its own verdict counts too."""
    models = tuple(one.model for one in state.unpriced)
    told = replace(
        _finding(demand, state.budget.name), left=state.left, models=models, taken_ms=state.taken_ms
    )
    least = Money(demand.least_nanos, state.budget.amount.currency)
    if state.left is not None and state.left.nanos <= 0:
        return replace(told, verdict=Verdict.STOP, reason=GuardReason.USED_UP)
    if demand.currency not in {None, least.currency}:
        return told
    told = replace(told, least=least)
    if state.left is not None and state.left.nanos < least.nanos:
        return replace(told, verdict=Verdict.STOP, reason=GuardReason.TOO_LITTLE)
    if state.verdict is Verdict.GO:
        return replace(told, verdict=Verdict.GO, reason=GuardReason.ENOUGH)
    return replace(
        told, verdict=state.verdict, reason=GuardReason.UNPRICED if models else GuardReason.UNKNOWN
    )


def check_balance(demand: Demand, name: str, snapshot: Snapshot | None, *, is_old: bool) -> Finding:
    """The least of an account's balances in the demand's currency."""
    told = _finding(demand, name)
    if snapshot is None:
        return told
    told = replace(told, taken_ms=snapshot.taken_ms)
    fitting = [one.money for one in snapshot.balances if demand.currency in {None, one.money.currency}]
    if len({money.currency for money in fitting}) > 1:
        return replace(told, reason=GuardReason.SEVERAL_CURRENCIES)
    if not fitting:
        return told
    left = min(fitting, key=lambda money: money.nanos)
    told = replace(told, left=left, least=Money(demand.least_nanos, left.currency))
    if is_old:
        return replace(told, reason=GuardReason.OLD)
    if left.nanos <= 0:
        return replace(told, verdict=Verdict.STOP, reason=GuardReason.USED_UP)
    is_enough = left.nanos >= demand.least_nanos
    return replace(
        told,
        verdict=Verdict.GO if is_enough else Verdict.STOP,
        reason=GuardReason.ENOUGH if is_enough else GuardReason.TOO_LITTLE,
    )


def check_windows(
    demand: Demand, name: str, snapshot: Snapshot | None, now_ms: int, *, is_old: bool
) -> Sequence[Finding]:
    """Each window of an account, or the one that is demanded."""
    windows = () if snapshot is None else snapshot.windows
    wanted = [one for one in windows if demand.window in {None, one.name}]
    if snapshot is None or not wanted:
        return [replace(_finding(demand, name), window=demand.window)]
    return [_window(demand, name, one, snapshot.taken_ms, now_ms, is_old=is_old) for one in wanted]


def not_set_up(demand: Demand) -> Finding:
    """Nobody knows an account that is called so."""
    return replace(_finding(demand, demand.subject), reason=GuardReason.NOT_SET_UP)


def _window(
    demand: Demand, name: str, window: UsageWindow, taken_ms: int, now_ms: int, *, is_old: bool
) -> Finding:
    told = replace(
        _finding(demand, name),
        window=window.name,
        used_percent=window.used_percent,
        most_percent=demand.most_percent,
        taken_ms=taken_ms,
    )
    if window.resets_ms is not None and window.resets_ms <= now_ms:
        return replace(told, reason=GuardReason.RESET)
    if is_old:
        return replace(told, reason=GuardReason.OLD)
    if window.used_percent >= demand.most_percent:
        return replace(told, verdict=Verdict.STOP, reason=GuardReason.TOO_LITTLE)
    return replace(told, verdict=Verdict.GO, reason=GuardReason.ENOUGH)


def _finding(demand: Demand, name: str) -> Finding:
    return Finding(kind=demand.kind, subject=name, verdict=Verdict.UNKNOWN, reason=GuardReason.UNKNOWN)
