"""Pages: a month of usage, a newcomer's, failures, a crowd, and words that would like to be markup."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from render_sample_accounts import (
    DAY,
    HIGH_SPEND,
    HOUR,
    LOW_BALANCE,
    MINUTE,
    NOW,
    WINDOW_USED,
    ZONE,
    account,
    balance,
    runway,
    totals,
    usd,
)
from render_sample_answers import AGENTS, PROVIDERS
from render_sample_status import ALL_FAILED, EMPTY, ONLY_AGENTS, STATUS

from token_dashboard.model.alert import Alert, Alerts, AlertState, Delivery
from token_dashboard.model.report import Dimension, Report, ReportRow, Totals
from token_dashboard.model.snapshot import Allowance, UsageWindow
from token_dashboard.model.status import Account, Status, UsageBrief
from token_dashboard.render.page import Look, Range, Split, View

TODAY = date(2026, 11, 22)
NAMES = {
    "openrouter": "OpenRouter",
    "deepseek": "DeepSeek",
    "anthropic": "Anthropic",
    "claude-code": "Claude Code",
    "openclaw": "OpenClaw",
}
MARKUP = '</title></script><script>alert("x")</script><img src=x onerror=alert(1)>&amp;'
_MODELS = (
    ("anthropic", "claude-opus-4-5-20251101", "openclaw", 24),
    ("anthropic", "claude-sonnet-4-5-20250929", "claude-code", 13),
    ("openai", "gpt-5.2", "openclaw", 9),
    ("google", "gemini-3-pro-preview", "codex", 6),
    ("deepseek", "deepseek-v4", "openclaw", 3),
    ("moonshot", "kimi-k3", "claude-code", 2),
    ("mistral", "devstral-medium", "codex", 1),
)


def usage(days: int, models: tuple[tuple[str, str | None, str, int], ...] = _MODELS) -> Report:
    """A busy bot's days: weekends are quiet, and each model has its own weight."""
    chance = Random(7)
    rows = []
    for back in reversed(range(days)):
        day = TODAY - timedelta(days=back)
        mood = (0.35 if day.weekday() > 4 else 1) * (0.5 + chance.random())
        for provider, model, agent, weight in models:
            cents = int(weight * mood * (4 + 9 * chance.random()))
            if cents > 3:
                used = totals(cents, cents * 30_000, cents * 27_000, cents * 800, str(Decimal(cents) / 100))
                rows.append(ReportRow(day=day, agent=agent, provider=provider, model=model, totals=used))
    return Report(
        time_zone=ZONE,
        since=TODAY - timedelta(days=days - 1),
        until=TODAY,
        by=(Dimension.DAY, Dimension.AGENT, Dimension.MODEL, Dimension.PROVIDER),
        rows=tuple(rows),
        total=sum((row.totals for row in rows), Totals()),
        unpriced_models=(),
    )


def alerts(*standing: Alert, resolved: tuple[Alert, ...] = ()) -> Alerts:
    return Alerts(as_of_ms=NOW, time_zone=ZONE, standing=standing, resolved=resolved)


OVER = replace(WINDOW_USED, state=AlertState.RESOLVED, resolved_ms=NOW - 3 * HOUR)
RICH = Look(
    view=View(),
    status=STATUS,
    usage=usage(30),
    alerts=alerts(LOW_BALANCE, HIGH_SPEND, resolved=(OVER,)),
    delivery=None,
    names=NAMES,
    agents=AGENTS,
    providers=PROVIDERS,
)

BRIEF = UsageBrief(
    as_of_ms=NOW,
    time_zone=ZONE,
    is_stale=True,
    accounts=STATUS.accounts,
    alerts=STATUS.alerts,
    since=None,
    until=TODAY,
    total=RICH.usage.total,
    models=RICH.usage.rows[:2],
    agents=RICH.usage.rows[:1],
    projects=(),
    unpriced_models=("?",),
)


