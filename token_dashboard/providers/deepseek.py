"""DeepSeek: the balance of an account, in each of its currencies.

An *API key*, the one that a bot calls models with, reads the balance (``GET /user/balance``): what was paid
in and what was granted, together. An account may hold yuan and US dollars beside each other; they are shown
beside each other and never added. A balance below zero is shown as such. DeepSeek also says whether it still
accepts calls. It tells nobody what was used when: that comes from the agents' logs.

Figures are nearly live. Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._units import Amount, Currency, money

API = "API key"


class BalanceInfo(msgspec.Struct):
    """One currency; ``total_balance`` is the granted and the paid part."""

    currency: Currency
    total_balance: Amount


class BalanceAnswer(msgspec.Struct):
    """The answer of ``/user/balance``: no row, one, or one a currency."""

    is_available: bool
    balance_infos: list[BalanceInfo]


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/user/balance", BalanceAnswer, key=API)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=tuple(
            Balance(money=money(info.total_balance, info.currency), scope="account")
            for info in answer.balance_infos
        ),
        is_usable=answer.is_available,
    )


PROVIDER = Provider(
    id="deepseek",
    name="DeepSeek",
    base_url="https://api.deepseek.com",
    credentials=(
        Credential(
            kind=API,
            variables=("DEEPSEEK_API_KEY",),
            where="https://platform.deepseek.com/api_keys",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://api-docs.deepseek.com/api/get-user-balance",
    fetch=fetch,
    status_feed=StatusFeed(url="https://status.deepseek.com/api/v2/summary.json"),
)
