"""The JSON answers of gateway methods and of ``--json``: mechanical, versioned, described in ``schemas/``.

One rule makes them of the model's values: a name goes from ``snake_case`` to ``camelCase``, after its ending
has been read. ``is_x`` is the boolean ``x``. ``x_ms`` is a moment, RFC 3339 in UTC, named ``xAt``; but
``as_of_ms``, ``at_ms`` and ``since_ms`` are ``asOf``, ``at`` and ``since``, and ``window_ms``,
``observed_ms`` and ``elapsed_ms`` are lengths: ``xSeconds``, as is ``x_s``. ``x_nanos`` is money in US
dollars. Money is exact, ``{"amount": "3.21", "currency": "USD"}``. Percentages are numbers, days ISO dates.
What isn't known is ``null``, never 0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias

from token_dashboard.model.alert import Alert, Alerts, Condition, Delivery
from token_dashboard.model.budget import Budgets
from token_dashboard.model.burn import Burn
from token_dashboard.model.forecast import Forecast
from token_dashboard.model.guard import GuardAnswer
from token_dashboard.model.money import Money
from token_dashboard.model.notice import Receipt
from token_dashboard.model.provider_detail import ProviderDetail
from token_dashboard.model.report import CostBasis, Report, ReportRow, Rest, Totals
from token_dashboard.model.status import AgentInfo, ProviderInfo, Status, UsageBrief, UsageNow
from token_dashboard.model.vendor_report import VendorReport
from token_dashboard.render.wire_scan import SCHEMA_VERSION

Json: TypeAlias = dict[str, Any]

_LENGTHS = {"elapsed_ms", "observed_ms", "window_ms"}
_PREPOSITIONS = {"as_of_ms": "asOf", "at_ms": "at", "since_ms": "since"}
_REPORTS_ALONE = {"activity", "parts", "shown_cost"}
"""What only the rows of reports have."""
_GROUP_NAMES = tuple(one.name for one in fields(ReportRow) if one.name not in {"totals", *_REPORTS_ALONE})
"""What a row of a report is named by."""
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
    basis = answer.cost_basis
    told = {
        "rows": [_report_row(row, basis) for row in answer.rows],
        "total": {**_figures(answer.total), **_cost(answer.total, basis)},
        "rest": None if answer.rest is None else _object(answer.rest) | _cost(answer.rest.totals, basis),
    }
    return _answer(_object(replace(answer, rows=(), rest=None)) | told)


def _report_row(row: ReportRow, basis: CostBasis) -> Json:
    names = ((name, getattr(row, name)) for name in _GROUP_NAMES)
    return {
        **_figures(row.totals),
        **{name: told if type(told) is str else _named(told) for name, told in names},
        **_cost(row.totals, basis),
        "shownCost": _value(row.shown_cost),
        "activity": _value(row.activity),
        "parts": [_report_row(part, basis) for part in row.parts],
    }


def _named(value: int | date | None) -> str | None:
    """An hour, a day, or what isn't known."""
    if value is None:
        return None
    return moment(value) if isinstance(value, int) else value.isoformat()


def _cost(totals: Totals, basis: CostBasis) -> Json:
    return {
        "cost": _value(totals.cost(basis)),
        "requestsWithoutCost": totals.requests_without_cost(basis),
    }


def vendor_report(answer: VendorReport) -> Json:
    return _answer(_object(answer))


def alert(answer: Alert) -> Json:
    return _answer(_object(answer))


def alerts(answer: Alerts, delivery: Delivery | None) -> Json:
    return _answer({**_object(answer), "delivery": _value(delivery)})


def alert_history(answer: Sequence[Alert], as_of_ms: int, time_zone: str) -> Json:
    told = {"asOf": moment(as_of_ms), "timeZone": time_zone}
    return _answer({**told, "alerts": [_object(one) for one in answer]})


def receipt(channel: str, answer: Receipt) -> Json:
    return _answer({"channel": channel, **_object(answer)})


def budgets(answer: Budgets) -> Json:
    return _answer(_object(answer))


def guard(answer: GuardAnswer) -> Json:
    return _answer(_object(answer))


def forecast(answer: Forecast) -> Json:
    return _answer(_object(answer))


def answer(found: object, **told: object) -> Json:
    """An answer that is told as the model has it, whichever it is; with further members by name."""
    return _answer({**_object(found), **{name: _value(one) for name, one in told.items()}})


def _answer(body: Json) -> Json:
    return {"schemaVersion": SCHEMA_VERSION, **body}


def _object(record: Any) -> Json:
    """A record of the model. What a report's row totals and what an alert is about are told flat, in it."""
    if isinstance(record, Totals):
        return _figures(record)
    members: Json = {}
    for field in fields(record):
        if isinstance(record, ReportRow) and field.name in _REPORTS_ALONE:
            continue
        value = getattr(record, field.name)
        if isinstance(value, Condition) or (
            isinstance(record, ReportRow | Rest) and isinstance(value, Totals)
        ):
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
    if name == "hour":
        return {name: None if value is None else moment(value)}
    if name.endswith("_ms"):
        key = _PREPOSITIONS.get(name) or _camel(name.removesuffix("_ms")) + "At"
        return {key: None if value is None else moment(value)}
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


@cache
def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def moment(time_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds; years outside 1 to 9999 are held at the edge."""
    held = _EPOCH + timedelta(milliseconds=min(max(time_ms, _FIRST_MS), _LAST_MS))
    return held.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
