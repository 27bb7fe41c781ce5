"""Hugging Face: what Inference Providers cost this month.

A *token* with the permission *Billing: read* reads this month's use of Inference Providers (``GET
/api/settings/billing/usage-v2``): what was used beyond what the plan includes is what is billed, and only
that is shown as spend. A limit that the owner set is shown as a cap. A token without the permission is
refused.

Hugging Face counts in billionths of a US dollar, and months are UTC. The bill already contains what the
vendors behind it charge: never add it to theirs. Asking every half hour is polite.
"""

from decimal import Decimal

import msgspec

from token_dashboard.model.snapshot import Cap, Note, Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._units import NanoUnits, day_start_ms, money

TOKEN = "token"  # noqa: S105 - a kind of key, no key


class InferenceProviders(msgspec.Struct, rename="camel"):
    """This month so far. A limit of 0 is none."""

    used_nano_usd: NanoUnits
    included_nano_usd: NanoUnits
    limit_nano_usd: NanoUnits | None = None


class Usage(msgspec.Struct, rename="camel"):
    """What is billed by use."""

    inference_providers: InferenceProviders


class UsageAnswer(msgspec.Struct):
    """The answer of ``/api/settings/billing/usage-v2``."""

    usage: Usage


async def fetch(access: Access) -> Snapshot:
    month_ms = day_start_ms(access.today.replace(day=1))
    answer = await access.get(
        "/api/settings/billing/usage-v2",
        UsageAnswer,
        key=TOKEN,
        query={"startDate": month_ms // 1000, "endDate": access.now_ms // 1000},
    )
    month = answer.usage.inference_providers
    billed = max(Decimal(0), month.used_nano_usd - month.included_nano_usd)
    limit = month.limit_nano_usd
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        spends=(Spend(money=money(billed), period=SpendPeriod.MONTH, scope="account"),),
        caps=(
            Cap(
                limit=money(limit),
                remaining=money(limit - billed),
                scope="account",
                period=SpendPeriod.MONTH,
            ),
        )
        if limit
        else (),
        notes=(Note.INCLUDES_VENDORS,),
    )


PROVIDER = Provider(
    id="huggingface",
    name="Hugging Face",
    base_url="https://huggingface.co",
    credentials=(
        Credential(
            kind=TOKEN,
            variables=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
            where="https://huggingface.co/settings/tokens",
            prefixes=("hf_",),
        ),
    ),
    capabilities=frozenset({Capability.SPEND, Capability.CAP}),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://huggingface.co/docs/inference-providers/pricing",
    fetch=fetch,
    polite_pause_s=1800,
    status_feed=StatusFeed(url="https://status.huggingface.co/feed.rss", component="Inference"),
)
