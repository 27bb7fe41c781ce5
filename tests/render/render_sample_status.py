"""The same afternoon as answers to ``/tokens``, whole and in every poor state."""

from dataclasses import replace
from decimal import Decimal

from render_sample_accounts import (
    CLAUDE,
    DEEPSEEK,
    HIGH_SPEND,
    HOUR,
    LOW_BALANCE,
    MINUTE,
    MOONSHOT,
    NOW,
    OPENAI,
    OPENROUTER,
    POLL_S,
    WINDOW_USED,
    ZONE,
    account,
    balance,
    cny,
    runway,
    totals,
    usd,
)

from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import UsageWindow
from token_dashboard.model.status import (
    Account,
    AgentUsage,
    ModelUsage,
    Problem,
    Status,
)

OPENCLAW = (
    totals(214, 8_100_000, 7_533_000, 210_000, "2.9"),
    totals(3_012, 96_000_000, 88_000_000, 2_900_000, "41.1"),
)
CLAUDE_CODE = (
    totals(131, 4_000_000, 3_477_000, 96_000, "1.28"),
    totals(1_420, 44_000_000, 40_000_000, 1_100_000, "20.1"),
)
TODAY = OPENCLAW[0] + CLAUDE_CODE[0]
MONTH = OPENCLAW[1] + CLAUDE_CODE[1]

STATUS = Status(
    as_of_ms=NOW,
    time_zone=ZONE,
    is_stale=True,
    poll_interval_s=POLL_S,
    checked_ms=NOW - 2 * MINUTE,
    scanned_ms=NOW - 1_000,
    next_check_ms=NOW + 13 * MINUTE,
    accounts=(OPENROUTER, CLAUDE, OPENAI, DEEPSEEK, MOONSHOT),
    today=TODAY,
    month=MONTH,
    month_projection=usd("87.612345"),
    agents=(
        AgentUsage(agent="openclaw", name="openclaw", today=OPENCLAW[0], month=OPENCLAW[1]),
        AgentUsage(agent="claude-code", name="Claude Code", today=CLAUDE_CODE[0], month=CLAUDE_CODE[1]),
    ),
    models=(
        ModelUsage(
            provider="anthropic",
            model="claude-opus-4-5",
            today=totals(300, 10_000_000, 9_000_000, 250_000, "3.7"),
            month=totals(4_000, 120_000_000, 110_000_000, 3_500_000, "55"),
        ),
        ModelUsage(
            provider="openai",
            model="gpt-5.2",
            today=totals(45, 2_100_000, 2_010_000, 56_000, "0.48"),
            month=totals(432, 20_000_000, 18_000_000, 500_000, "6.2"),
        ),
    ),
    alerts=(LOW_BALANCE,),
    unpriced_models=(),
)

UNPRICED = replace(
    STATUS,
    today=replace(TODAY, unpriced_tokens=900_000),
    month=replace(MONTH, unpriced_tokens=2_100_000),
    unpriced_models=("model-x",),
)
EMPTY = replace(
    STATUS,
    is_stale=False,
    checked_ms=None,
    scanned_ms=None,
    next_check_ms=None,
    accounts=(),
    today=Totals(),
    month=Totals(),
    month_projection=None,
    agents=(),
    models=(),
    alerts=(),
)
ONLY_AGENTS = replace(STATUS, is_stale=False, accounts=(), alerts=(), next_check_ms=None, checked_ms=None)
ONLY_PROVIDERS = replace(
    EMPTY, accounts=(OPENROUTER, MOONSHOT), checked_ms=NOW - 2 * MINUTE, next_check_ms=NOW + 13 * MINUTE
)


def failing(provider: str, name: str, key: str, **params: str) -> Account:
    return account(
        provider,
        name,
        problem=Problem(key=key, since_ms=NOW - HOUR, params={"provider": name, **params}),
    )


ALL_FAILED = replace(
    EMPTY,
    is_stale=True,
    next_check_ms=NOW + 4 * MINUTE,
    accounts=(
        failing(
            "openrouter",
            "OpenRouter",
            "credentials_rejected",
            status="401",
            where="https://openrouter.ai/settings/keys",
        ),
        failing("openai", "OpenAI", "rate_limited"),
        failing("deepseek", "DeepSeek", "provider_unavailable", reason="it answered 503"),
        failing("moonshot", "Moonshot", "provider_unavailable", reason="it answered 503"),
        failing("mistral", "Mistral", "unexpected_response", fields="$.data.total"),
    ),
)
IN_DEBT = replace(
    EMPTY,
    accounts=(
        account(
            "openrouter",
            "OpenRouter",
            balances=balance(usd("-1.2")),
            notes=("openrouter-needs-management-key",),
            runways=(runway("openrouter", usd("-1.2"), usd("4.18"), 0),),
        ),
        account("moonshot", "Moonshot", balances=balance(usd("-0.004"))),
        account("deepseek", "DeepSeek", balances=balance(cny("0"))),
    ),
)
_BILLIONS = totals(1_234_567, 98_765_432_109, 98_000_000_000, 12_345_678_901, "1234567.891")
HUGE = replace(
    STATUS,
    today=_BILLIONS,
    month=_BILLIONS + _BILLIONS,
    month_projection=usd("9000000"),
    agents=(
        AgentUsage(agent="a", name="an-agent-with-a-very-long-name-indeed", today=_BILLIONS, month=_BILLIONS),
    ),
    accounts=tuple(
        account(
            f"provider-{number}",
            f"Provider {number}",
            balances=balance(usd(f"{10**number}.55")),
            windows=(UsageWindow(name="7d-opus", used_percent=Decimal("120.5"), resets_ms=NOW - 1),),
        )
        for number in range(1, 9)
    ),
    alerts=(LOW_BALANCE, HIGH_SPEND, WINDOW_USED, LOW_BALANCE, WINDOW_USED),
)

STATUSES = {
    "full": STATUS,
    "unpriced": UNPRICED,
    "empty": EMPTY,
    "only agents": ONLY_AGENTS,
    "only providers": ONLY_PROVIDERS,
    "all failed": ALL_FAILED,
    "in debt": IN_DEBT,
    "huge": HUGE,
}
