"""Factory: the usage windows of a Droid plan, and the money for going beyond them.

An *API key* reads both (``GET /api/billing/limits``): the windows of five hours, a week and a month, for the
standard models and for the core ones, each with the percentage that is used; and the extra balance in cents.

Figures are nearly live. Asking every ten minutes is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.snapshot import Balance, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Cents, Iso, Number, money

API = "API key"


class Window(msgspec.Struct, rename="camel"):
    """``used_percent`` is 0 to 100; a window that hasn't begun has none."""

    used_percent: Number | None = None
    window_end: Iso | None = None


class Pool(msgspec.Struct, rename="camel"):
    """The windows of one group of models."""

    five_hour: Window | None = None
    weekly: Window | None = None
    monthly: Window | None = None


class Limits(msgspec.Struct):
    """Both groups."""

    standard: Pool
    core: Pool | None = None


class LimitsAnswer(msgspec.Struct, rename="camel"):
    """The answer of ``/api/billing/limits``."""

    limits: Limits
    extra_usage_balance_cents: Cents | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/api/billing/limits", LimitsAnswer, key=API)
    extra = answer.extra_usage_balance_cents
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=() if extra is None else (Balance(money=money(extra), scope="extra usage"),),
        windows=(
            *_windows(answer.limits.standard, ""),
            *_windows(answer.limits.core or Pool(), "-core"),
        ),
    )


def _windows(pool: Pool, suffix: str) -> Iterable[UsageWindow]:
    for name, window, duration_s in (
        ("5h", pool.five_hour, 5 * 3600),
        ("7d", pool.weekly, 7 * 86_400),
        ("30d", pool.monthly, None),
    ):
        if window is not None and window.used_percent is not None:
            yield UsageWindow(
                name=name + suffix,
                used_percent=window.used_percent,
                resets_ms=window.window_end,
                duration_s=duration_s,
            )


PROVIDER = Provider(
    id="factory",
    name="Factory",
    base_url="https://api.factory.ai",
    credentials=(
        Credential(
            kind=API,
            variables=("FACTORY_API_KEY",),
            where="https://app.factory.ai/settings/api-keys",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.WINDOW}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://docs.factory.ai/pricing",
    fetch=fetch,
    polite_pause_s=600,
)
