"""ChatGPT Codex: the usage windows of a ChatGPT plan, and its credits.

The login that Codex keeps (``auth.json`` in its folder) reads what Codex's own status shows (``GET
/wham/usage``): the windows, the credits beyond them, a limit that a workspace set, and whether requests are
let through. A window is told by its length, never by its place in the answer. Credits are not dollars.

The login is read, never renewed: when it has expired, run ``codex login``. OpenAI doesn't document this: it
is off until ``allowUndocumented`` is set. Figures are nearly live. Asking every ten minutes is polite.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Allowance, Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._login import Login, read_json
from token_dashboard.providers._units import EpochS, Number, percent_of_remaining
from token_dashboard.providers._windows import window_name

LOGIN = "Codex login"

_ACCOUNT = "account"


class Tokens(msgspec.Struct):
    """The login; the token that would renew it is left alone."""

    access_token: str | None = None
    account_id: str | None = None


class AuthFile(msgspec.Struct):
    """``auth.json``; without tokens somebody uses an API key."""

    tokens: Tokens | None = None


class Window(msgspec.Struct):
    """``used_percent`` is 0 to 100."""

    used_percent: Number
    limit_window_seconds: int | None = None
    reset_at: EpochS | None = None


class RateLimits(msgspec.Struct):
    """Either window may be any length."""

    allowed: bool | None = None
    primary_window: Window | None = None
    secondary_window: Window | None = None


class Additional(msgspec.Struct):
    """Windows of one feature."""

    limit_name: str
    rate_limit: RateLimits | None = None


class Credits(msgspec.Struct):
    """Bought beyond the plan."""

    has_credits: bool = False
    unlimited: bool = False
    balance: Number | None = None


class Individual(msgspec.Struct):
    """What a workspace lets one person use, in credits."""

    remaining_percent: Number
    limit: Number | None = None
    used: Number | None = None
    reset_at: EpochS | None = None


class SpendControl(msgspec.Struct):
    """Limits that a workspace set."""

    individual_limit: Individual | None = None


class UsageAnswer(msgspec.Struct):
    """The answer of ``/wham/usage``."""

    plan_type: str
    rate_limit: RateLimits | None = None
    additional_rate_limits: list[Additional] | None = None
    credits: Credits | None = None
    spend_control: SpendControl | None = None


def read_login(environment: Mapping[str, str], home: Path) -> Key | None:
    path = Path(environment.get("CODEX_HOME") or home / ".codex") / "auth.json"
    file = read_json(path, AuthFile)
    if file is None or file.tokens is None or not file.tokens.access_token:
        return None
    account = file.tokens.account_id
    return Key(
        secret=Secret(file.tokens.access_token),
        source=str(path),
        extras={_ACCOUNT: account} if account else {},
    )


async def fetch(access: Access) -> Snapshot:
    account = access.extra(LOGIN, _ACCOUNT)  # noqa: S610 - no Django here
    answer = await access.get(
        "/wham/usage", UsageAnswer, key=LOGIN, headers={"ChatGPT-Account-Id": account} if account else {}
    )
    limits = answer.rate_limit
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=tuple(_windows(answer)),
        allowances=tuple(_allowances(answer.credits)),
        plan=answer.plan_type,
        is_usable=limits.allowed if limits else None,
        wallet=access.wallet(account) if account else None,
        notes=(Note.UNDOCUMENTED,),
    )


def _windows(answer: UsageAnswer) -> Iterable[UsageWindow]:
    yield from _of(answer.rate_limit, "")
    for one in answer.additional_rate_limits or ():
        yield from _of(one.rate_limit, f"-{one.limit_name.replace('_', '-')}")
    own = answer.spend_control.individual_limit if answer.spend_control else None
    if own is not None:
        yield UsageWindow(
            name="workspace-limit",
            used_percent=percent_of_remaining(own.remaining_percent),
            resets_ms=own.reset_at or None,
            used=own.used,
            limit=own.limit,
            unit="credits",
        )


def _of(limits: RateLimits | None, suffix: str) -> Iterable[UsageWindow]:
    for window in (limits.primary_window, limits.secondary_window) if limits else ():
        if window is not None and window.limit_window_seconds:
            yield UsageWindow(
                name=window_name(window.limit_window_seconds) + suffix,
                used_percent=window.used_percent,
                resets_ms=window.reset_at or None,
                duration_s=window.limit_window_seconds,
            )


def _allowances(credits_: Credits | None) -> Iterable[Allowance]:
    if credits_ is not None and not credits_.unlimited and credits_.balance is not None:
        yield Allowance(amount=credits_.balance, unit="credits", scope="account")


PROVIDER = Provider(
    id="openai-codex",
    name="ChatGPT Codex",
    base_url="https://chatgpt.com/backend-api",
    credentials=(
        Credential(
            kind=LOGIN,
            where="https://chatgpt.com/codex/settings/usage",
            login=Login(read=read_login, command="codex login"),
        ),
    ),
    capabilities=frozenset({Capability.WINDOW, Capability.ALLOWANCE}),
    stability=Stability.UNDOCUMENTED,
    docs="https://developers.openai.com/codex/pricing",
    fetch=fetch,
    polite_pause_s=600,
    status_feed=StatusFeed(url="https://status.openai.com/api/v2/summary.json", component="Codex"),
)
