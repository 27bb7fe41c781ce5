"""ZenMux: the windows of a subscription, and the balance of pay as you go.

A *management key* reads both: the windows of five hours and of seven days (``GET
/management/subscription/detail``), whose use ZenMux tells as a fraction, and what is left of the money paid
in (``GET /management/payg/balance``). An account may have either of them or both.

Figures are nearly live. Asking every ten minutes is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.errors import NotFound
from token_dashboard.model.snapshot import Balance, Note, Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import (
    Amount,
    Currency,
    Iso,
    Number,
    money,
    percent_of_fraction,
)

MANAGEMENT = "management key"


class Quota(msgspec.Struct):
    """``usage_percentage`` is a fraction of 1, whatever its name."""

    usage_percentage: Number
    resets_at: Iso | None = None
    max_flows: Number | None = None
    used_flows: Number | None = None


class Plan(msgspec.Struct):
    """The two windows."""

    quota_5_hour: Quota | None = None
    quota_7_day: Quota | None = None


class PlanAnswer(msgspec.Struct):
    """The answer of ``/management/subscription/detail``."""

    data: Plan


class Purse(msgspec.Struct):
    """Money that is left."""

    currency: Currency
    total_credits: Amount


class PurseAnswer(msgspec.Struct):
    """The answer of ``/management/payg/balance``."""

    data: Purse


async def fetch(access: Access) -> Snapshot:
    plan = await _plan(access)
    purse = (await access.get("/management/payg/balance", PurseAnswer, key=MANAGEMENT)).data
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(purse.total_credits, purse.currency), scope="account"),),
        windows=() if plan is None else tuple(_windows(plan)),
        notes=(Note.NO_PLAN,) if plan is None else (),
    )


async def _plan(access: Access) -> Plan | None:
    try:
        return (await access.get("/management/subscription/detail", PlanAnswer, key=MANAGEMENT)).data
    except NotFound:
        return None


def _windows(plan: Plan) -> Iterable[UsageWindow]:
    for name, quota, duration_s in (
        ("5h", plan.quota_5_hour, 5 * 3600),
        ("7d", plan.quota_7_day, 7 * 86_400),
    ):
        if quota is not None:
            yield UsageWindow(
                name=name,
                used_percent=percent_of_fraction(quota.usage_percentage),
                resets_ms=quota.resets_at,
                duration_s=duration_s,
                used=quota.used_flows,
                limit=quota.max_flows,
                unit="flows",
            )


PROVIDER = Provider(
    id="zenmux",
    name="ZenMux",
    base_url="https://zenmux.ai/api/v1",
    credentials=(
        Credential(
            kind=MANAGEMENT,
            variables=("ZENMUX_MANAGEMENT_API_KEY", "ZENMUX_MANAGEMENT_KEY"),
            where="https://zenmux.ai/settings/keys",
            is_vendor_only=True,
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.WINDOW}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.zenmux.ai/api/platform/subscription-detail.html",
    fetch=fetch,
    polite_pause_s=600,
)
