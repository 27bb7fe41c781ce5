"""Acorn: the credits of an account, and what it spent this month.

Acorn is made up. An *API key* reads its account (``GET /v1/account``): the money that is left, in cents, and
what was spent since the first of the month (UTC). Figures are nearly live; asking every five minutes is
polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Cents, Currency, money

API = "API key"


class Account(msgspec.Struct):
    """The answer of ``/v1/account``. The types name the unit that Acorn counts in."""

    currency: Currency
    left_cents: Cents
    month_cents: Cents | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v1/account", Account, key=API)
    spends = ()
    if answer.month_cents is not None:  # what wasn't said is unknown, and never 0
        spent = money(answer.month_cents, answer.currency)
        spends = (Spend(money=spent, period=SpendPeriod.MONTH, scope="account"),)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(answer.left_cents, answer.currency), scope="account"),),
        spends=spends,
    )


PROVIDER = Provider(
    id="acorn",
    name="Acorn",
    base_url="https://api.acorn.example",
    credentials=(
        Credential(
            kind=API,
            variables=("ACORN_API_KEY",),
            where="https://acorn.example/settings/keys",
            prefixes=("acorn-",),
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.SPEND}),
    stability=Stability.DOCUMENTED,
    docs="https://acorn.example/docs/account",
    fetch=fetch,
)
