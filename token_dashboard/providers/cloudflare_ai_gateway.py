"""Cloudflare AI Gateway: the credits of an account.

An *API token* with the permission *AI Gateway: Read* reads the credits that models of other vendors are paid
from (``GET /accounts/{account}/ai-gateway/billing/credit-balance``). The token that calls models through the
gateway is another one and reads nothing of the account. Zero is a good answer: an account that never bought
credits has none.

Cloudflare counts in cents; amounts are US dollars. The gateway's credits already pay what the vendors behind
it charge: never add them to theirs. Figures are nearly live. Asking every ten minutes is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Note, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import (
    Capability,
    Credential,
    Option,
    Provider,
    Stability,
    StatusFeed,
)
from token_dashboard.providers._units import Cents, money

API = "API token"
ACCOUNT = "accountId"


class Credits(msgspec.Struct):
    """``balance`` is in cents."""

    balance: Cents


class CreditsAnswer(msgspec.Struct):
    """Cloudflare's envelope: ``result`` is null when ``success`` is false."""

    success: bool
    result: Credits | None = None


async def fetch(access: Access) -> Snapshot:
    account = access.option(ACCOUNT)
    if account is None:
        raise access.missing(ACCOUNT)
    answer = await access.get(
        "/accounts/{account}/ai-gateway/billing/credit-balance",
        CreditsAnswer,
        key=API,
        parts={"account": account},
    )
    if not answer.success:
        raise access.unavailable("it answered that it did not succeed")
    if answer.result is None:
        raise access.unexpected("$.result")
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=(Balance(money=money(answer.result.balance), scope="account"),),
        wallet=access.wallet(account),
        notes=(Note.INCLUDES_VENDORS,),
    )


PROVIDER = Provider(
    id="cloudflare-ai-gateway",
    name="Cloudflare AI Gateway",
    base_url="https://api.cloudflare.com/client/v4",
    credentials=(
        Credential(
            kind=API,
            variables=("CLOUDFLARE_API_TOKEN",),
            where="https://dash.cloudflare.com/profile/api-tokens",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://developers.cloudflare.com/ai-gateway/features/unified-billing/",
    options=(
        Option(
            name=ACCOUNT,
            variables=("CLOUDFLARE_ACCOUNT_ID",),
            about="The account's id, from the address of its dashboard.",
        ),
    ),
    fetch=fetch,
    polite_pause_s=600,
    status_feed=StatusFeed(
        url="https://www.cloudflarestatus.com/api/v2/summary.json", component="AI Gateway"
    ),
)
