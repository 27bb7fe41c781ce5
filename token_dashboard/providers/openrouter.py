"""OpenRouter: the credits of an account, its days by model, and what one key has spent and may spend.

A *management key* reads the account (``GET /credits``): the credits left, which is what was bought minus what
was used and goes below zero when in debt, and everything ever used. It also reads the account's books (``GET
/activity``): what each model cost and counted on each of the last 30 days, over all keys. It belongs to the
account's owner and cannot call models. When the books can't be read, the credits are shown without them.

An *API key*, the one that a bot calls models with, reads about itself (``GET /key``): what it spent this day,
week and month (UTC, weeks from Monday) and ever, its own cap, the budgets above it, the daily allowance
of free models, and when it ends. It cannot see the account's credits. With both keys set both are shown, each
by its scope, and never added. What ran under your own keys of other vendors (BYOK) is on their bills and left
out here; the books count its requests and tokens, though, without telling them apart.

Amounts are US dollars, days UTC. Figures of a key are nearly live, credits up to a minute old; the books end
with yesterday. Asking every few minutes is polite.
"""

import msgspec

from token_dashboard.model.errors import PermissionMissing
from token_dashboard.model.snapshot import Balance, Cap, Snapshot, Spend, SpendPeriod, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._openrouter_activity import Books, books
from token_dashboard.providers._units import Amount, Iso, Number, money, percent

MANAGEMENT = "management key"
API = "API key"
NEEDS_MANAGEMENT_KEY = "openrouter-needs-management-key"
BOOKS_UNREAD = "openrouter-books-unread"

_PERIODS = {"daily": SpendPeriod.DAY, "weekly": SpendPeriod.WEEK, "monthly": SpendPeriod.MONTH}


class Credits(msgspec.Struct):
    """Lifetime sums of the account; both are required, for a missing one is no zero."""

    total_credits: Amount
    total_usage: Amount


class CreditsAnswer(msgspec.Struct):
    """The answer of ``/credits``."""

    data: Credits


class Budget(msgspec.Struct):
    """A limit that the owner set above the key."""

    scope: str
    limit_usd: Amount
    remaining_usd: Amount | None = None
    reset_interval: str | None = None
    resets_at: Iso | None = None


class FreeRequests(msgspec.Struct):
    """Today's requests to models that cost nothing."""

    limit: Number | None = None
    used: Number | None = None


class Key(msgspec.Struct):
    """One key's own figures. ``limit`` is null for a key without a cap."""

    usage: Amount
    usage_daily: Amount | None = None
    usage_weekly: Amount | None = None
    usage_monthly: Amount | None = None
    limit: Amount | None = None
    limit_remaining: Amount | None = None
    limit_reset: str | None = None
    budgets: list[Budget] | None = None
    free_model_daily_requests: FreeRequests | None = None
    expires_at: Iso | None = None
    """Null for a key that doesn't end."""
    is_management_key: bool | None = None
    is_provisioning_key: bool | None = None
    """The older name of the same thing."""

    @property
    def is_management(self) -> bool:
        return bool(self.is_management_key or self.is_provisioning_key)


class KeyAnswer(msgspec.Struct):
    """The answer of ``/key``."""

    data: Key


async def fetch(access: Access) -> Snapshot:
    """Ask with every key there is. One failed question fails all: half of the figures would look like all.

    Two exceptions are told in notes: a refused ``/credits``, for then the key is a plain one, and books that
    can't be read, for the balance is whole without them.
    """
    asker = MANAGEMENT
    account = await _credits(access, asker) if asker in access.keys else None
    key, expires_ms = None, None
    if account is None or API in access.keys:
        kind = API if API in access.keys else MANAGEMENT
        key = (await access.get("/key", KeyAnswer, key=kind)).data
        expires_ms = key.expires_at
        if key.is_management:
            if account is None:
                asker, account = kind, await _credits(access, kind)
            key = None  # it calls no models: its own figures are all zero and would look like the account's
    told = Books() if account is None else await books(access, asker)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=_balances(account),
        spends=(*_account_spends(account), *_key_spends(key)),
        windows=_windows(key),
        caps=_caps(key),
        notes=_notes(account, told),
        key_expires_ms=expires_ms,
        daily_usage=told.usage if told else (),
        daily_costs=told.costs if told else (),
    )


