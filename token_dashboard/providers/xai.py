"""xAI: the prepaid credit of a team, and this month's invoice so far.

A *management key* (not the API key that calls models) reads the team's prepaid credit, the invoice of the
running month and the spending limit that the team set. The key knows its team; set ``teamId`` when it sees
several.

xAI keeps the books from its own side, in cents: money paid in stands below zero, so ``-1899`` is $18.99 left,
and a sum above zero is owed. The credit counts only what has been posted; what was used this month is in the
invoice beside it. Amounts are US dollars. Asking every quarter of an hour is polite.
"""

import msgspec

from token_dashboard.model.snapshot import Balance, Cap, Note, Snapshot, Spend, SpendPeriod
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

MANAGEMENT = "management key"


class Value(msgspec.Struct):
    """Text, in cents."""

    val: Cents


class Prepaid(msgspec.Struct):
    """The answer of ``/prepaid/balance``. Below zero is credit."""

    total: Value


class Invoice(msgspec.Struct, rename="camel"):
    """What is billed so far."""

    total_with_corr: Value


class Preview(msgspec.Struct, rename="camel"):
    """The answer of ``/postpaid/invoice/preview``."""

    core_invoice: Invoice
    effective_spending_limit: Cents | None = None


class Validation(msgspec.Struct, rename="camel"):
    """The answer of ``/auth/management-keys/validation``."""

    scope_id: str


async def fetch(access: Access) -> Snapshot:
    team = access.option("teamId")
    if team is None:
        team = (await access.get("/auth/management-keys/validation", Validation, key=MANAGEMENT)).scope_id
    parts = {"team": team}
    prepaid = await access.get(
        "/v1/billing/teams/{team}/prepaid/balance", Prepaid, key=MANAGEMENT, parts=parts
    )
    preview = await access.get(
        "/v1/billing/teams/{team}/postpaid/invoice/preview", Preview, key=MANAGEMENT, parts=parts
    )
    billed = preview.core_invoice.total_with_corr.val
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        # A ledger from the vendor's side: what it owes us is below zero.
        balances=(Balance(money=money(-prepaid.total.val), scope="team"),),
        spends=(Spend(money=money(billed), period=SpendPeriod.MONTH, scope="team"),),
        caps=_caps(preview.effective_spending_limit),
        wallet=access.wallet(team),
        notes=(Note.UNPOSTED,),
    )


def _caps(limit: Cents | None) -> tuple[Cap, ...]:
    """What of the limit is left isn't told: prepaid credit may pay a part of the invoice."""
    if not limit:
        return ()
    return (Cap(limit=money(limit), remaining=None, scope="team", period=SpendPeriod.MONTH),)


PROVIDER = Provider(
    id="xai",
    name="xAI",
    base_url="https://management-api.x.ai",
    credentials=(
        Credential(
            kind=MANAGEMENT,
            variables=("XAI_MANAGEMENT_API_KEY", "XAI_MANAGEMENT_KEY"),
            where="https://console.x.ai/team/default/management-keys",
            prefixes=("xai-token-",),
            is_vendor_only=True,
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.SPEND, Capability.CAP}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.x.ai/docs/management-api/billing",
    options=(
        Option(name="teamId", variables=("XAI_TEAM_ID",), about="The team's id, where one key sees several."),
    ),
    fetch=fetch,
    polite_pause_s=900,
    status_feed=StatusFeed(url="https://status.x.ai/feed.xml"),
)
