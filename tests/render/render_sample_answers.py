"""The same afternoon as every other answer: burn rates, inventories, a report, checks."""

from dataclasses import replace
from datetime import date

from render_sample_accounts import (
    DAY,
    DEEPSEEK,
    HOUR,
    LOW_BALANCE,
    MINUTE,
    MOONSHOT,
    NOW,
    OPENAI,
    OPENROUTER,
    ZONE,
    runway,
    totals,
    usd,
)
from render_sample_status import MONTH, OPENCLAW, TODAY

from token_dashboard.model.burn import Burn, BurnRate
from token_dashboard.model.money import parse_nanos
from token_dashboard.model.report import Dimension, Report, ReportRow, Totals
from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.status import AgentHome, AgentInfo, Check, CredentialNeed, ProviderInfo

BURN = Burn(
    as_of_ms=NOW,
    time_zone=ZONE,
    rate=BurnRate(
        window_ms=DAY,
        observed_ms=DAY,
        totals=TODAY,
        per_hour=usd("0.174166667"),
        per_day=usd("4.18"),
        per_month=usd("125.4"),
        tokens_per_hour=516_917,
        tokens_per_day=12_406_000,
    ),
    hourly_cost_nanos=tuple(parse_nanos(f"0.{digit}") for digit in "112245732111235322112223"),
    previous=totals(200, 8_000_000, 4_000_000, 150_000, "2.58"),
    month=MONTH,
    month_projection=usd("87.612345"),
    runways=(
        *OPENROUTER.runways,
        *DEEPSEEK.runways,
        *MOONSHOT.runways,
        runway("mistral", usd("12"), None, None),
        runway("groq", usd("5"), usd("0"), None),
    ),
    alerts=(LOW_BALANCE,),
    top_agent="openclaw",
    top_model="claude-opus-4-5",
    top_cost=usd("2.1"),
)
YOUNG_BURN = replace(
    BURN,
    rate=replace(
        BURN.rate, observed_ms=2 * HOUR + 10 * MINUTE, totals=replace(TODAY, unpriced_tokens=40_000)
    ),
    previous=Totals(),
    month_projection=None,
    runways=(),
    alerts=(),
)
IDLE_BURN = replace(
    BURN,
    rate=replace(
        BURN.rate,
        totals=Totals(),
        per_hour=usd("0"),
        per_day=usd("0"),
        per_month=usd("0"),
        tokens_per_hour=0,
        tokens_per_day=0,
    ),
    hourly_cost_nanos=(0,) * 24,
    month=Totals(),
    month_projection=None,
    runways=(),
    alerts=(),
    top_agent=None,
    top_model=None,
    top_cost=None,
)
UNPRICED_BURN = replace(
    BURN,
    rate=replace(
        BURN.rate,
        totals=Totals(requests=9, input_tokens=40_000, unpriced_tokens=40_000),
        per_hour=None,
        per_day=None,
        per_month=None,
    ),
    top_agent=None,
    top_cost=None,
    top_model=None,
)
BURNS = {"full": BURN, "young": YOUNG_BURN, "idle": IDLE_BURN, "unpriced": UNPRICED_BURN}

PROVIDERS = (
    ProviderInfo(
        id="openrouter",
        name="OpenRouter",
        is_configured=True,
        is_enabled=True,
        credentials=(
            CredentialNeed(
                kind="management key",
                variables=("OPENROUTER_MANAGEMENT_API_KEY",),
                where="https://openrouter.ai/settings/management-keys",
            ),
            CredentialNeed(
                kind="API key",
                variables=("OPENROUTER_API_KEY",),
                where="https://openrouter.ai/settings/keys",
                is_present=True,
            ),
        ),
        capabilities=("balance", "cap", "spend", "window"),
        stability="documented",
        docs="https://openrouter.ai/docs/api-reference/limits",
        last_success_ms=NOW - 2 * MINUTE,
        last_attempt_ms=NOW - 2 * MINUTE,
        problem=None,
        next_check_ms=NOW + 13 * MINUTE,
    ),
    ProviderInfo(
        id="openai",
        name="OpenAI",
        is_configured=True,
        is_enabled=True,
        credentials=(
            CredentialNeed(
                kind="admin key",
                variables=("OPENAI_ADMIN_KEY",),
                where="https://platform.openai.com/settings/organization/admin-keys",
                is_present=True,
            ),
        ),
        capabilities=("spend",),
        stability="documented",
        docs="https://platform.openai.com/docs/api-reference/usage",
        last_success_ms=None,
        last_attempt_ms=NOW - 2 * MINUTE,
        problem=OPENAI.problem,
        next_check_ms=NOW + 13 * MINUTE,
    ),
    ProviderInfo(
        id="deepseek",
        name="DeepSeek",
        is_configured=False,
        is_enabled=True,
        credentials=(
            CredentialNeed(
                kind="API key",
                variables=("DEEPSEEK_API_KEY",),
                where="https://platform.deepseek.com/api_keys",
            ),
        ),
        capabilities=("balance",),
        stability="documented",
        docs="https://api-docs.deepseek.com",
        last_success_ms=None,
        last_attempt_ms=None,
        problem=None,
        next_check_ms=None,
    ),
)
NOBODYS_PROVIDERS = tuple(
    replace(
        one,
        is_configured=False,
        credentials=tuple(replace(need, is_present=False) for need in one.credentials),
        last_success_ms=None,
        last_attempt_ms=None,
        problem=None,
        next_check_ms=None,
    )
    for one in PROVIDERS
)
AGENTS = (
    AgentInfo(
        id="claude-code",
        name="Claude Code",
        is_enabled=True,
        homes=(
            AgentHome(path="/home/ada/.claude/projects", exists=True, files=412),
            AgentHome(path="/home/ada/.config/claude/projects", exists=False, files=0),
        ),
        requests=100_214,
        rejected_lines=3,
        last_event_ms=NOW - 5 * MINUTE,
    ),
    AgentInfo(
        id="codex",
        name="Codex",
        is_enabled=True,
        homes=(AgentHome(path="/home/ada/.codex/sessions", exists=False, files=0),),
        requests=0,
        rejected_lines=0,
        last_event_ms=None,
    ),
)
NOBODYS_AGENTS = (AGENTS[1],)

