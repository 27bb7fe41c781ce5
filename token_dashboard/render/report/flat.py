"""A report for spreadsheets and scripts: one row a group, every figure in full, names that stay."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, repeat
from typing import Any, NamedTuple

from token_dashboard.model.money import decimal_text
from token_dashboard.model.record import column
from token_dashboard.model.report import (
    CostBasis,
    Dimension,
    Report,
    ReportRow,
    activity_column,
    costs_nanos,
    requests_without_costs,
)
from token_dashboard.model.usage import COUNTS
from token_dashboard.render.export.formats import csv_lines, harmless
from token_dashboard.render.report.shown import with_others
from token_dashboard.render.wire import moment

_COUNTS = (
    "requests",
    *COUNTS,
    "unpriced_tokens",
)
_MARKS = ("open_sums", "doubtful_requests")
"""What a person sees as ``≥`` before the requests, and as a warning of costs that the logs can't mean."""
_TIMES = {Dimension.HOUR: datetime, Dimension.DAY: date, Dimension.WEEK: date, Dimension.MONTH: date}


class Column(NamedTuple):
    """One column of values of a kind; any may be unknown."""

    title: str
    """The same in every language."""
    kind: type
    """``datetime`` has UTC epoch milliseconds, ``Decimal`` nanos. The row of what a limit leaves out has a
    text in its first column, of whatever kind that is."""
    values: Sequence[Any]


def columns(report: Report) -> list[Column]:
    """The groups, by model where they are told by model; what a limit leaves out; no total."""
    groups, shown = _parted(report.rows)
    rest, basis = report.rest, report.cost_basis
    totals = with_others(column(shown, "totals"), [rest.totals] if rest else [])

    made = [*_names(report, groups, shown), *_abouts(report, groups)]
    if rest is not None:
        labels = chain([f"({rest.groups} more)"], repeat(None))
        made = [one._replace(values=[*one.values, next(labels)]) for one in made]
    made += [Column(name, int, column(totals, name)) for name in _COUNTS]
    made.append(Column("list_cost_usd", Decimal, costs_nanos(totals, CostBasis.COMPUTED)))
    made.append(Column("recorded_cost_usd", Decimal, costs_nanos(totals, CostBasis.LOGGED)))
    made.append(Column("cost_usd", Decimal, costs_nanos(totals, basis)))
    made.append(Column("requests_without_cost", int, requests_without_costs(totals, basis)))
    made += [Column(name, int, column(totals, name)) for name in _MARKS]
    if report.currency:
        shown_costs = [*column(shown, "shown_cost"), *([rest.shown_cost] if rest else [])]
        nanos = [one.nanos if one else None for one in shown_costs]
        made.append(Column(f"cost_{report.currency.lower()}", Decimal, nanos))
    return made


def _parted(rows: Sequence[ReportRow]) -> tuple[Sequence[ReportRow], Sequence[ReportRow]]:
    """The groups, each as often as it has parts; and the parts, or the groups themselves."""
    if not any(column(rows, "parts")):
        return rows, rows
    parted = [(row, one) for row in rows for one in row.parts or (row,)]
    return [row for row, _ in parted], [one for _, one in parted]


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    Decimal: decimal_text,
    date: date.isoformat,
    datetime: moment,
}


def report_csv(report: Report) -> str:
    """CSV whose figures add up to the total, and in which no text is taken for a formula."""
    told = columns(report)
    return csv_lines([[one.title for one in told], *zip(*map(_cells, told), strict=True)])


def _cells(told: Column) -> Sequence[Any]:
    """Texts, whole numbers and nothing, as CSV has them."""
    write = _WRITTEN.get(told.kind)
    if write is None:
        return told.values if told.kind is int else list(map(harmless, told.values))
    return [one if one is None or isinstance(one, str) else write(one) for one in told.values]


def _names(report: Report, groups: Sequence[ReportRow], shown: Sequence[ReportRow]) -> Iterator[Column]:
    by = [*report.by, *((Dimension.PROVIDER, Dimension.MODEL) if shown is not groups else ())]
    if Dimension.MODEL in by and Dimension.PROVIDER not in by:
        by.insert(by.index(Dimension.MODEL), Dimension.PROVIDER)
    for one in dict.fromkeys(by):
        every = zip(column(groups, one.value), column(shown, one.value), strict=True)
        values = [part if group is None else group for group, part in every]
        yield Column(one.value, _TIMES.get(one, str), values)


def _abouts(report: Report, groups: Sequence[ReportRow]) -> Iterator[Column]:
    """What sessions were about."""
    if Dimension.SESSION not in report.by:
        return
    known = column(groups, "activity")
    yield Column("first_at", datetime, activity_column(known, "first_ms"))
    yield Column("last_at", datetime, activity_column(known, "last_ms"))
    for name in ("projects", "models"):
        lists = activity_column(known, name)
        yield Column(name, str, [None if one is None else ", ".join(one) for one in lists])
