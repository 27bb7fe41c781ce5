"""What usage cost, as rows of the FinOps Open Cost and Usage Specification (FOCUS 1.2), for the books.

One row a local day, provider and model. Columns that the specification asks for and nobody knows here are
empty; columns of our own begin with ``x_``.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from token_dashboard.model.money import USD, Money
from token_dashboard.model.period import start_of
from token_dashboard.model.report import CostBasis, ReportRow
from token_dashboard.render.export.events import Cell
from token_dashboard.render.export.formats import csv_text
from token_dashboard.render.wire import moment

COLUMNS = (
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "ContractedCost",
    "BillingCurrency",
    "BillingAccountId",
    "BillingAccountName",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargeFrequency",
    "ConsumedQuantity",
    "ConsumedUnit",
    "PricingQuantity",
    "PricingUnit",
    "PricingCategory",
    "InvoiceIssuerName",
    "ProviderName",
    "PublisherName",
    "RegionId",
    "ServiceCategory",
    "ServiceName",
    "ServiceSubcategory",
    "SkuId",
    "SubAccountId",
    "Tags",
    "x_Requests",
    "x_InputTokens",
    "x_CacheReadInputTokens",
    "x_CacheCreationInputTokens",
    "x_OutputTokens",
    "x_ReasoningOutputTokens",
    "x_UnpricedTokens",
)


def focus_csv(rows: Iterable[ReportRow], tz: ZoneInfo) -> str:
    """A report by day, provider and model as CSV with a head.

    ``BilledCost`` and ``EffectiveCost`` are what the logs say was charged where that can be believed, else
    the list price (the report's cost on the basis ``auto``); ``ListCost`` is the list price. All are empty
    where nothing is known.
    """
    return csv_text([COLUMNS, *(_cells(row, tz) for row in rows)])


def _cells(row: ReportRow, tz: ZoneInfo) -> list[Cell]:
    totals, day = row.totals, row.day or date.min
    billed, listed = _amount(totals.cost(CostBasis.AUTO)), _amount(totals.list_cost)
    month = day.replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    provider, model = row.provider or "unknown", row.model or "unknown"
    told: dict[str, Cell] = {
        "BilledCost": billed,
        "EffectiveCost": billed,
        "ListCost": listed,
        "ContractedCost": listed,
        "BillingCurrency": USD,
        "BillingAccountId": provider,
        "BillingPeriodStart": _start(month, tz),
        "BillingPeriodEnd": _start(following, tz),
        "ChargePeriodStart": _start(day, tz),
        "ChargePeriodEnd": _start(day + timedelta(days=1), tz),
        "ChargeCategory": "Usage",
        "ChargeDescription": f"{model}: tokens in and out",
        "ChargeFrequency": "Usage-Based",
        "ConsumedQuantity": totals.total_tokens,
        "ConsumedUnit": "Tokens",
        "PricingQuantity": totals.total_tokens,
        "PricingUnit": "Tokens",
        "PricingCategory": "Standard",
        "InvoiceIssuerName": provider,
        "ProviderName": provider,
        "PublisherName": provider,
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": f"{provider} API",
        "ServiceSubcategory": "Generative AI",
        "SkuId": model,
        "Tags": "{}",
        "x_Requests": totals.requests,
        "x_InputTokens": totals.input_tokens,
        "x_CacheReadInputTokens": totals.cache_read_input_tokens,
        "x_CacheCreationInputTokens": totals.cache_creation_input_tokens,
        "x_OutputTokens": totals.output_tokens,
        "x_ReasoningOutputTokens": totals.reasoning_output_tokens,
        "x_UnpricedTokens": totals.unpriced_tokens,
    }
    return [told.get(name) for name in COLUMNS]


def _amount(money: Money | None) -> str | None:
    return None if money is None else money.amount


def _start(day: date, tz: ZoneInfo) -> str:
    return moment(start_of(day, tz)).replace(".000Z", "Z")
