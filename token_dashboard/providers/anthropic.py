"""Anthropic: what an organization's API use cost and counted, day by day.

An *Admin key* (an administrator of the organization makes one; a plain API key can't do this, and an
individual account has none) reads the bill by day and line (``GET /v1/organizations/cost_report``) and the
tokens by day and model (``GET /v1/organizations/usage_report/messages``). Anthropic tells no balance of
prepaid credits to any key, and what runs at the priority tier isn't in the bill.

Anthropic counts money in cents, as text; amounts shown are dollars. It tells fresh input, cache writes and
cache reads apart; they are added up, so that input means the same everywhere. Days are UTC, figures some
minutes old; today is partial, and the last days are read anew each time. Every page is read. Anthropic asks
for at most one question a minute; asking every half hour is polite.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import msgspec

from token_dashboard.model.snapshot import DailyCost, DailyUsage, Note, Snapshot
from token_dashboard.providers._access import Access, Query
from token_dashboard.providers._books import BookPage, added_up
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability, StatusFeed
from token_dashboard.providers._units import Cents, Count, Currency, Iso, day_of, money

ADMIN = "Admin key"

_SCOPE = "organization"
_MOST_DAYS = 31
_HEADERS = {"anthropic-version": "2023-06-01"}


class CacheCreation(msgspec.Struct):
    """Written to the cache, by how long it is kept."""

    ephemeral_5m_input_tokens: Count
    ephemeral_1h_input_tokens: Count


class Usage(msgspec.Struct):
    """One model's tokens of a day."""

    uncached_input_tokens: Count
    cache_read_input_tokens: Count
    cache_creation: CacheCreation
    output_tokens: Count
    model: str | None = None


class Cost(msgspec.Struct):
    """One line of a day's bill, in cents."""

    amount: Cents
    currency: Currency
    description: str | None = None
    model: str | None = None


class UsageDay(msgspec.Struct):
    """No results means that nothing is known yet."""

    starting_at: Iso
    results: list[Usage]


class CostDay(msgspec.Struct):
    """No results means that nothing is known yet."""

    starting_at: Iso
    results: list[Cost]


async def fetch(access: Access) -> Snapshot:
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        daily_costs=added_up([cost async for cost in _costs(access)]),
        daily_usage=tuple([row async for row in _usage(access)]),
        notes=(Note.DELAYED,),
    )


async def _costs(access: Access) -> AsyncIterator[DailyCost]:
    async for page in access.pages(
        "/v1/organizations/cost_report",
        BookPage[CostDay],
        cursor=BookPage.cursor,
        into="page",
        key=ADMIN,
        query=_days(access, ["description"]),
        headers=_HEADERS,
    ):
        for bucket in page.data:
            day = day_of(bucket.starting_at)
            for cost in bucket.results:
                yield DailyCost(
                    day=day,
                    scope=_SCOPE,
                    money=money(cost.amount, cost.currency),
                    model=cost.model,
                    line=cost.description,
                    is_partial=day >= access.today,
                )


async def _usage(access: Access) -> AsyncIterator[DailyUsage]:
    async for page in access.pages(
        "/v1/organizations/usage_report/messages",
        BookPage[UsageDay],
        cursor=BookPage.cursor,
        into="page",
        key=ADMIN,
        query={**_days(access, ["model"]), "bucket_width": "1d"},
        headers=_HEADERS,
    ):
        for bucket in page.data:
            day = day_of(bucket.starting_at)
            for row in bucket.results:
                written = (
                    row.cache_creation.ephemeral_5m_input_tokens
                    + row.cache_creation.ephemeral_1h_input_tokens
                )
                yield DailyUsage(
                    day=day,
                    scope=_SCOPE,
                    model=row.model,
                    input_tokens=row.uncached_input_tokens + row.cache_read_input_tokens + written,
                    cache_read_input_tokens=row.cache_read_input_tokens,
                    cache_creation_input_tokens=written,
                    output_tokens=row.output_tokens,
                    is_partial=day >= access.today,
                )


def _days(access: Access, group_by: Sequence[str]) -> Query:
    """Left out, ``limit`` is 7 days, which would cut a month short. ``ending_at`` is not included."""
    return {
        "starting_at": f"{access.first_day}T00:00:00Z",
        "ending_at": f"{access.today + timedelta(days=1)}T00:00:00Z",
        "limit": _MOST_DAYS,
        "group_by[]": group_by,
    }


PROVIDER = Provider(
    id="anthropic",
    name="Anthropic",
    base_url="https://api.anthropic.com",
    credentials=(
        Credential(
            kind=ADMIN,
            variables=("ANTHROPIC_ADMIN_KEY", "ANTHROPIC_ADMIN_API_KEY"),
            where="https://console.anthropic.com/settings/admin-keys",
            prefixes=("sk-ant-admin",),
            header="x-api-key",
            scheme="",
            is_vendor_only=True,
        ),
    ),
    capabilities=frozenset({Capability.DAILY_COST, Capability.DAILY_USAGE}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.anthropic.com/en/api/usage-cost-api",
    fetch=fetch,
    polite_pause_s=1800,
    status_feed=StatusFeed(url="https://status.claude.com/api/v2/summary.json", component="API"),
)
