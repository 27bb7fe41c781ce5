"""OpenAI: what an organization's API use cost and counted, day by day.

An *Admin key* (an owner of the organization makes one; a project's key can't do this) reads the bill by day
and line (``GET /v1/organization/costs``) and the use by day and model (``GET
/v1/organization/usage/completions`` and ``…/embeddings``). A line of the bill is a label such as ``gpt-5.5,
input_tokens`` and no model. OpenAI tells no balance of prepaid credits to any key.

Amounts are in the currency that the answer names, days are UTC. Use is minutes old, the bill lags by up to
some hours: today's figures are partial, and the last days are read anew each time, because OpenAI revises
them. Every page is read. Input tokens already contain what was cached, and audio; nothing is added on top.
Asking every half hour is polite.
"""

from collections.abc import AsyncIterator, Sequence

import msgspec

from token_dashboard.model.snapshot import DailyCost, DailyUsage, Note, Snapshot
from token_dashboard.providers._access import Access, Query
from token_dashboard.providers._books import BookPage, added_up
from token_dashboard.providers._contract import (
    Capability,
    Credential,
    Option,
    Provider,
    Stability,
    StatusFeed,
)
from token_dashboard.providers._units import Amount, Count, Currency, EpochS, day_of, day_start_ms, money

ADMIN = "Admin key"

_PROJECT = "projectId"
_MOST_DAYS = 31


class CostAmount(msgspec.Struct):
    """Whole units of the currency, not cents."""

    value: Amount
    currency: Currency


class Cost(msgspec.Struct):
    """One line of a day's bill."""

    amount: CostAmount
    line_item: str | None = None


class Usage(msgspec.Struct):
    """One model's use of a day. Input contains both cache parts."""

    input_tokens: Count
    model: str | None = None
    num_model_requests: Count | None = None
    input_cached_tokens: Count | None = None
    input_cache_write_tokens: Count | None = None
    output_tokens: Count | None = None


class CostDay(msgspec.Struct):
    """No results means that nothing is known yet."""

    start_time: EpochS
    results: list[Cost]


class UsageDay(msgspec.Struct):
    """No results means that nothing is known yet."""

    start_time: EpochS
    results: list[Usage]


async def fetch(access: Access) -> Snapshot:
    costs = [cost async for cost in _costs(access)]
    usage = [
        row for kind in ("completions", "embeddings") for row in [one async for one in _usage(access, kind)]
    ]
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        daily_costs=added_up(costs),
        daily_usage=tuple(usage),
        notes=(Note.DELAYED,),
    )


async def _costs(access: Access) -> AsyncIterator[DailyCost]:
    async for page in access.pages(
        "/v1/organization/costs",
        BookPage[CostDay],
        cursor=BookPage.cursor,
        into="page",
        key=ADMIN,
        query=_days(access, ["line_item"]),
        headers=_headers(access),
    ):
        for bucket in page.data:
            day = day_of(bucket.start_time)
            for cost in bucket.results:
                yield DailyCost(
                    day=day,
                    scope=_scope(access),
                    money=money(cost.amount.value, cost.amount.currency),
                    line=cost.line_item,
                    is_partial=day >= access.today,
                )


async def _usage(access: Access, kind: str) -> AsyncIterator[DailyUsage]:
    async for page in access.pages(
        f"/v1/organization/usage/{kind}",
        BookPage[UsageDay],
        cursor=BookPage.cursor,
        into="page",
        key=ADMIN,
        query=_days(access, ["model"]),
        headers=_headers(access),
    ):
        for bucket in page.data:
            day = day_of(bucket.start_time)
            for row in bucket.results:
                yield DailyUsage(
                    day=day,
                    scope=_scope(access),
                    model=row.model,
                    requests=row.num_model_requests,
                    input_tokens=row.input_tokens,
                    cache_read_input_tokens=row.input_cached_tokens,
                    cache_creation_input_tokens=row.input_cache_write_tokens,
                    output_tokens=row.output_tokens,
                    is_partial=day >= access.today,
                )


def _scope(access: Access) -> str:
    return "project" if access.option(_PROJECT) else "organization"


def _days(access: Access, group_by: Sequence[str]) -> Query:
    """Left out, ``limit`` is 7 days, which would cut a month short."""
    days: Query = {
        "start_time": day_start_ms(access.first_day) // 1000,
        "bucket_width": "1d",
        "limit": _MOST_DAYS,
        "group_by[]": group_by,
    }
    project = access.option(_PROJECT)
    return {**days, "project_ids[]": [project]} if project else days


def _headers(access: Access) -> dict[str, str]:
    organization = access.option("organizationId")
    return {"OpenAI-Organization": organization} if organization else {}


PROVIDER = Provider(
    id="openai",
    name="OpenAI",
    base_url="https://api.openai.com",
    credentials=(
        Credential(
            kind=ADMIN,
            variables=("OPENAI_ADMIN_KEY",),
            where="https://platform.openai.com/settings/organization/admin-keys",
            prefixes=("sk-admin-",),
            is_vendor_only=True,
        ),
    ),
    capabilities=frozenset({Capability.DAILY_COST, Capability.DAILY_USAGE}),
    stability=Stability.DOCUMENTED,
    docs="https://platform.openai.com/docs/api-reference/usage",
    options=(
        Option(
            name="organizationId",
            variables=("OPENAI_ORG_ID",),
            about="The organization that is asked about, where a key sees several.",
        ),
        Option(
            name=_PROJECT,
            variables=("OPENAI_PROJECT_ID",),
            about="The one project to show instead of the whole organization.",
        ),
    ),
    fetch=fetch,
    polite_pause_s=1800,
    status_feed=StatusFeed(url="https://status.openai.com/api/v2/summary.json", component="API"),
)
