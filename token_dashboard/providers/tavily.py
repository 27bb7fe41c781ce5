"""Tavily: the search credits of a plan, and of a key.

An *API key* reads its own use and its account's (``GET /usage``): how many of the plan's credits are used,
how many beyond it where paying as you go is on, and how many of the key's own limit. Credits are not money.

Figures are nearly live. Asking every quarter of an hour is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.snapshot import Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Number, percent

API = "API key"


class Key(msgspec.Struct):
    """``limit`` is null for a key without one of its own."""

    usage: Number | None = None
    limit: Number | None = None


class Account(msgspec.Struct):
    """The plan, and what goes beyond it."""

    plan_usage: Number
    plan_limit: Number | None = None
    current_plan: str | None = None
    paygo_usage: Number | None = None
    paygo_limit: Number | None = None


class UsageAnswer(msgspec.Struct):
    """The answer of ``/usage``."""

    account: Account
    key: Key | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/usage", UsageAnswer, key=API)
    account, key = answer.account, answer.key or Key()
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=(
            *_window("30d", account.plan_usage, account.plan_limit),
            *_window("30d-pay-as-you-go", account.paygo_usage, account.paygo_limit),
            *_window("30d-key", key.usage, key.limit),
        ),
        plan=account.current_plan,
    )


def _window(name: str, used: Number | None, limit: Number | None) -> Iterable[UsageWindow]:
    used_percent = None if used is None or limit is None else percent(used, limit)
    if used_percent is not None:
        yield UsageWindow(name=name, used_percent=used_percent, used=used, limit=limit, unit="credits")


PROVIDER = Provider(
    id="tavily",
    name="Tavily",
    base_url="https://api.tavily.com",
    credentials=(
        Credential(
            kind=API,
            variables=("TAVILY_API_KEY",),
            where="https://app.tavily.com/home",
            prefixes=("tvly-",),
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.tavily.com/documentation/api-reference/endpoint/usage",
    fetch=fetch,
    polite_pause_s=900,
)
