"""SiliconFlow: the balance of an account.

An *API key*, the one that a bot calls models with, reads the account (``GET /v1/user/info``): what was paid
in and what was given, together.

There are two platforms, each with keys of its own: ``china`` (api.siliconflow.cn), which counts yuan, and
``global`` (api.siliconflow.com), which counts US dollars. The answer names no currency, so the region
decides: set ``region`` to ``china`` for a key made there.

Of the answer only the balance and the account's state are read; it also holds an e-mail address, which is
left where it is. Figures are nearly live. Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, money

API = "API key"

_GOOD = 20000
_CURRENCIES = {"global": "USD", "china": "CNY"}


class Account(msgspec.Struct, rename="camel"):
    """``balance`` is what was given, ``charge_balance`` what was paid in; ``total_balance`` is both."""

    total_balance: Amount
    status: str | None = None


class InfoAnswer(msgspec.Struct):
    """The answer of ``/v1/user/info``: an error may come with status 200 and without ``data``."""

    code: int
    data: Account | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v1/user/info", InfoAnswer, key=API)
    if answer.code != _GOOD:
        raise access.unavailable(f"it answered with its code {answer.code}")
    if answer.data is None:
        raise access.unexpected("$.data")
    left = money(answer.data.total_balance, _CURRENCIES[access.region or "global"])
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=left, scope="account"),),
        is_usable=None if answer.data.status is None else answer.data.status == "normal",
    )


PROVIDER = Provider(
    id="siliconflow",
    name="SiliconFlow",
    base_url="https://api.siliconflow.com",
    regions={"global": "https://api.siliconflow.com", "china": "https://api.siliconflow.cn"},
    credentials=(
        Credential(
            kind=API,
            variables=("SILICONFLOW_API_KEY",),
            where="https://cloud.siliconflow.com/account/ak",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.siliconflow.com/en/api-reference/userinfo/get-user-info",
    fetch=fetch,
)
