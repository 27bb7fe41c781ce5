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
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Any, TypeAlias

from token_dashboard.model.alert import Alert, Alerts, Condition, Delivery
from token_dashboard.model.budget import Budgets
from token_dashboard.model.burn import Burn
from token_dashboard.model.forecast import Forecast
from token_dashboard.model.guard import GuardAnswer
from token_dashboard.model.money import USD, Money, Nanos, decimal_text
from token_dashboard.model.notice import Receipt
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.provider_detail import ProviderDetail
from token_dashboard.model.record import column
from token_dashboard.model.report import (
    Activity,
    CostBasis,
    Report,
    ReportRow,
    Rest,
    Totals,
    activity_column,
    costs_nanos,
    requests_without_costs,
)
from token_dashboard.model.status import AgentInfo, ProviderInfo, Status, UsageBrief, UsageNow
from token_dashboard.model.vendor_report import VendorReport
from token_dashboard.render.wire_scan import SCHEMA_VERSION

Json: TypeAlias = dict[str, Any]
_Columns: TypeAlias = dict[str, Sequence[Any]]

_LENGTHS = {"elapsed_ms", "observed_ms", "window_ms"}
_PREPOSITIONS = {"as_of_ms": "asOf", "at_ms": "at", "since_ms": "since"}
_REPORTS_ALONE = {"activity", "parts", "shown_cost"}
"""What only the rows of reports have."""
_GROUP_NAMES = tuple(one.name for one in fields(ReportRow) if one.name not in {"totals", *_REPORTS_ALONE})
"""What a row of a report is named by."""
_LIVES = (("firstAt", "first_ms"), ("lastAt", "last_ms"))
_COUNTS = (
    "requests",
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "cache_creation_1h_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "web_searches",
)
_MISSING = ("unpriced_tokens", "open_sums", "doubtful_requests")
_EPOCH_DAY = date(1970, 1, 1).toordinal()
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
    total, rest = _figures([answer.total]), answer.rest
    (total_told,) = _objects({**total, **_costs([answer.total], basis, total)})
    told: Json = {"rows": _report_rows(answer.rows, basis), "total": total_told, "rest": None}
    if rest is not None:
        (cost,) = _objects(_costs([rest.totals], basis, _figures([rest.totals])))
        told["rest"] = _object(rest) | cost
    return _answer(_object(replace(answer, rows=(), rest=None)) | told)


def _report_rows(rows: Sequence[ReportRow], basis: CostBasis) -> list[Json]:
    """Made column by column, because a report may have thousands of rows."""
    if not rows:
        return []
    totals = column(rows, "totals")
    figures = _figures(totals)
    parts = column(rows, "parts")
    told = iter(_report_rows([*chain.from_iterable(parts)], basis))
    return _objects(
        {
            **figures,
            **{name: _named(column(rows, name)) for name in _GROUP_NAMES},
            **_costs(totals, basis, figures),
            "shownCost": list(map(_value, column(rows, "shown_cost"))),
            "activity": _active(column(rows, "activity")),
            "parts": [list(islice(told, len(one))) for one in parts],
        }
    )


def _objects(columns: _Columns) -> list[Json]:
    names = tuple(columns)
    return [dict(zip(names, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _name(value: str | int | date | None) -> str | None:
    """A name, an hour, a day, or what isn't known."""
    if value is None or isinstance(value, str):
        return value
    return moment(value) if isinstance(value, int) else value.isoformat()


def _named(values: Sequence[str | int | date | None]) -> list[str | None]:
    """The same of thousands: of most dimensions nothing is known, others have a few values."""
    known = {value: _name(value) for value in set(values)}
    return list(map(known.__getitem__, values))


def _active(activities: Sequence[Activity | None]) -> Sequence[Json | None]:
    agents = activity_column(activities, "agents")
    if agents.count(None) == len(agents):
        return agents
    told: _Columns = {name: list(map(_at, activity_column(activities, one))) for name, one in _LIVES}
    for name in ("agents", "projects", "models"):
        told[name] = [None if one is None else list(one) for one in activity_column(activities, name)]
    return [None if one is None else each for one, each in zip(agents, _objects(told), strict=True)]


def _costs(totals: Sequence[Totals], basis: CostBasis, figures: _Columns) -> _Columns:
    known = {CostBasis.COMPUTED: figures["listCost"], CostBasis.LOGGED: figures["recordedCost"]}
    return {
        "cost": known.get(basis) or list(map(_dollars, costs_nanos(totals, basis))),
        "requestsWithoutCost": requests_without_costs(totals, basis),
    }


def _dollars(nanos: Nanos | None) -> Json | None:
    return None if nanos is None else {"amount": decimal_text(nanos), "currency": USD}


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
        return _objects(_figures([record]))[0]
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


def _figures(totals: Sequence[Totals]) -> _Columns:
    """Columns of the counts, and of the two costs that know when nothing is known."""
    return {
        **{_camel(name): column(totals, name) for name in _COUNTS},
        "listCost": list(map(_dollars, costs_nanos(totals, CostBasis.COMPUTED))),
        "recordedCost": list(map(_dollars, costs_nanos(totals, CostBasis.LOGGED))),
        **{_camel(name): column(totals, name) for name in _MISSING},
    }


def _member(name: str, value: Any) -> Json:
    if name in _LENGTHS:
        return {_camel(name.removesuffix("_ms")) + "Seconds": _value(Decimal(value) / 1000)}
    if name == "hour":
        return {name: _at(value)}
    if name.endswith("_ms"):
        key = _PREPOSITIONS.get(name) or _camel(name.removesuffix("_ms")) + "At"
        return {key: _at(value)}
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


def _at(time_ms: int | None) -> str | None:
    return None if time_ms is None else moment(time_ms)


def moment(time_ms: int) -> str:
    """RFC 3339 in UTC with milliseconds; years outside 1 to 9999 are held at the edge."""
    held_ms = time_ms if _FIRST_MS <= time_ms <= _LAST_MS else _FIRST_MS if time_ms < 0 else _LAST_MS
    days, ms = divmod(held_ms, DAY_MS)
    time = (_day(days), ms // 3_600_000, ms // 60_000 % 60, ms // 1000 % 60, ms % 1000)
    return "%sT%02d:%02d:%02d.%03dZ" % time  # noqa: UP031 - an f-string takes half as long again


@lru_cache(4096)
def _day(days: int) -> str:
    return date.fromordinal(_EPOCH_DAY + days).isoformat()
