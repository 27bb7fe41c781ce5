"""Claude plan: the usage windows of a Claude plan, and its extra usage.

The login that Claude Code keeps reads what Claude Code's own ``/usage`` shows (``GET /api/oauth/usage``): the
session of five hours, the week, weeks of single models, and the money used beyond the plan. A token made with
``claude setup-token`` lacks the permission and is refused. On a Mac the login may be in the keychain only;
then set ``CLAUDE_CODE_OAUTH_TOKEN``.

The login is read, never renewed: when it has expired, run ``claude``. Anthropic doesn't document this and
soon answers that it is asked too often: it is off until ``allowUndocumented`` is set, and asked every ten
minutes at most. Money is counted in cents; amounts shown are in the currency that the answer names.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from token_dashboard.model.errors import UnexpectedResponse
from token_dashboard.model.key import Key
from token_dashboard.model.money import USD
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Cap, Note, Snapshot, Spend, SpendPeriod, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._answer import decode
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._login import Login, read_json
from token_dashboard.providers._units import Cents, Currency, EpochMs, Iso, Number, money

LOGIN = "Claude login"

T = TypeVar("T")

_PLAN = "plan"
_EXTRA = "extra usage"
_SESSION_S, _WEEK_S = 5 * 3600, 7 * 86_400
_NAMED = {"five_hour": "5h", "seven_day": "7d"}
_KINDS = {"session": "5h", "weekly_all": "7d"}
_WEEK_OF = "seven_day_"
_NO_WINDOWS = {"limits", "extra_usage"}


class OAuth(msgspec.Struct, rename="camel"):
    """The login; the token that would renew it is left alone."""

    access_token: str | None = None
    expires_at: EpochMs | None = None
    subscription_type: str | None = None


class CredentialsFile(msgspec.Struct, rename="camel"):
    """``.credentials.json``, which may hold other logins only."""

    claude_ai_oauth: OAuth | None = None


class Bucket(msgspec.Struct):
    """A window as it stands under a name of its own; ``utilization`` is 0 to 100, used."""

    utilization: Number
    resets_at: Iso | None = None


class Model(msgspec.Struct):
    """A model as people call it."""

    display_name: str | None = None


class Scope(msgspec.Struct):
    """What a window is about."""

    model: Model | None = None


class Limit(msgspec.Struct):
    """A window as it stands in the list, which newer answers have besides."""

    kind: str
    percent: Number
    resets_at: Iso | None = None
    scope: Scope | None = None


class ExtraUsage(msgspec.Struct):
    """Money beyond the plan, in cents."""

    is_enabled: bool = False
    monthly_limit: Cents | None = None
    used_credits: Cents | None = None
    currency: Currency = Currency(USD)


def read_login(environment: Mapping[str, str], home: Path) -> Key | None:
    folder = Path(environment.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    path = folder / ".credentials.json"
    file = read_json(path, CredentialsFile)
    login = file.claude_ai_oauth if file else None
    if login is None or not login.access_token:
        return None
    return Key(
        secret=Secret(login.access_token),
        source=str(path),
        expires_ms=login.expires_at or None,
        extras={_PLAN: login.subscription_type} if login.subscription_type else {},
    )


async def fetch(access: Access) -> Snapshot:
    answer = await access.get(
        "/api/oauth/usage",
        dict[str, msgspec.Raw],
        key=LOGIN,
        headers={"anthropic-beta": "oauth-2025-04-20"},
    )
    if not answer.keys() & {*_NAMED, "limits"}:
        raise access.unexpected("$.five_hour")
    windows = {window.name: window for window in (*_buckets(answer), *_limits(answer))}
    extra = _part(answer, "extra_usage", ExtraUsage)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=tuple(windows.values()),
        spends=tuple(_spends(extra)),
        caps=tuple(_caps(extra)),
        plan=access.extra(LOGIN, _PLAN),  # noqa: S610 - no Django here
        notes=(Note.UNDOCUMENTED,),
    )


def _part(answer: Mapping[str, msgspec.Raw], name: str, shape: type[T]) -> T | None:
    """One part of the answer; ``None`` when it is missing or null."""
    raw = bytes(answer.get(name, b"null"))
    return None if raw == b"null" else decode(raw, shape, PROVIDER.name)


def _buckets(answer: Mapping[str, msgspec.Raw]) -> Iterable[UsageWindow]:
    """The windows that have a name of their own; a name that is new is a window if it looks like one."""
    for key in (key for key in answer if key not in _NO_WINDOWS):
        try:
            bucket = _part(answer, key, Bucket)
        except UnexpectedResponse:
            if key in _NAMED:
                raise
            continue
        if bucket is not None:
            is_session = key == "five_hour"
            yield UsageWindow(
                name=_NAMED.get(key) or f"7d-{key.removeprefix(_WEEK_OF).replace('_', '-')}",
                used_percent=bucket.utilization,
                resets_ms=bucket.resets_at,
                duration_s=_SESSION_S if is_session else _WEEK_S if key.startswith("seven_day") else None,
            )


def _limits(answer: Mapping[str, msgspec.Raw]) -> Iterable[UsageWindow]:
    """The windows of the list; one that has a name of its own too says the same and is counted once."""
    for limit in _part(answer, "limits", list[Limit]) or ():
        model = limit.scope.model.display_name if limit.scope and limit.scope.model else None
        name = _KINDS.get(limit.kind) or f"7d-{(model or limit.kind).lower().replace(' ', '-')}"
        yield UsageWindow(
            name=name,
            used_percent=limit.percent,
            resets_ms=limit.resets_at,
            duration_s=_SESSION_S if limit.kind == "session" else _WEEK_S,
            model=model,
        )


def _spends(extra: ExtraUsage | None) -> Iterable[Spend]:
    if extra is not None and extra.is_enabled and extra.used_credits is not None:
        used = money(extra.used_credits, extra.currency)
        yield Spend(money=used, period=SpendPeriod.MONTH, scope=_EXTRA)


def _caps(extra: ExtraUsage | None) -> Iterable[Cap]:
    if extra is not None and extra.is_enabled and extra.monthly_limit is not None:
        limit, used = extra.monthly_limit, extra.used_credits
        yield Cap(
            limit=money(limit, extra.currency),
            remaining=None if used is None else money(limit - used, extra.currency),
            scope=_EXTRA,
            period=SpendPeriod.MONTH,
        )


PROVIDER = Provider(
    id="claude-oauth",
    name="Claude plan",
    base_url="https://api.anthropic.com",
    credentials=(
        Credential(
            kind=LOGIN,
            variables=("CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_OAUTH_TOKEN"),
            where="https://claude.ai/settings/usage",
            login=Login(read=read_login, command="claude"),
            prefixes=("sk-ant-oat",),
        ),
    ),
    capabilities=frozenset({Capability.WINDOW, Capability.SPEND, Capability.CAP}),
    stability=Stability.UNDOCUMENTED,
    docs="https://support.claude.com/en/articles/11647753-understanding-usage-and-length-limits",
    fetch=fetch,
    polite_pause_s=600,
    status_feed=StatusFeed(url="https://status.claude.com/api/v2/summary.json"),
)
