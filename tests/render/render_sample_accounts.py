"""One Sunday afternoon in Berlin: accounts and alerts as the ledger would tell them."""

from datetime import UTC, datetime
from decimal import Decimal

from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.burn import Runway, RunwayBasis
from token_dashboard.model.money import Money, parse_nanos
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Balance, Cap, Snapshot, Spend, SpendPeriod, UsageWindow
from token_dashboard.model.status import (
    Account,
    Problem,
)

ZONE = "Europe/Berlin"
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NOW = int(datetime(2026, 11, 22, 13, 32, tzinfo=UTC).timestamp() * 1000)
"""14:32 on a Sunday in Berlin."""
POLL_S = 900


def usd(amount: str) -> Money:
    return Money(parse_nanos(amount))


def cny(amount: str) -> Money:
    return Money(parse_nanos(amount), "CNY")


def totals(
    requests: int,
    inputs: int,
    cached: int,
    outputs: int,
    cost: str,
    *,
    unpriced: int = 0,
    recorded: str | None = None,
) -> Totals:
    return Totals(
        requests=requests,
        input_tokens=inputs,
        cache_read_input_tokens=cached,
        cache_creation_input_tokens=inputs // 50,
        cache_creation_1h_input_tokens=inputs // 100,
        output_tokens=outputs,
        priced_requests=requests,
        list_cost_nanos=parse_nanos(cost),
        unpriced_tokens=unpriced,
        recorded_requests=requests if recorded else 0,
        recorded_cost_nanos=parse_nanos(recorded) if recorded else 0,
    )


def runway(provider: str, balance: Money, per_day: Money | None, lasts_ms: int | None) -> Runway:
    return Runway(
        provider=provider,
        account="main",
        scope="account",
        balance=balance,
        per_day=per_day,
        basis=None if per_day is None else RunwayBasis.BALANCE_HISTORY,
        empty_ms=None if lasts_ms is None else NOW + lasts_ms,
    )


def account(
    provider: str,
    name: str,
    *,
    age_ms: int = 2 * MINUTE,
    problem: Problem | None = None,
    runways: tuple[Runway, ...] = (),
    **told: object,
) -> Account:
    snapshot = Snapshot(provider=provider, account="main", taken_ms=NOW - age_ms, **told) if told else None
    return Account(
        provider=provider,
        name=name,
        snapshot=snapshot,
        checked_ms=NOW - age_ms if told else None,
        problem=problem,
        is_stale=problem is not None or age_ms > 2 * POLL_S * 1000,
        next_check_ms=NOW + 13 * MINUTE,
        runways=runways,
    )


def balance(money: Money, scope: str = "account") -> tuple[Balance, ...]:
    return (Balance(money=money, scope=scope),)


OPENROUTER = account(
    "openrouter",
    "OpenRouter",
    balances=balance(usd("3.21")),
    spends=(
        Spend(money=usd("1.50"), period=SpendPeriod.DAY, scope="key"),
        Spend(money=usd("9.75"), period=SpendPeriod.WEEK, scope="key"),
        Spend(money=usd("20"), period=SpendPeriod.MONTH, scope="key"),
        Spend(money=usd("51.2"), period=SpendPeriod.LIFETIME, scope="account"),
    ),
    caps=(
        Cap(
            limit=usd("20"),
            remaining=usd("7.85"),
            scope="key",
            period=SpendPeriod.MONTH,
            resets_ms=NOW + 8 * DAY + 10 * HOUR,
        ),
    ),
    runways=(runway("openrouter", usd("3.21"), usd("4.18"), 18 * HOUR),),
)
MOONSHOT = account(
    "moonshot",
    "Moonshot",
    balances=balance(usd("49.58")),
    runways=(runway("moonshot", usd("49.58"), usd("0.51"), 97 * DAY),),
)
DEEPSEEK = account(
    "deepseek",
    "DeepSeek",
    age_ms=3 * HOUR,
    balances=balance(cny("110")),
    problem=Problem(
        key="provider_unavailable",
        since_ms=NOW - 3 * HOUR + 15 * MINUTE,
        params={"provider": "DeepSeek", "reason": "no answer within 10 s"},
    ),
    runways=(runway("deepseek", cny("110"), cny("2.64"), 41 * DAY + 16 * HOUR),),
)
CLAUDE = account(
    "claude",
    "Claude",
    age_ms=4 * MINUTE,
    windows=(
        UsageWindow(
            name="5h",
            used_percent=Decimal(42),
            resets_ms=NOW + 2 * HOUR + 15 * MINUTE,
            duration_s=18_000,
        ),
        UsageWindow(
            name="7d",
            used_percent=Decimal("67.6"),
            resets_ms=NOW + 4 * DAY + 18 * HOUR + 28 * MINUTE,
            duration_s=604_800,
        ),
    ),
)
OPENAI = account(
    "openai",
    "OpenAI",
    problem=Problem(
        key="permission_missing",
        since_ms=NOW - DAY,
        params={
            "provider": "OpenAI",
            "status": "403",
            "needed": "admin key (https://platform.openai.com/settings/organization/admin-keys)",
        },
    ),
)

LOW_BALANCE = Alert(
    condition=Condition(
        key="low_balance:openrouter:main:account:USD",
        kind=AlertKind.LOW_BALANCE,
        severity=Severity.CRITICAL,
        subject="openrouter",
        money=usd("3.21"),
        threshold=usd("10"),
        per_day=usd("4.18"),
        empty_ms=NOW + 18 * HOUR,
    ),
    state=AlertState.ONGOING,
    since_ms=NOW - 2 * HOUR,
)
HIGH_SPEND = Alert(
    condition=Condition(
        key="high_spend:openai:2026-11-22",
        kind=AlertKind.HIGH_SPEND,
        severity=Severity.WARNING,
        subject="openai",
        money=usd("52.1"),
        threshold=usd("50"),
    ),
    state=AlertState.NEW,
    since_ms=NOW,
)
WINDOW_USED = Alert(
    condition=Condition(
        key="window_used:claude:main:7d:90",
        kind=AlertKind.WINDOW_USED,
        severity=Severity.WARNING,
        subject="claude",
        percent=Decimal("92.4"),
        threshold_percent=Decimal(90),
        window="7d",
        empty_ms=NOW + 4 * DAY + 18 * HOUR + 28 * MINUTE,
    ),
    state=AlertState.NEW,
    since_ms=NOW,
)
