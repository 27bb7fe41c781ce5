"""Vercel AI Gateway: the credits of a team, and what was ever used of them.

An *API key* of the gateway reads the credits (``GET /v1/credits``): what is left, and what was used in all.
Vercel can also tell what each model cost on each day, but charges for every such question, so it is not
asked. What ran under your own keys of other vendors (BYOK) is on their bills and not in these figures.

Amounts are US dollars. The gateway's bill already contains the vendors' prices: never add it to theirs.
Figures are nearly live. Asking every five minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Note, Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._units import Amount, money

API = "API key"


class Credits(msgspec.Struct):
    """The answer of ``/v1/credits``."""

    balance: Amount
    total_used: Amount


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v1/credits", Credits, key=API)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(answer.balance), scope="account"),),
        spends=(Spend(money=money(answer.total_used), period=SpendPeriod.LIFETIME, scope="account"),),
        notes=(Note.INCLUDES_VENDORS,),
    )


PROVIDER = Provider(
    id="vercel-ai-gateway",
    name="Vercel AI Gateway",
    base_url="https://ai-gateway.vercel.sh",
    credentials=(
        Credential(
            kind=API,
            variables=("AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"),
            where="https://vercel.com/dashboard/ai-gateway/api-keys",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.SPEND}),
    stability=Stability.DOCUMENTED,
    docs="https://vercel.com/docs/ai-gateway/usage",
    fetch=fetch,
    status_feed=StatusFeed(url="https://www.vercel-status.com/api/v2/summary.json", component="AI Gateway"),
)
