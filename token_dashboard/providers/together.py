"""Together: what each day and each product cost.

An *API key*, the one that a bot calls models with, reads the bill by day (``GET /v1/billing/usage``) of this
month and the last one: one line a product, which is a label of the bill and no model's name. Together tells
no balance.

Amounts are in the currency that the answer names. The books run through yesterday: today is not in them.
Every page is read. Asking every half hour is polite.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

from token_dashboard.model.snapshot import DailyCost, Note, Snapshot
from token_dashboard.providers._access import Access, Query
from token_dashboard.providers._books import added_up
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._units import Amount, Currency, Iso, day_of, money

API = "API key"


class Line(msgspec.Struct):
    """One product's cost of a day."""

    product_name: str
    cost: Amount


class Day(msgspec.Struct):
    """One day of the bill."""

    date: Iso
    line_items: list[Line]


class Bill(msgspec.Struct):
    """A page of ``/v1/billing/usage``."""

    currency: Currency
    data: list[Day]
    next_cursor: str | None = None


async def fetch(access: Access) -> Snapshot:
    costs: list[DailyCost] = []
    for month in _months(access.first_day, access.today):
        query: Query = {"month": month, "granularity": "day", "limit": 1000}
        async for bill in access.pages(
            "/v1/billing/usage",
            Bill,
            cursor=lambda page: page.next_cursor,
            into="after",
            key=API,
            query=query,
        ):
            costs += _costs(bill, access)
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        daily_costs=added_up(costs),
        notes=(Note.DELAYED,),
    )


def _months(first: date, last: date) -> Iterable[str]:
    month = first.replace(day=1)
    while month <= last:
        yield f"{month:%Y-%m}"
        month = (month + timedelta(days=32)).replace(day=1)


def _costs(bill: Bill, access: Access) -> Iterable[DailyCost]:
    for day in bill.data:
        when = day_of(day.date)
        if access.first_day <= when <= access.today:
            for line in day.line_items:
                yield DailyCost(
                    day=when,
                    scope="organization",
                    money=money(line.cost, bill.currency),
                    line=line.product_name,
                    is_partial=when == access.today,
                )


PROVIDER = Provider(
    id="together",
    name="Together",
    base_url="https://api.together.xyz",
    credentials=(
        Credential(
            kind=API,
            variables=("TOGETHER_API_KEY",),
            where="https://api.together.ai/settings/api-keys",
        ),
    ),
    capabilities=frozenset({Capability.DAILY_COST}),
    stability=Stability.DOCUMENTED,
    docs="https://docs.together.ai/reference/billing-usage",
    fetch=fetch,
    polite_pause_s=1800,
)
