"""LiteLLM: what a key of your own proxy has spent, and what it may spend.

A proxy is your own server, so it is only asked at the address that you set as ``baseUrl`` or in
``LITELLM_BASE_URL``. A *virtual key* reads about itself (``GET /key/info``): its spend since its budget last
started anew (or ever, without a rhythm), the budget, and when it ends. A key without a budget has no cap.

Amounts are US dollars as LiteLLM reckons them. They already contain what the vendors behind it charge: never
add them to theirs. Figures lag by about a minute. Asking every five minutes is polite; ``/health``, which
calls every model, is never asked.
"""

import msgspec

from token_dashboard.model.snapshot import Cap, Note, Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, Iso, money

VIRTUAL = "virtual key"

_RHYTHMS = {
    "1d": SpendPeriod.DAY,
    "24h": SpendPeriod.DAY,
    "7d": SpendPeriod.WEEK,
    "1w": SpendPeriod.WEEK,
    "30d": SpendPeriod.MONTH,
    "1mo": SpendPeriod.MONTH,
}


class Info(msgspec.Struct):
    """One key. ``max_budget`` is null for a key without a budget."""

    spend: Amount
    max_budget: Amount | None = None
    budget_duration: str | None = None
    budget_reset_at: Iso | None = None
    expires: Iso | None = None
    """Null for a key that doesn't end."""


class InfoAnswer(msgspec.Struct):
    """The answer of ``/key/info``, which also holds the key's digest; that is left where it is."""

    info: Info


async def fetch(access: Access) -> Snapshot:
    info = (await access.get("/key/info", InfoAnswer, key=VIRTUAL)).info
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        spends=_spends(info),
        caps=_caps(info),
        notes=(Note.INCLUDES_VENDORS,),
        key_expires_ms=info.expires,
    )


def _spends(info: Info) -> tuple[Spend, ...]:
    """A sum since a moment that is no calendar's is only told as part of its budget."""
    if info.budget_duration is not None:
        return ()
    return (Spend(money=money(info.spend), period=SpendPeriod.LIFETIME, scope="key"),)


def _caps(info: Info) -> tuple[Cap, ...]:
    if info.max_budget is None:
        return ()
    return (
        Cap(
            limit=money(info.max_budget),
            remaining=money(info.max_budget - info.spend),
            scope="key",
            period=_RHYTHMS.get(info.budget_duration or ""),
            resets_ms=info.budget_reset_at,
        ),
    )


PROVIDER = Provider(
    id="litellm",
    name="LiteLLM",
    base_url=None,
    credentials=(
        Credential(
            kind=VIRTUAL,
            variables=("LITELLM_API_KEY",),
            where="https://docs.litellm.ai/docs/proxy/virtual_keys",
        ),
    ),
    capabilities=frozenset({Capability.SPEND, Capability.CAP}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.litellm.ai/docs/proxy/virtual_keys",
    address_variables=("LITELLM_BASE_URL",),
    fetch=fetch,
)
