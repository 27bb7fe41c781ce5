"""Moonshot: the balance of an account on the Kimi Open Platform.

An *API key*, the one that a bot calls models with, reads the balance (``GET /v1/users/me/balance``): cash and
vouchers together, which is what calls are paid from. Cash in debt is not hidden behind vouchers: what is
shown is what Moonshot itself calls available.

There are two platforms, each with keys of its own: ``global`` (api.moonshot.ai), which counts US dollars, and
``china`` (api.moonshot.cn), which counts yuan. The answer names no currency, so the region decides: set
``region`` to ``china`` for a key made there. Keys of the Kimi coding plan (``sk-kimi-…``) belong to neither.

Figures are nearly live. Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, money

API = "API key"

_CURRENCIES = {"global": "USD", "china": "CNY"}


class Wallet(msgspec.Struct):
    """``available_balance`` already leaves cash out when that is below zero."""

    available_balance: Amount


class BalanceAnswer(msgspec.Struct):
    """The answer of ``/v1/users/me/balance``: an error may come with status 200 and without ``data``."""

    code: int
    status: bool
    data: Wallet | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v1/users/me/balance", BalanceAnswer, key=API)
    if answer.code != 0 or not answer.status:
        raise access.unavailable(f"it answered with its code {answer.code}")
    if answer.data is None:
        raise access.unexpected("$.data")
    available = money(answer.data.available_balance, _CURRENCIES[access.region or "global"])
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=available, scope="account"),),
        is_usable=available.nanos > 0,
    )


PROVIDER = Provider(
    id="moonshot",
    name="Moonshot",
    base_url="https://api.moonshot.ai",
    regions={"global": "https://api.moonshot.ai", "china": "https://api.moonshot.cn"},
    credentials=(
        Credential(
            kind=API,
            variables=("MOONSHOT_API_KEY",),
            where="https://platform.moonshot.ai/console/api-keys",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://platform.moonshot.ai/docs/api/balance",
    fetch=fetch,
)
