"""DeepInfra: what is left of a prepaid account, and what it may owe at most.

An *API key*, the one that a bot calls models with, reads the account (``GET /payment/checklist``). DeepInfra
keeps the books from its own side: money paid in stands below zero, and what was used since the last posting
(``recent``) above it. The balance shown is the other way round and counts both: 20 dollars paid in and 1.25
used recently leave 18.75; below zero is owed. The account's spending limit is shown as a cap. DeepInfra also
says when it has suspended an account: then calls are refused.

Amounts are US dollars and nearly live. Asking every ten minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Cap, Snapshot, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, money

API = "API key"


class Checklist(msgspec.Struct):
    """The answer of ``/payment/checklist``. Both sums are required: without one the balance isn't known."""

    stripe_balance: Amount
    recent: Amount
    limit: Amount | None = None
    suspended: bool | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/payment/checklist", Checklist, key=API, query={"compute_owed": "true"})
    owed = answer.stripe_balance + answer.recent
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(-owed), scope="account"),),
        caps=_caps(answer.limit),
        is_usable=None if answer.suspended is None else not answer.suspended,
    )


def _caps(limit: Amount | None) -> tuple[Cap, ...]:
    if limit is None or limit <= 0:
        return ()
    return (Cap(limit=money(limit), remaining=None, scope="account", period=SpendPeriod.MONTH),)


PROVIDER = Provider(
    id="deepinfra",
    name="DeepInfra",
    base_url="https://api.deepinfra.com",
    credentials=(
        Credential(
            kind=API,
            variables=("DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"),
            where="https://deepinfra.com/dash/api_keys",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.CAP}),
    stability=Stability.DOCUMENTED,
    docs="https://deepinfra.com/docs/advanced/billing",
    fetch=fetch,
    polite_pause_s=600,
)
