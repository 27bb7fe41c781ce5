"""Venice: dollars, DIEM, and whether calls are accepted.

An *API key* reads the balances (``GET /billing/balance``). Dollars are a balance. DIEM is an allowance of the
day that starts anew at midnight UTC; it is not money and is never shown as such. Venice also says whether the
account may consume at all. Some keys may call models and not read this: then Venice refuses, and a key of the
kind *admin* is what it wants.

Figures are nearly live. Asking every five minutes is polite.
"""

from datetime import timedelta

import msgspec

from token_dashboard.model.snapshot import Allowance, Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, Number, day_start_ms, money

API = "API key"


class Balances(msgspec.Struct):
    """What is left of each; ``null`` when the account has none of the kind."""

    usd: Amount | None
    diem: Number | None = None


class BalanceAnswer(msgspec.Struct, rename="camel"):
    """The answer of ``/billing/balance``."""

    balances: Balances
    can_consume: bool | None = None
    diem_epoch_allocation: Number | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/billing/balance", BalanceAnswer, key=API)
    dollars, diem = answer.balances.usd, answer.balances.diem
    midnight_ms = day_start_ms(access.today + timedelta(days=1))
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=() if dollars is None else (Balance(money=money(dollars), scope="account"),),
        allowances=()
        if diem is None
        else (
            Allowance(
                amount=diem,
                unit="DIEM",
                scope="account",
                limit=answer.diem_epoch_allocation,
                resets_ms=midnight_ms,
            ),
        ),
        is_usable=answer.can_consume,
    )


PROVIDER = Provider(
    id="venice",
    name="Venice",
    base_url="https://api.venice.ai/api/v1",
    credentials=(
        Credential(
            kind=API,
            variables=("VENICE_API_KEY",),
            where="https://venice.ai/settings/api",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.ALLOWANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.venice.ai/api-reference/endpoint/billing/balance",
    fetch=fetch,
)