async def _credits(access: Access, kind: str) -> Credits | None:
    """The account's credits, or ``None`` when the key is no management key.

    A plain key is told 403, or 200 with two zeros, which would look like an empty wallet. Zeros are therefore
    believed only when ``/key`` says that a management key asked.
    """
    try:
        answer = (await access.get("/credits", CreditsAnswer, key=kind)).data
    except PermissionMissing:
        return None
    if not answer.total_credits and not answer.total_usage:
        asker = (await access.get("/key", KeyAnswer, key=kind)).data
        if not asker.is_management:
            return None
    return answer


def _notes(account: Credits | None, told: Books | None) -> tuple[str, ...]:
    if account is None:
        return (NEEDS_MANAGEMENT_KEY,)
    return (BOOKS_UNREAD,) if told is None else ()


def _balances(account: Credits | None) -> tuple[Balance, ...]:
    if account is None:
        return ()
    return (Balance(money=money(account.total_credits - account.total_usage), scope="account"),)


def _account_spends(account: Credits | None) -> tuple[Spend, ...]:
    if account is None:
        return ()
    return (Spend(money=money(account.total_usage), period=SpendPeriod.LIFETIME, scope="account"),)


def _key_spends(key: Key | None) -> tuple[Spend, ...]:
    if key is None:
        return ()
    told = {
        SpendPeriod.DAY: key.usage_daily,
        SpendPeriod.WEEK: key.usage_weekly,
        SpendPeriod.MONTH: key.usage_monthly,
        SpendPeriod.LIFETIME: key.usage,
    }
    return tuple(
        Spend(money=money(amount), period=period, scope="key")
        for period, amount in told.items()
        if amount is not None
    )


def _windows(key: Key | None) -> tuple[UsageWindow, ...]:
    free = key.free_model_daily_requests if key else None
    if free is None or free.used is None or free.limit is None:
        return ()
    used_percent = percent(free.used, free.limit)
    if used_percent is None:
        return ()
    window = UsageWindow(
        name="free-requests-day",
        used_percent=used_percent,
        duration_s=86_400,
        used=free.used,
        limit=free.limit,
        unit="requests",
    )
    return (window,)


def _caps(key: Key | None) -> tuple[Cap, ...]:
    if key is None:
        return ()
    own = () if key.limit is None else (_cap("key", key.limit, key.limit_remaining, key.limit_reset, None),)
    return own + tuple(
        _cap(budget.scope, budget.limit_usd, budget.remaining_usd, budget.reset_interval, budget.resets_at)
        for budget in key.budgets or ()
    )


def _cap(
    scope: str, limit: Amount, remaining: Amount | None, interval: str | None, resets_at: Iso | None
) -> Cap:
    return Cap(
        limit=money(limit),
        remaining=None if remaining is None else money(remaining),
        scope=scope,
        period=_PERIODS.get(interval or ""),
        resets_ms=resets_at,
    )


PROVIDER = Provider(
    id="openrouter",
    name="OpenRouter",
    base_url="https://openrouter.ai/api/v1",
    credentials=(
        Credential(
            kind=MANAGEMENT,
            variables=(
                "OPENROUTER_MANAGEMENT_API_KEY",
                "OPENROUTER_MANAGEMENT_KEY",
                "OPENROUTER_PROVISIONING_KEY",
            ),
            prefixes=("sk-or-v1-",),
            where="https://openrouter.ai/settings/management-keys",
            is_vendor_only=True,
        ),
        Credential(
            kind=API,
            variables=("OPENROUTER_API_KEY",),
            prefixes=("sk-or-v1-",),
            where="https://openrouter.ai/settings/keys",
        ),
    ),
    capabilities=frozenset(
        {
            Capability.BALANCE,
            Capability.SPEND,
            Capability.WINDOW,
            Capability.CAP,
            Capability.DAILY_USAGE,
            Capability.DAILY_COST,
        }
    ),
    stability=Stability.DOCUMENTED,
    status_feed=StatusFeed(url="https://status.openrouter.ai/incidents.rss"),
    docs="https://openrouter.ai/docs/api/api-reference/credits/get-credits",
    fetch=fetch,
)
