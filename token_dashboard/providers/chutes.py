"""Chutes: how much of a subscription is used.

An *API key* reads the subscription's two windows (``GET /users/me/subscription_usage``): four hours and a
month. Both count what the same calls would cost, in US dollars of list price, against a cap. That is no money
spent, so only the share that is used is shown, with its count.

The shape of the answer isn't documented in full. Asking every ten minutes is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.snapshot import Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Number, percent

API = "API key"


class Quota(msgspec.Struct):
    """Dollars of list price."""

    usage: Number
    cap: Number


class UsageAnswer(msgspec.Struct):
    """The answer of ``/users/me/subscription_usage``."""

    four_hour: Quota | None = None
    monthly: Quota | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/users/me/subscription_usage", UsageAnswer, key=API)
    windows = (*_window("4h", answer.four_hour, 4 * 3600), *_window("30d", answer.monthly, None))
    if not windows:
        raise access.unexpected("$ (no quota)")
    return Snapshot(provider=PROVIDER.id, account=access.account, taken_ms=access.now_ms, windows=windows)


def _window(name: str, quota: Quota | None, duration_s: int | None) -> Iterable[UsageWindow]:
    used_percent = None if quota is None else percent(quota.usage, quota.cap)
    if quota is not None and used_percent is not None:
        yield UsageWindow(
            name=name,
            used_percent=used_percent,
            duration_s=duration_s,
            used=quota.usage,
            limit=quota.cap,
            unit="dollars of list price",
        )


PROVIDER = Provider(
    id="chutes",
    name="Chutes",
    base_url="https://api.chutes.ai",
    credentials=(
        Credential(
            kind=API,
            variables=("CHUTES_API_KEY",),
            where="https://chutes.ai/app/api",
            prefixes=("cpk_",),
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://chutes.ai/docs",
    fetch=fetch,
    polite_pause_s=600,
)
