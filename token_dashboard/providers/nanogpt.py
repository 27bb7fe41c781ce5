"""NanoGPT: the balance of an account, and the requests of its subscription.

An *API key* reads the balance (``POST /check-balance``, which changes nothing): US dollars, and beside them
the currency Nano (XNO), which is an allowance of its own and never turned into dollars. The address for
deposits in the answer is left where it is. With a subscription, its requests of the day and the month are
shown as windows (``GET /subscription/v1/usage``); a plan that counts otherwise has fewer of them.

Figures are nearly live. Asking every five minutes is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.errors import NotFound, PermissionMissing
from token_dashboard.model.snapshot import Allowance, Balance, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, EpochMs, Number, money, percent_of_fraction

API = "API key"

_LENGTHS = {"daily": ("1d", 86_400), "monthly": ("30d", None)}


class BalanceAnswer(msgspec.Struct):
    """The answer of ``/check-balance``."""

    usd_balance: Amount
    nano_balance: Number | None = None


class Quota(msgspec.Struct, rename="camel"):
    """``percent_used`` is a fraction of 1, ``reset_at`` in milliseconds."""

    percent_used: Number
    used: Number | None = None
    reset_at: EpochMs | None = None


class Limits(msgspec.Struct):
    """Requests."""

    daily: Number | None = None
    monthly: Number | None = None


class Subscription(msgspec.Struct):
    """The answer of ``/subscription/v1/usage``."""

    active: bool
    limits: Limits | None = None
    daily: Quota | None = None
    monthly: Quota | None = None


async def fetch(access: Access) -> Snapshot:
    purse = await access.post("/check-balance", BalanceAnswer, {}, key=API)
    nano = purse.nano_balance
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(purse.usd_balance), scope="account"),),
        allowances=() if nano is None else (Allowance(amount=nano, unit="XNO", scope="account"),),
        windows=tuple(_windows(await _subscription(access))),
    )


async def _subscription(access: Access) -> Subscription | None:
    """An account without a plan has a balance all the same."""
    try:
        return await access.get("/subscription/v1/usage", Subscription, key=API)
    except (NotFound, PermissionMissing):
        return None


def _windows(plan: Subscription | None) -> Iterable[UsageWindow]:
    if plan is None or not plan.active:
        return
    for period, (name, duration_s) in _LENGTHS.items():
        quota: Quota | None = getattr(plan, period)
        if quota is not None:
            yield UsageWindow(
                name=name,
                used_percent=percent_of_fraction(quota.percent_used),
                resets_ms=quota.reset_at or None,
                duration_s=duration_s,
                used=quota.used,
                limit=getattr(plan.limits, period, None),
                unit="requests",
            )


PROVIDER = Provider(
    id="nanogpt",
    name="NanoGPT",
    base_url="https://nano-gpt.com/api",
    credentials=(
        Credential(
            kind=API,
            variables=("NANOGPT_API_KEY",),
            where="https://nano-gpt.com/api",
            header="x-api-key",
            scheme="",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.ALLOWANCE, Capability.WINDOW}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.nano-gpt.com/api-reference/endpoint/check-balance",
    fetch=fetch,
)
