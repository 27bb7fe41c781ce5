"""Poe: the points of an account.

An *API key* reads the points that are left (``GET /usage/current_balance``). Points are Poe's own measure;
they are not dollars and are never shown as money.

Figures are nearly live. Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Allowance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Number

API = "API key"


class BalanceAnswer(msgspec.Struct):
    """The answer of ``/usage/current_balance``."""

    current_point_balance: Number


async def fetch(access: Access) -> Snapshot:
    points = (await access.get("/usage/current_balance", BalanceAnswer, key=API)).current_point_balance
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        allowances=(Allowance(amount=points, unit="points", scope="account"),),
    )


PROVIDER = Provider(
    id="poe",
    name="Poe",
    base_url="https://api.poe.com",
    credentials=(Credential(kind=API, variables=("POE_API_KEY",), where="https://poe.com/api_key"),),
    capabilities=frozenset({Capability.ALLOWANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://creator.poe.com/api-reference/getCurrentBalance",
    fetch=fetch,
)
