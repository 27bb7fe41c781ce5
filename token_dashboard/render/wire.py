"""The JSON answers of gateway methods and of ``--json``: mechanical, versioned, described in ``schemas/``.

One rule makes them of the model's values: a name goes from ``snake_case`` to ``camelCase``, after its ending
has been read. ``is_x`` is the boolean ``x``. ``x_ms`` is a moment, RFC 3339 in UTC, named ``xAt``; but
``as_of_ms`` and ``since_ms`` are ``asOf`` and ``since``, and ``window_ms``, ``observed_ms`` and
``elapsed_ms`` are lengths: ``xSeconds``, as is ``x_s``. ``x_nanos`` is money in US dollars. Money is exact,
``{"amount": "3.21", "currency": "USD"}``. Percentages are numbers, days ISO dates. What isn't known is
``null``, never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from token_dashboard.model.alert import Alert, Alerts, Condition, Delivery
from token_dashboard.model.burn import Burn
from token_dashboard.model.money import Money
from token_dashboard.model.provider_detail import ProviderDetail
from token_dashboard.model.report import Report, ReportRow, Totals
from token_dashboard.model.scan import ScanSummary
from token_dashboard.model.status import AgentInfo, Check, ProviderInfo, Status, UsageBrief, UsageNow
from token_dashboard.model.vendor_report import VendorReport

Json: TypeAlias = dict[str, Any]

SCHEMA_VERSION = 1

_LENGTHS = {"elapsed_ms", "observed_ms", "window_ms"}
_PREPOSITIONS = {"as_of_ms": "asOf", "since_ms": "since"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS, _LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""The years 1 to 9999, which is all that RFC 3339 can write."""


def status(answer: Status) -> Json:
    return _answer(_object(answer))


def burn(answer: Burn) -> Json:
    return _answer(_object(answer))


def providers(infos: Sequence[ProviderInfo]) -> Json:
    return _answer({"providers": [_object(info) for info in infos]})


def provider(detail: ProviderDetail) -> Json:
    return _answer(_object(detail))


def agents(infos: Sequence[AgentInfo]) -> Json:
    return _answer({"agents": [_object(info) for info in infos]})


def token_usage(answer: UsageBrief) -> Json:
    return _answer(_object(answer))


def usage_now(answer: UsageNow) -> Json:
    return _answer(_object(answer))


def report(answer: Report) -> Json:
    """Each group's costs and, as ``cost``, the one that was asked for."""
    body = _object(answer)
    for told, totals in zip(body["rows"], (row.totals for row in answer.rows), strict=True):
        told.update(_cost(totals, answer))
    body["total"] |= _cost(answer.total, answer)
    return _answer(body)


def _cost(totals: Totals, answer: Report) -> Json:
    return {
        "cost": _value(totals.cost(answer.cost_basis)),
        "requestsWithoutCost": totals.requests_without_cost(answer.cost_basis),
    }


def vendor_report(answer: VendorReport) -> Json:
    return _answer(_object(answer))


def scan(summary: ScanSummary) -> Json:
    return _answer(_object(summary))


def checks(lines: Sequence[Check]) -> Json:
    return _answer({"checks": [_object(line) for line in lines]})


def alert(answer: Alert) -> Json:
    return _answer(_object(answer))


def alerts(answer: Alerts, delivery: Delivery | None) -> Json:
    return _answer({**_object(answer), "delivery": _value(delivery)})


def _answer(body: Json) -> Json:
    return {"schemaVersion": SCHEMA_VERSION, **body}


def _object(record: Any) -> Json:
    """A record of the model. What a report's row totals and what an alert is about are told flat, in it."""
    if isinstance(record, Totals):
        return _figures(record)
    members: Json = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Condition) or (isinstance(record, ReportRow) and isinstance(value, Totals)):
            members |= _object(value)
        else:
            members |= _member(field.name, value)
    return members


def _figures(totals: Totals) -> Json:
    """The counts, and the two costs that know when nothing is known."""
    return {
        "requests": totals.requests,
        "inputTokens": totals.input_tokens,
        "cacheReadInputTokens": totals.cache_read_input_tokens,
        "cacheCreationInputTokens": totals.cache_creation_input_tokens,
        "cacheCreation1hInputTokens": totals.cache_creation_1h_input_tokens,
        "outputTokens": totals.output_tokens,
        "reasoningOutputTokens": totals.reasoning_output_tokens,
        "webSearches": totals.web_searches,
        "listCost": _value(totals.list_cost),
        "recordedCost": _value(totals.recorded_cost),
        "unpricedTokens": totals.unpriced_tokens,
        "openSums": totals.open_sums,
        "doubtfulRequests": totals.doubtful_requests,
    }


def _member(name: str, value: Any) -> Json:
    if name in _LENGTHS:
        return {_camel(name.removesuffix("_ms")) + "Seconds": _value(Decimal(value) / 1000)}
    if name.endswith("_ms"):
        key = _PREPOSITIONS.get(name) or _camel(name.removesuffix("_ms")) + "At"
        return {key: None if value is None else _moment(value)}
    if name.endswith("_s"):
        return {_camel(name.removesuffix("_s")) + "Seconds": value}
    if name.endswith("_nanos"):
        return {_camel(name.removesuffix("_nanos")): [_value(Money(nanos)) for nanos in value]}
    return {_camel(name.removeprefix("is_")): _value(value)}


def _value(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _value(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return _object(value)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _moment(time_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds; years outside 1 to 9999 are held at the edge."""
    held = _EPOCH + timedelta(milliseconds=min(max(time_ms, _FIRST_MS), _LAST_MS))
    return held.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