def _crowd() -> Status:
    names = [
        "OpenRouter",
        "The Provider with a Name that Goes On and On",
        "DeepSeek",
        "Moonshot",
        "xAI",
        "Anthropic",
        "OpenAI",
        "Mistral",
        "Groq",
        "Together",
        "Fireworks",
        "ClawRouter",
    ]
    found: list[Account] = []
    for place, name in enumerate(names):
        one = f"provider-{place}"
        left = usd(str(3.21 * 2**place))
        found.append(
            account(
                one,
                name,
                balances=balance(left),
                windows=(UsageWindow(name="5h", used_percent=Decimal(9 * place), resets_ms=NOW + 2 * HOUR),)
                if place % 3 == 0
                else (),
                runways=(runway(one, left, usd("1.07"), (place + 1) * 27 * HOUR),),
            )
        )
    return replace(STATUS, accounts=tuple(found))


def _marked_up() -> Look:
    rows = tuple(replace(row, model=MARKUP, agent=MARKUP, provider=MARKUP) for row in RICH.usage.rows)
    accounts = tuple(replace(one, name=MARKUP) for one in STATUS.accounts)
    subject = replace(LOW_BALANCE, condition=replace(LOW_BALANCE.condition, subject=MARKUP))
    return replace(
        RICH,
        status=replace(STATUS, accounts=accounts),
        usage=replace(RICH.usage, rows=rows, unpriced_models=(MARKUP,)),
        alerts=alerts(subject, resolved=(replace(OVER, condition=subject.condition),)),
        names={**NAMES, MARKUP: MARKUP},
        delivery=Delivery(target=MARKUP, waiting=1),
    )


def _unpriced() -> Report:
    report = usage(30, (("local", "llama-4", "openclaw", 9), ("local", None, "claude-code", 2)))
    rows = tuple(
        replace(
            row,
            totals=replace(
                row.totals,
                priced_requests=0,
                list_cost_nanos=0,
                unpriced_tokens=row.totals.total_tokens,
            ),
        )
        for row in report.rows
    )
    total = sum((row.totals for row in rows), Totals())
    return replace(report, rows=rows, total=total, unpriced_models=("?", "llama-4"))


CREDITS = replace(
    STATUS,
    accounts=(
        account(
            "poe",
            "Poe",
            allowances=(
                Allowance(
                    amount=Decimal("1234567.5"), unit="points", scope="account", limit=Decimal(2_000_000)
                ),
                Allowance(amount=Decimal("0.001"), unit="DIEM", scope="key"),
            ),
        ),
        account("venice", "Venice", balances=balance(usd("2")), is_usable=False),
    ),
)
LOOKS = {
    "rich": RICH,
    "a week by agent": replace(RICH, view=View(range=Range.WEEK, split=Split.AGENT), usage=usage(7)),
    "a quarter by provider": replace(
        RICH, view=View(range=Range.QUARTER, split=Split.PROVIDER), usage=usage(90)
    ),
    "newcomer": replace(RICH, status=EMPTY, usage=usage(30, ()), alerts=alerts()),
    "only agents": replace(RICH, status=ONLY_AGENTS, alerts=alerts()),
    "all failed": replace(RICH, status=ALL_FAILED, usage=usage(30, ()), alerts=alerts()),
    "crowd": replace(RICH, status=_crowd(), alerts=alerts(WINDOW_USED)),
    "unpriced": replace(RICH, usage=_unpriced(), alerts=alerts()),
    "undelivered": replace(
        RICH,
        view=View(is_understood=False),
        delivery=Delivery(target=None, waiting=2, failed_ms=NOW - 2 * HOUR, restarted_ms=NOW - 5 * MINUTE),
        alerts=alerts(LOW_BALANCE, resolved=(replace(OVER, resolved_ms=NOW - DAY),)),
    ),
    "credits": replace(RICH, status=CREDITS, alerts=alerts()),
    "markup": _marked_up(),
}
