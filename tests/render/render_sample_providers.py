"""The same afternoon closely: accounts with every kind of figure, status pages, and what was asked."""

from dataclasses import replace
from decimal import Decimal

from render_sample_accounts import (
    CLAUDE,
    DAY,
    DEEPSEEK,
    HOUR,
    MINUTE,
    NOW,
    OPENROUTER,
    POLL_S,
    ZONE,
    account,
    balance,
    cny,
    usd,
)
from render_sample_answers import PROVIDERS
from render_sample_status import STATUS

from token_dashboard.model.provider_detail import AccountDetail, Asking, ProviderDetail, Question
from token_dashboard.model.service import Health, Incident, ServiceStatus
from token_dashboard.model.snapshot import (
    Allowance,
    Balance,
    Load,
    LoadedModel,
    Note,
    RateLimit,
    Spend,
    SpendPeriod,
    UsageWindow,
)
from token_dashboard.model.status import AccountInfo, ProviderInfo, SilentKey

OUTAGE = ServiceStatus(
    health=Health.PARTIAL_OUTAGE,
    page="https://status.deepseek.com/api/v2/summary.json",
    checked_ms=NOW - MINUTE,
    incidents=(
        Incident(
            title="Elevated errors on the API",
            health=Health.PARTIAL_OUTAGE,
            since_ms=NOW - 3 * HOUR,
            components=("API",),
        ),
    ),
    maintenances=(Incident(title="Database upgrade", health=Health.MAINTENANCE, since_ms=NOW - HOUR),),
)
FINE = replace(OUTAGE, health=Health.OPERATIONAL, incidents=(), maintenances=())
UNCLEAR = replace(FINE, health=Health.UNKNOWN)

VENICE = account(
    "venice",
    "Venice",
    balances=(*balance(usd("12.5")), Balance(money=cny("40"), scope="account")),
    allowances=(
        Allowance(
            amount=Decimal("12.25"),
            unit="DIEM",
            scope="account",
            limit=Decimal(50),
            resets_ms=NOW + 9 * HOUR,
        ),
    ),
    windows=(
        UsageWindow(
            name="5h",
            used_percent=Decimal(16),
            resets_ms=NOW + 2 * HOUR,
            used=Decimal(128_000_000),
            limit=Decimal(800_000_000),
            unit="tokens",
        ),
        UsageWindow(name="7d", used_percent=Decimal(91), resets_ms=NOW + 2 * DAY),
        UsageWindow(name="1d", used_percent=Decimal(99), resets_ms=NOW - MINUTE),
    ),
    spends=(Spend(money=usd("0.42"), period=SpendPeriod.DAY, scope="account"),),
    rate_limits=(RateLimit(limit=Decimal(150_000), unit="tokens", per_s=60, model="llama-4"),),
    models=(
        LoadedModel(name="qwen3:32b", memory_bytes=21_474_836_480, unloads_ms=NOW + 5 * MINUTE),
        LoadedModel(name="tiny"),
    ),
    loads=(
        Load(name="requests-running", value=Decimal(3)),
        Load(name="cache-used", value=Decimal("42.5"), unit="percent"),
    ),
    plan="Pro",
    is_usable=False,
    notes=(Note.DELAYED,),
)
EVERYTHING = replace(STATUS, accounts=(VENICE,), alerts=())
THEIRS = replace(STATUS, accounts=(replace(DEEPSEEK, service=OUTAGE), OPENROUTER, CLAUDE))
OURS = replace(STATUS, accounts=(replace(DEEPSEEK, service=FINE), OPENROUTER, CLAUDE))
NOBODYS = replace(STATUS, accounts=(replace(DEEPSEEK, service=UNCLEAR), OPENROUTER, CLAUDE))

_INFO = AccountInfo(
    account="default",
    name="OpenRouter",
    kinds=("management key", "API key"),
    sources=("OPENROUTER_MANAGEMENT_API_KEY", "providers.openrouter.apiKey"),
    last_success_ms=NOW - 2 * MINUTE,
    last_attempt_ms=NOW - 2 * MINUTE,
    problem=None,
    next_check_ms=NOW + 13 * MINUTE,
)
GOOD = Asking(
    asked_ms=NOW - 2 * MINUTE,
    questions=(
        Question(method="GET", path="/credits", status=200, elapsed_ms=74, key="management key"),
        Question(method="GET", path="/key", status=200, elapsed_ms=1_207, key="API key"),
    ),
)
BAD = Asking(
    asked_ms=NOW,
    questions=(
        Question(method="GET", path="/user/balance", status=503, elapsed_ms=36, key="API key"),
        Question(method="GET", path="/user/balance", status=None, elapsed_ms=9_800, key="API key"),
    ),
)


def detail(info: ProviderInfo, *accounts: AccountDetail) -> ProviderDetail:
    return ProviderDetail(
        as_of_ms=NOW, time_zone=ZONE, poll_interval_s=POLL_S, provider=info, accounts=accounts
    )


_OPENROUTER, *_, _DEEPSEEK = PROVIDERS
_GOOD = AccountDetail(account=OPENROUTER, info=_INFO, asking=GOOD, host="openrouter.ai")
_FAILED = AccountDetail(
    account=THEIRS.accounts[0],
    info=replace(_INFO, name="DeepSeek", kinds=("API key",), sources=("DEEPSEEK_API_KEY",)),
    asking=BAD,
    host="api.deepseek.com",
)
DETAILS = {
    "good": detail(_OPENROUTER, _GOOD),
    "failed": detail(_DEEPSEEK, _FAILED),
    "two accounts": detail(_OPENROUTER, _GOOD, replace(_GOOD, account=replace(OPENROUTER, name="Work"))),
    "held back": detail(
        _DEEPSEEK,
        replace(
            _FAILED,
            account=account("deepseek", "DeepSeek"),
            asking=None,
            held_back_by="allowUndocumented",
        ),
    ),
    "left alone": detail(_DEEPSEEK, replace(_FAILED, asking=None)),
    "nothing sent": detail(_DEEPSEEK, replace(_FAILED, asking=replace(BAD, questions=()))),
    "not set up": detail(_DEEPSEEK),
}
SILENT = (
    SilentKey(
        id="openai", vendor="OpenAI", kind="project key", variables=("OPENAI_API_KEY",), provider="openai"
    ),
    SilentKey(id="groq", vendor="Groq", kind="API key", variables=("GROQ_API_KEY",)),
)
