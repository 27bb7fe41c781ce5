"""A report for spreadsheets and scripts: one row a group, every figure in full, names that stay."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, TypeAlias

from token_dashboard.model.money import Money
from token_dashboard.model.report import Dimension, Report, ReportRow, Rest, Totals
from token_dashboard.model.usage import COUNTS
from token_dashboard.render.export.formats import csv_text
from token_dashboard.render.wire import moment

Value: TypeAlias = str | int | Decimal | date | datetime | None
"""Moments know their zone."""

_COUNTS = (
    "requests",
    *COUNTS,
    "unpriced_tokens",
)
_counts: Callable[[Totals], tuple[int, ...]] = attrgetter(*_COUNTS)


def titles(report: Report) -> list[str]:
    """The names of the columns. With the rows they are the same in every language."""
    return [
        *_dimensions(report),
        *(("first_at", "last_at", "projects", "models") if _is_of_sessions(report) else ()),
        *_COUNTS,
        "list_cost_usd",
        "recorded_cost_usd",
        "cost_usd",
        "requests_without_cost",
        *((f"cost_{report.currency.lower()}",) if report.currency else ()),
    ]


def rows(report: Report) -> Iterator[list[Value]]:
    """The groups, by model where they are told by model; what a limit leaves out; no total."""
    dimensions = _dimensions(report)
    for row in report.rows:
        for one in row.parts or (row,):
            names = [_name(row, one, name) for name in dimensions]
            yield [*names, *_about(report, row), *_figures(report, one)]
    if report.rest is not None:
        names = [f"({report.rest.groups} more)", *[None] * (len(dimensions) - 1)]
        yield [*names, *_about(report, None), *_figures(report, report.rest)]


def report_csv(report: Report) -> str:
    """CSV whose figures add up to the total, and in which no text is taken for a formula."""
    return csv_text([titles(report), *([_told(value) for value in row] for row in rows(report))])


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    Decimal: "{:f}".format,
    date: date.isoformat,
    datetime: lambda at: at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
}


def _told(value: Value) -> Any:
    """A cell as CSV has it: a text, a whole number or nothing."""
    written = _WRITTEN.get(type(value))
    return written(value) if written else value


def _dimensions(report: Report) -> list[str]:
    has_parts = any(row.parts for row in report.rows)
    by = [*report.by, *((Dimension.PROVIDER, Dimension.MODEL) if has_parts else ())]
    if Dimension.MODEL in by and Dimension.PROVIDER not in by:
        by.insert(by.index(Dimension.MODEL), Dimension.PROVIDER)
    return [one.value for one in dict.fromkeys(by)]


def _is_of_sessions(report: Report) -> bool:
    return Dimension.SESSION in report.by


def _name(row: ReportRow, part: ReportRow, name: str) -> Value:
    value: str | int | date | None = getattr(row, name)
    if value is None:
        value = getattr(part, name)
    return _moment(value) if isinstance(value, int) else value


def _moment(time_ms: int) -> datetime:
    return datetime.fromisoformat(moment(time_ms))


def _about(report: Report, row: ReportRow | None) -> Sequence[Value]:
    if not _is_of_sessions(report):
        return ()
    activity = row.activity if row else None
    if activity is None:
        return (None,) * 4
    times = [None if at is None else _moment(at) for at in (activity.first_ms, activity.last_ms)]
    return (*times, ", ".join(activity.projects), ", ".join(activity.models))


def _figures(report: Report, row: ReportRow | Rest) -> Iterator[Value]:
    totals = row.totals
    yield from _counts(totals)
    yield _amount(totals.list_cost)
    yield _amount(totals.recorded_cost)
    yield _amount(totals.cost(report.cost_basis))
    yield totals.requests_without_cost(report.cost_basis)
    if report.currency:
        yield _amount(row.shown_cost)


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else Decimal(money.amount)
