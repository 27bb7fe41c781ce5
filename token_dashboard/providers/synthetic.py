"""Synthetic: the usage windows of a plan.

An *API key* reads the plan's quotas (``GET /v2/quotas``), which costs nothing of them: requests of five
hours, the week's credits, searches of an hour. Plans differ in which of them there are. The two large ones
refill bit by bit: the moment shown is that of the next bit, not of a reset.

Asking every ten minutes is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.snapshot import Snapshot, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import (
    Iso,
    Number,
    percent,
    percent_of_remaining,
)

API = "API key"


class Rolling(msgspec.Struct, rename="camel"):
    """Requests of five hours."""

    max: Number
    remaining: Number
    next_tick_at: Iso | None = None


class Weekly(msgspec.Struct, rename="camel"):
    """Credits of a week."""

    percent_remaining: Number
    next_regen_at: Iso | None = None


class Hourly(msgspec.Struct, rename="camel"):
    """``requests`` is what was used."""

    limit: Number
    requests: Number
    renews_at: Iso | None = None


class Search(msgspec.Struct):
    """Searches."""

    hourly: Hourly | None = None


class Quotas(msgspec.Struct, rename="camel"):
    """The answer of ``/v2/quotas``."""

    rolling_five_hour_limit: Rolling | None = None
    weekly_token_limit: Weekly | None = None
    search: Search | None = None


async def fetch(access: Access) -> Snapshot:
    quotas = await access.get("/v2/quotas", Quotas, key=API)
    windows = tuple(_windows(quotas))
    if not windows:
        raise access.unexpected("$ (no quota)")
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        windows=windows,
    )


def _windows(quotas: Quotas) -> Iterable[UsageWindow]:
    five_hours = quotas.rolling_five_hour_limit
    if five_hours is not None:
        used = five_hours.max - five_hours.remaining
        used_percent = percent(used, five_hours.max)
        if used_percent is not None:
            yield UsageWindow(
                name="5h",
                used_percent=used_percent,
                resets_ms=five_hours.next_tick_at,
                duration_s=5 * 3600,
                used=used,
                limit=five_hours.max,
                unit="requests",
            )
    if week := quotas.weekly_token_limit:
        yield UsageWindow(
            name="7d",
            used_percent=percent_of_remaining(week.percent_remaining),
            resets_ms=week.next_regen_at,
            duration_s=7 * 86_400,
        )
    hour = quotas.search.hourly if quotas.search else None
    if hour is not None:
        used_percent = percent(hour.requests, hour.limit)
        if used_percent is not None:
            yield UsageWindow(
                name="1h-search",
                used_percent=used_percent,
                resets_ms=hour.renews_at,
                duration_s=3600,
                used=hour.requests,
                limit=hour.limit,
                unit="requests",
            )


PROVIDER = Provider(
    id="synthetic",
    name="Synthetic",
    base_url="https://api.synthetic.new",
    credentials=(
        Credential(
            kind=API,
            variables=("SYNTHETIC_API_KEY",),
            where="https://synthetic.new/user-settings/api",
        ),
    ),
    capabilities=frozenset({Capability.WINDOW}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://dev.synthetic.new/docs/synthetic/quotas",
    fetch=fetch,
    polite_pause_s=600,
)
