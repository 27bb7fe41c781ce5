"""New API relay: what is left of a token on a relay that runs new-api or one-api.

A relay is somebody's own server, so it is only asked at the address that you set as ``baseUrl``. Its *API
key* reads what is left of itself (``GET /api/usage/token/``), in the relay's own quota units. What a unit is
worth is a setting of whoever runs the relay, so the figure is shown as units and not as money. A key without
a limit has nothing that could run out.

Figures are nearly live. Asking every five minutes is polite.
"""

from decimal import Decimal
from typing import Self

import msgspec

from token_dashboard.model.snapshot import Allowance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import EpochS, Number

API = "API key"


class Lasting(EpochS):
    """When a token ends, in seconds; 0, and the -1 that relays keep inside, for one that doesn't."""

    def __new__(cls, raw: str | int | Decimal) -> Self:
        return super().__new__(cls, 0 if str(raw) == "-1" else raw)


class Token(msgspec.Struct):
    """Quota units."""

    total_available: Number
    total_granted: Number | None = None
    unlimited_quota: bool = False
    expires_at: Lasting | None = None


class TokenAnswer(msgspec.Struct):
    """The answer of ``/api/usage/token/``: ``code`` is whether it succeeded."""

    code: bool
    data: Token | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/api/usage/token/", TokenAnswer, key=API)
    if not answer.code:
        raise access.unavailable("it answered that it did not succeed")
    if answer.data is None:
        raise access.unexpected("$.data")
    token = answer.data
    left = Allowance(amount=token.total_available, unit="quota units", scope="key", limit=token.total_granted)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        allowances=() if token.unlimited_quota else (left,),
        notes=("new-api-unlimited",) if token.unlimited_quota else (),
        key_expires_ms=token.expires_at or None,
    )


PROVIDER = Provider(
    id="new-api",
    name="New API relay",
    base_url=None,
    address_variables=("NEW_API_BASE_URL",),
    credentials=(
        Credential(
            kind=API,
            variables=("NEW_API_KEY",),
            where="https://docs.newapi.pro/en/docs/guide/console/token-management",
        ),
    ),
    capabilities=frozenset({Capability.ALLOWANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.newapi.pro/en/docs/api",
    fetch=fetch,
)
