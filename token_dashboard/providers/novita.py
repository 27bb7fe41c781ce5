"""Novita: the balance of an account, and what it owes.

An *API key*, the one that a bot calls models with, reads the balance (``GET /v3/user/balance``): what is
available to calls. Invoices that are still open are told beside it in a balance of their own, below zero.

Amounts are US dollars; Novita counts them in ten-thousandths (``125000`` is $12.50). Figures are nearly live.
Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import TenThousandths, money

API = "API key"


class BalanceAnswer(msgspec.Struct, rename="camel"):
    """The answer of ``/v3/user/balance``. A balance that is missing isn't known, and no zero."""

    available_balance: TenThousandths
    outstanding_invoices: TenThousandths | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v3/user/balance", BalanceAnswer, key=API)
    balances = [Balance(money=money(answer.available_balance), scope="account")]
    if answer.outstanding_invoices:
        balances.append(Balance(money=money(-answer.outstanding_invoices), scope="open invoices"))
    return Snapshot(
        provider=PROVIDER.id, account=access.account, taken_ms=access.now_ms, balances=tuple(balances)
    )


PROVIDER = Provider(
    id="novita",
    name="Novita",
    base_url="https://api.novita.ai",
    credentials=(
        Credential(
            kind=API,
            variables=("NOVITA_API_KEY",),
            where="https://novita.ai/settings/key-management",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://novita.ai/docs/api-reference/basic-get-user-balance",
    fetch=fetch,
)
