"""Alerts that nothing will judge any more, because what they were about is gone."""

from zoneinfo import ZoneInfo

from token_dashboard.analysis.thresholds import has_lapsed
from token_dashboard.engine.judge import Judge
from token_dashboard.engine.standing import Standing
from token_dashboard.ledger import Ledger
from token_dashboard.model.alert import AlertKind, AlertState, Condition
from token_dashboard.model.period import DAY_MS, local_date

_OF_BUDGETS = frozenset({AlertKind.BUDGET_STEP, AlertKind.UNPRICED_USAGE})
_FORGOTTEN_MS = DAY_MS
"""An account that isn't known here and that nobody asked about for so long is gone. Not at once: the accounts
that a host has keys for are known only after it was asked."""


async def withdraw_lapsed(ledger: Ledger, judge: Judge, standing: Standing) -> None:
    """Withdraw what still stands of thresholds, budgets, windows and accounts that are no more."""
    judgement, now_ms = standing.judgement, standing.as_of_ms
    held = {one.key for one in judgement.conditions}
    known = [one.condition for one in await ledger.alerts.standing() if one.state is not AlertState.RESOLVED]
    if not (open_ := [one for one in known if one.key not in held]):
        return
    budgets = await judge.budgets.budgets()
    accounts = {(one.provider, one.account) for one in standing.accounts} | {
        (one.provider, one.account)
        for one in await ledger.snapshots.latest()
        if now_ms - one.attempted_ms < _FORGOTTEN_MS
    }
    today = min(local_date(now_ms, ZoneInfo(name)) for name in (standing.time_zone, "UTC"))
    for one in open_:
        if one.kind in _OF_BUDGETS:
            is_over = one.budget not in budgets or (one.ends_ms is not None and one.ends_ms <= now_ms)
        else:
            is_over = has_lapsed(one, judge.thresholds_of(one.subject), today)
        is_orphan = one.account is not None and (one.subject, one.account) not in accounts
        if is_over or is_orphan or _is_of_a_window_that_is_gone(one, standing):
            judgement.withdrawn.add(one.key)


def _is_of_a_window_that_is_gone(condition: Condition, standing: Standing) -> bool:
    """Whether the account, which answers, no longer has such a window."""
    if condition.window is None:
        return False
    return any(
        (one.provider, one.account) == (condition.subject, condition.account)
        and not one.is_stale
        and one.snapshot is not None
        and condition.window not in {window.name for window in one.snapshot.windows}
        for one in standing.accounts
    )