REPORT = Report(
    time_zone=ZONE,
    since=date(2026, 11, 21),
    until=date(2026, 11, 22),
    by=(Dimension.DAY, Dimension.AGENT, Dimension.MODEL),
    rows=(
        ReportRow(day=date(2026, 11, 21), agent="openclaw", model="claude-opus-4-5", totals=OPENCLAW[0]),
        ReportRow(
            day=date(2026, 11, 22),
            agent="claude-code",
            model="gpt-5.2",
            totals=totals(131, 4_000_000, 3_477_000, 96_000, "1.28", recorded="1.3"),
        ),
        ReportRow(
            day=date(2026, 11, 22),
            agent="claude-code",
            model="model-x",
            totals=Totals(
                requests=7, input_tokens=2_000_000, output_tokens=100_000, unpriced_tokens=2_100_000
            ),
        ),
    ),
    total=TODAY
    + Totals(requests=7, input_tokens=2_000_000, output_tokens=100_000, unpriced_tokens=2_100_000),
    unpriced_models=("model-x",),
)
NO_REPORT = Report(
    time_zone=ZONE, since=None, until=None, by=(Dimension.DAY,), rows=(), total=Totals(), unpriced_models=()
)
SCAN = ScanSummary(
    files=412,
    files_read=3,
    bytes_read=48_213,
    new_requests=27,
    rejects=(Reject(path="/home/ada/.claude/projects/a/1.jsonl", line=118, reason="not JSON"),),
    unreadable=(Reject(path="/home/ada/.claude/projects/b/2.jsonl", line=0, reason="Permission denied"),),
)
QUIET_SCAN = ScanSummary(files=0, files_read=0, bytes_read=0, new_requests=0, rejects=(), unreadable=())
CHECKS = (
    Check(name="config", subject="~/.config/token-dashboard/config.json5", is_ok=True, code="ok"),
    Check(
        name="ledger",
        subject="~/.local/state/token-dashboard/ledger.db",
        is_ok=True,
        code="ledger_ok",
        values={"count": 100_214, "bytes": 18_000_000},
    ),
    Check(name="codex", subject="~/.codex/sessions", is_ok=True, code="log_files", values={"count": 412}),
    Check(name="codex", subject="", is_ok=True, code="requests", values={"count": 100_214}),
    Check(name="prices", subject="", is_ok=False, code="prices_old", values={"day": date(2026, 6, 1)}),
    Check(name="clock", subject="", is_ok=True, code="ok"),
)
PRICES = (
    {
        "provider": "anthropic",
        "model": "claude-opus-4-5",
        "from": None,
        "inputPerMillion": "5.00",
        "cacheReadPerMillion": "0.50",
        "cacheCreationPerMillion": "6.25",
        "cacheCreation1hPerMillion": "10.00",
        "outputPerMillion": "25.00",
        "source": "genai-prices",
    },
    {
        "provider": "any",
        "model": "claude-opus-4-5",
        "from": "2026-12-01",
        "inputPerMillion": "1234.5678",
        "cacheReadPerMillion": None,
        "cacheCreationPerMillion": None,
        "cacheCreation1hPerMillion": None,
        "outputPerMillion": "0.000001",
        "source": "your configuration",
    },
)
