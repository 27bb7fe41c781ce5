"""Firecrawl: the credits of a team.

An *API key* reads the team's credits (``GET /v2/team/credit-usage``): how many are left, how many the plan
gives for a billing period, and when the period ends. Bought credits may make it more than the plan gives.
Credits are not money.

Figures are nearly live. Asking every quarter of an hour is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Allowance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Iso, Number

API = "API key"


class Credits(msgspec.Struct, rename="camel"):
    """A team without a plan has no billing period."""

    remaining_credits: Number
    plan_credits: Number | None = None
    billing_period_end: Iso | None = None


class CreditsAnswer(msgspec.Struct):
    """The answer of ``/v2/team/credit-usage``."""

    success: bool
    data: Credits | None = None


async def fetch(access: Access) -> Snapshot:
    answer = await access.get("/v2/team/credit-usage", CreditsAnswer, key=API)
    if not answer.success:
        raise access.unavailable("it answered that it did not succeed")
    if answer.data is None:
        raise access.unexpected("$.data")
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        allowances=(
            Allowance(
                amount=answer.data.remaining_credits,
                unit="credits",
                scope="team",
                limit=answer.data.plan_credits,
                resets_ms=answer.data.billing_period_end,
            ),
        ),
    )


PROVIDER = Provider(
    id="firecrawl",
    name="Firecrawl",
    base_url="https://api.firecrawl.dev",
    credentials=(
        Credential(
            kind=API,
            variables=("FIRECRAWL_API_KEY",),
            where="https://www.firecrawl.dev/app/api-keys",
            prefixes=("fc-",),
        ),
    ),
    capabilities=frozenset({Capability.ALLOWANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.firecrawl.dev/api-reference/endpoint/credit-usage",
    fetch=fetch,
    polite_pause_s=900,
)
