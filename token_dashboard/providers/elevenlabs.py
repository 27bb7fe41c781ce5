"""ElevenLabs: the credits of a subscription.

An *API key* with the permission *User: read* reads the subscription (``GET /v1/user/subscription``): how many
of the period's credits are used (ElevenLabs also calls them characters), when they start anew, and what is
owed for going beyond them. A restricted key without the permission is refused.

Credits are not money. Figures are nearly live. Asking every quarter of an hour is polite.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.snapshot import Snapshot, Spend, SpendPeriod, UsageWindow
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._units import Amount, Currency, EpochS, Number, money, percent

API = "API key"


class Overage(msgspec.Struct):
    """What going beyond the plan costs so far."""

    amount: Amount
    currency: Currency


class Subscription(msgspec.Struct):
    """The answer of ``/v1/user/subscription``. ``character_count`` is what was used."""

    character_count: Number
    character_limit: Number
    next_character_count_reset_unix: EpochS | None = None
    tier: str | None = None
    current_overage: Overage | None = None


async def fetch(access: Access) -> Snapshot:
    plan = await access.get("/v1/user/subscription", Subscription, key=API)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        spends=tuple(_spends(plan.current_overage)),
        windows=tuple(_windows(plan)),
        plan=plan.tier,
    )


def _windows(plan: Subscription) -> Iterable[UsageWindow]:
    used_percent = percent(plan.character_count, plan.character_limit)
    if used_percent is not None:
        yield UsageWindow(
            name="30d",
            used_percent=used_percent,
            resets_ms=plan.next_character_count_reset_unix or None,
            used=plan.character_count,
            limit=plan.character_limit,
            unit="credits",
        )


def _spends(overage: Overage | None) -> Iterable[Spend]:
    if overage is not None:
        owed = money(overage.amount, overage.currency)
        yield Spend(money=owed, period=SpendPeriod.MONTH, scope="overage")


PROVIDER = Provider(
    id="elevenlabs",
    name="ElevenLabs",
    base_url="https://api.elevenlabs.io",
    credentials=(
        Credential(
            kind=API,
            variables=("ELEVENLABS_API_KEY", "XI_API_KEY"),
            where="https://elevenlabs.io/app/settings/api-keys",
            header="xi-api-key",
            scheme="",
        ),
    ),
    capabilities=frozenset({Capability.WINDOW, Capability.SPEND}),
    stability=Stability.DOCUMENTED,
    docs="https://elevenlabs.io/docs/api-reference/user/subscription/get",
    fetch=fetch,
    polite_pause_s=900,
    status_feed=StatusFeed(url="https://status.elevenlabs.io/api/v2/summary.json"),
)
