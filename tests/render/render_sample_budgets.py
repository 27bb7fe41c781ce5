"""The same afternoon's budgets and forecasts."""

from dataclasses import replace
from decimal import Decimal

from render_sample_accounts import DAY, HOUR, NOW, ZONE, cny, usd

from token_dashboard.model.budget import (
    Budget,
    BudgetPeriod,
    Budgets,
    BudgetState,
    Raise,
    Scope,
    UnpricedPolicy,
    UnpricedUsage,
    Verdict,
)
from token_dashboard.model.forecast import (
    BalanceForecast,
    Evidence,
    Exhaustion,
    Forecast,
    Method,
    PeriodEnd,
    WindowForecast,
)
from token_dashboard.model.guard import DemandKind, Finding, GuardAnswer, GuardReason
from token_dashboard.model.period import Period

TODAY = Period(NOW - 14 * HOUR, NOW + 10 * HOUR)
DAILY = BudgetState(
    budget=Budget(name="daily", period=BudgetPeriod.DAY, amount=usd("5")),
    period=TODAY,
    limit=usd("7"),
    raised=usd("2"),
    raises=(Raise(budget="daily", money=usd("2"), from_ms=NOW - HOUR, until_ms=NOW + 10 * HOUR),),
    spent=usd("4.18"),
    left=usd("2.82"),
    used_percent=Decimal("59.7"),
    crossed=(Decimal(50),),
    unpriced=(),
    verdict=Verdict.GO,
    crosses_ms=NOW + 7 * HOUR,
    taken_ms=NOW,
)
OVERSPENT = replace(
    DAILY,
    budget=Budget(
        name="hourly-claude-opus-4-5",
        period=BudgetPeriod.HOUR,
        amount=usd("0.5"),
        scope=Scope(agent="openclaw", model="claude-opus-4-5"),
        is_configured=False,
    ),
    period=Period(NOW - HOUR // 2, NOW + HOUR // 2),
    limit=usd("0.5"),
    raised=usd("0"),
    raises=(),
    spent=usd("0.7"),
    left=usd("-0.2"),
    used_percent=Decimal(140),
    crossed=(Decimal(50), Decimal(80), Decimal(100)),
    verdict=Verdict.STOP,
    crosses_ms=NOW,
)
UNKNOWN = replace(
    DAILY,
    budget=Budget(
        name="nightly-job", period=BudgetPeriod.WEEK, amount=usd("20"), scope=Scope(project="/srv/job")
    ),
    period=Period(NOW - 6 * DAY, NOW + 10 * HOUR),
    limit=usd("20"),
    raised=usd("0"),
    raises=(),
    spent=usd("3.2"),
    left=usd("16.8"),
    used_percent=Decimal(16),
    crossed=(),
    unpriced=(UnpricedUsage(model="house-blend", tokens=2_100_000), UnpricedUsage(model="?", tokens=12)),
    verdict=Verdict.UNKNOWN,
    crosses_ms=None,
)
NOTHING_PRICED = replace(
    UNKNOWN,
    spent=None,
    left=None,
    used_percent=None,
    verdict=Verdict.STOP,
    budget=replace(UNKNOWN.budget, unpriced=UnpricedPolicy.DENY),
)
BUDGETS = Budgets(as_of_ms=NOW, time_zone=ZONE, budgets=(DAILY, UNKNOWN, OVERSPENT))
UNPRICED_BUDGETS = replace(BUDGETS, budgets=(DAILY, NOTHING_PRICED))
NO_BUDGETS = replace(BUDGETS, budgets=())

LEARNED = Evidence(method=Method.WEEKDAY, observed_days=60, needed_days=3, tested_days=28, error_permille=123)
YOUNG = Evidence(method=None, observed_days=1, needed_days=3)
_PACED = Evidence(method=Method.WINDOW, observed_days=0, needed_days=0)


def _balance(name: str, money: str, exhaustion: Exhaustion | None) -> BalanceForecast:
    return BalanceForecast(
        provider=name.casefold(),
        account="default",
        name=name,
        scope="account",
        balance=usd(money),
        taken_ms=NOW - 3 * HOUR,
        exhaustion=exhaustion,
    )


def _window(window: str, used: int, exhaustion: Exhaustion | None) -> WindowForecast:
    return WindowForecast(
        provider="claude-oauth",
        account="default",
        name="Claude",
        window=window,
        used_percent=Decimal(used),
        resets_ms=NOW + 2 * HOUR,
        taken_ms=NOW,
        exhaustion=exhaustion,
    )


FORECAST = Forecast(
    as_of_ms=NOW,
    time_zone=ZONE,
    scope=Scope(),
    balances=(
        _balance(
            "OpenRouter",
            "3.21",
            Exhaustion(
                at_ms=NOW + 18 * HOUR, evidence=LEARNED, early_ms=NOW + 15 * HOUR, late_ms=NOW + 22 * HOUR
            ),
        ),
        _balance("Moonshot", "49.58", Exhaustion(at_ms=None, evidence=LEARNED)),
        replace(_balance("DeepSeek", "1", Exhaustion(at_ms=None, evidence=YOUNG)), balance=cny("110")),
        _balance("Mistral", "0", Exhaustion(at_ms=NOW, evidence=YOUNG)),
        _balance("Groq", "5", None),
    ),
    windows=(
        _window("5h", 42, Exhaustion(at_ms=None, evidence=_PACED)),
        _window("7d", 68, Exhaustion(at_ms=NOW + DAY, evidence=LEARNED, early_ms=NOW + 20 * HOUR)),
        _window(
            "day", 3, Exhaustion(at_ms=None, evidence=Evidence(method=None, observed_days=0, needed_days=0))
        ),
    ),
    month=PeriodEnd(
        period=Period(NOW - 21 * DAY, NOW + 9 * DAY),
        spent=usd("61.20"),
        expected=usd("87.61"),
        low=usd("80.02"),
        high=usd("97.40"),
        evidence=LEARNED,
    ),
    unpriced_models=("house-blend",),
)
OF_A_PART = replace(
    FORECAST,
    scope=Scope(agent="codex", model="gpt-5"),
    balances=(),
    windows=(),
    month=PeriodEnd(
        period=Period(NOW - 21 * DAY, NOW + 9 * DAY),
        spent=usd("0.12"),
        expected=None,
        low=None,
        high=None,
        evidence=YOUNG,
    ),
    unpriced_models=(),
)
UNPRICED_FORECAST = replace(OF_A_PART, month=None, unpriced_models=("house-blend",))
FORECAST_OF_NOTHING = replace(
    OF_A_PART, scope=Scope(model="gpt-9*", agent="nobody"), unmatched={"model": "gpt-9*", "agent": "nobody"}
)

_SUBJECTS = {DemandKind.BUDGET: "daily", DemandKind.BALANCE: "OpenRouter", DemandKind.WINDOW: "Claude"}


def _found(kind: DemandKind, verdict: Verdict, reason: GuardReason, **also: object) -> Finding:
    return Finding(kind=kind, subject=_SUBJECTS[kind], verdict=verdict, reason=reason, **also)


FINDINGS = (
    _found(
        DemandKind.BALANCE,
        Verdict.STOP,
        GuardReason.TOO_LITTLE,
        left=usd("3.21"),
        least=usd("10"),
        taken_ms=NOW,
    ),
    _found(
        DemandKind.WINDOW,
        Verdict.STOP,
        GuardReason.TOO_LITTLE,
        window="5h",
        used_percent=Decimal(92),
        most_percent=Decimal(90),
    ),
    _found(DemandKind.BUDGET, Verdict.STOP, GuardReason.USED_UP, left=usd("-0.2")),
    _found(DemandKind.BALANCE, Verdict.STOP, GuardReason.USED_UP, left=usd("0")),
    _found(DemandKind.BUDGET, Verdict.UNKNOWN, GuardReason.UNPRICED, models=("house-blend", "?")),
    _found(DemandKind.BALANCE, Verdict.UNKNOWN, GuardReason.OLD, taken_ms=NOW - 3 * HOUR),
    _found(DemandKind.WINDOW, Verdict.UNKNOWN, GuardReason.RESET, window="7d"),
    _found(DemandKind.BALANCE, Verdict.UNKNOWN, GuardReason.NOT_SET_UP),
    _found(DemandKind.BALANCE, Verdict.UNKNOWN, GuardReason.SEVERAL_CURRENCIES),
    _found(DemandKind.BALANCE, Verdict.UNKNOWN, GuardReason.UNKNOWN),
    Finding(
        kind=None,
        subject="",
        verdict=Verdict.UNKNOWN,
        reason=GuardReason.FAILED,
        sentence="config.json: $.budgets is wrong.",
    ),
    _found(DemandKind.BUDGET, Verdict.GO, GuardReason.ENOUGH, left=usd("1.8"), least=usd("1")),
    _found(
        DemandKind.WINDOW,
        Verdict.GO,
        GuardReason.ENOUGH,
        window="7d",
        used_percent=Decimal(12),
        most_percent=Decimal(90),
    ),
)
GUARDS = {
    **{f"guard {one.kind} {one.reason}": GuardAnswer.of([one], NOW) for one in FINDINGS},
    "guard of several": GuardAnswer.of([FINDINGS[-2], FINDINGS[0]], NOW),
}
