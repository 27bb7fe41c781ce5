"""A script goes on only when what is left is known to be enough."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.budgets import evaluate
from token_dashboard.analysis.guard import check_balance, check_budget, check_windows
from token_dashboard.model.budget import Budget, BudgetPeriod, UnpricedPolicy, UnpricedUsage, Verdict
from token_dashboard.model.guard import Demand, DemandKind, Finding, GuardAnswer, GuardReason
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Balance, Snapshot, UsageWindow

NOW = 1_795_357_920_000
DOLLAR = 10**9
UTC = ZoneInfo("UTC")


def budget(spent: int | None, least: int = 0, *, unpriced: UnpricedPolicy | None = None) -> Finding:
    given = Budget(
        name="daily",
        period=BudgetPeriod.DAY,
        amount=Money(5 * DOLLAR),
        unpriced=unpriced or UnpricedPolicy.ASK,
    )
    used = [UnpricedUsage(model="mystery", tokens=1)] if unpriced else []
    state = evaluate(given, None if spent is None else Money(spent), NOW, UTC, unpriced=used)
    return check_budget(Demand(kind=DemandKind.BUDGET, subject="daily", least_nanos=least), state)


def balance(*left: Money, least: int = 0, currency: str | None = None, is_old: bool = False) -> Finding:
    told = tuple(Balance(money=one, scope="account") for one in left)
    snapshot = Snapshot(provider="deepseek", account="default", taken_ms=NOW, balances=told)
    demand = Demand(kind=DemandKind.BALANCE, subject="deepseek", least_nanos=least, currency=currency)
    return check_balance(demand, "DeepSeek", snapshot, is_old=is_old)


def window(used: int, most: int, *, resets_ms: int | None = None, is_old: bool = False) -> Finding:
    told = (UsageWindow(name="5h", used_percent=Decimal(used), resets_ms=resets_ms),)
    snapshot = Snapshot(provider="claude-oauth", account="default", taken_ms=NOW, windows=told)
    demand = Demand(kind=DemandKind.WINDOW, subject="claude-oauth", most_percent=Decimal(most))
    (finding,) = check_windows(demand, "Claude", snapshot, NOW, is_old=is_old)
    return finding


@pytest.mark.parametrize(
    ("spent", "least", "verdict", "reason"),
    [
        (4 * DOLLAR, DOLLAR, Verdict.GO, GuardReason.ENOUGH),
        (4 * DOLLAR + 1, DOLLAR, Verdict.STOP, GuardReason.TOO_LITTLE),
        (5 * DOLLAR, 0, Verdict.STOP, GuardReason.USED_UP),
        (5 * DOLLAR - 1, 0, Verdict.GO, GuardReason.ENOUGH),
        (None, 0, Verdict.UNKNOWN, GuardReason.UNKNOWN),
    ],
)
def test_a_budget_has_to_leave_what_is_demanded(
    spent: int | None, least: int, verdict: Verdict, reason: GuardReason
) -> None:
    found = budget(spent, least)
    assert (found.verdict, found.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("policy", "verdict"),
    [
        (UnpricedPolicy.ASK, Verdict.UNKNOWN),
        (UnpricedPolicy.DENY, Verdict.STOP),
        (UnpricedPolicy.IGNORE, Verdict.GO),
        (UnpricedPolicy.ASSUME_MAX, Verdict.UNKNOWN),
    ],
)
def test_models_without_a_price_follow_the_budgets_policy(policy: UnpricedPolicy, verdict: Verdict) -> None:
    found = budget(0, DOLLAR, unpriced=policy)
    assert (found.verdict, found.models) == (verdict, ("mystery",))


def test_a_balance_is_held_against_the_demand_in_its_own_currency() -> None:
    yuan = Money(20 * DOLLAR, "CNY")
    assert balance(yuan, least=20 * DOLLAR).verdict is Verdict.GO
    assert balance(yuan, least=20 * DOLLAR + 1).verdict is Verdict.STOP
    assert balance(yuan, least=1, currency="USD").reason is GuardReason.UNKNOWN
    both = (yuan, Money(DOLLAR))
    assert balance(*both, least=2 * DOLLAR).reason is GuardReason.SEVERAL_CURRENCIES
    assert balance(*both, least=2 * DOLLAR, currency="CNY").verdict is Verdict.GO
    assert balance(*both, least=2 * DOLLAR, currency="USD").verdict is Verdict.STOP


def test_nothing_left_is_never_enough_and_no_balance_is_not_known() -> None:
    assert balance(Money(0)).reason is GuardReason.USED_UP
    assert balance(Money(-1)).verdict is Verdict.STOP
    assert balance().reason is GuardReason.UNKNOWN


def test_an_old_figure_says_nothing() -> None:
    assert balance(Money(DOLLAR), is_old=True).reason is GuardReason.OLD
    assert window(10, 90, is_old=True).reason is GuardReason.OLD
    assert window(10, 90, resets_ms=NOW).reason is GuardReason.RESET


def test_a_window_stops_at_its_limit() -> None:
    assert window(89, 90).verdict is Verdict.GO
    assert window(90, 90).verdict is Verdict.STOP
    assert window(100, 100).verdict is Verdict.STOP


@given(st.lists(st.sampled_from(Verdict), min_size=1, max_size=6))
def test_the_worst_finding_decides(verdicts: list[Verdict]) -> None:
    findings = [Finding(kind=None, subject="x", verdict=one, reason=GuardReason.UNKNOWN) for one in verdicts]
    answer = GuardAnswer.of(findings, NOW)
    worst = next(one for one in (Verdict.STOP, Verdict.UNKNOWN, Verdict.GO) if one in verdicts)
    assert (answer.verdict, answer.findings[0].verdict) == (worst, worst)


@given(st.integers(0, 10 * DOLLAR), st.integers(0, 10 * DOLLAR), st.integers(0, 10 * DOLLAR))
def test_who_demands_more_is_never_let_through_where_who_demands_less_is_stopped(
    spent: int, least: int, more: int
) -> None:
    if budget(spent, least).verdict is Verdict.STOP:
        assert budget(spent, least + more).verdict is Verdict.STOP
