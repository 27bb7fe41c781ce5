"""Holds a script's demands against what the ledger knows now."""

from collections.abc import Sequence

from token_dashboard.analysis.guard import check_balance, check_budget, check_windows, not_set_up
from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.model.guard import Demand, DemandKind, Finding, GuardAnswer
from token_dashboard.model.status import Account, Status, account_key


async def guard(demands: Sequence[Demand], dashboard: Dashboard) -> GuardAnswer:
    """From the ledger alone; each budget that is demanded has to exist."""
    findings: list[Finding] = []
    budgets = [one for one in demands if one.kind is DemandKind.BUDGET]
    others = [one for one in demands if one.kind is not DemandKind.BUDGET]
    if budgets:
        states = {one.budget.name: one for one in (await dashboard.budgets.stand()).budgets}
        findings += [check_budget(one, states[one.subject]) for one in budgets]
    if others:
        status = await dashboard.cached()
        findings += [finding for one in others for finding in _of_accounts(one, status)]
    return GuardAnswer.of(findings, dashboard.now_ms())


def is_due(demands: Sequence[Demand], status: Status) -> bool:
    """Whether an account that is demanded should be asked first: what is stored won't do."""
    for demand in demands:
        if demand.kind is not DemandKind.BUDGET:
            accounts = meant(demand, status)
            if not accounts or any(_is_due(one, status.as_of_ms) for one in accounts):
                return True
    return False


def meant(demand: Demand, status: Status) -> list[Account]:
    """The provider's accounts, or the one that is named."""
    return [
        one
        for one in status.accounts
        if demand.subject in {one.provider, account_key(one.provider, one.account)}
    ]


def _is_due(account: Account, now_ms: int) -> bool:
    if account.snapshot is None or (account.next_check_ms is not None and account.next_check_ms <= now_ms):
        return True
    return any(one.resets_ms is not None and one.resets_ms <= now_ms for one in account.snapshot.windows)


def _of_accounts(demand: Demand, status: Status) -> list[Finding]:
    found: list[Finding] = []
    for account in meant(demand, status):
        checked_ms, patience_ms = account.checked_ms, 2 * status.poll_interval_s * 1000
        is_recent = checked_ms is not None and status.as_of_ms - checked_ms <= patience_ms
        is_old = account.is_stale and not is_recent
        if demand.kind is DemandKind.BALANCE:
            found.append(check_balance(demand, account.name, account.snapshot, is_old=is_old))
        else:
            windows = check_windows(demand, account.name, account.snapshot, status.as_of_ms, is_old=is_old)
            found += windows
    return found or [not_set_up(demand)]
