"""A report for spreadsheets and scripts: one row a group, every figure in full, names that stay."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, NamedTuple

from token_dashboard.model.money import Nanos, decimal_text
from token_dashboard.model.report import CostBasis, Dimension, Report, ReportRow, Rest
from token_dashboard.model.usage import COUNTS
from token_dashboard.render.export.formats import csv_lines, harmless
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
    parted = [(row, one) for row in report.rows for one in row.parts or (row,)]
    groups, shown = [row for row, _ in parted], [one for _, one in parted]
    rest = report.rest
    counted: list[ReportRow | Rest] = [*shown, rest] if rest else [*shown]
    totals = [one.totals for one in counted]

    def costs(title: str, nanos: Iterable[Nanos | None]) -> Column:
        return Column(title, Decimal, list(nanos))

    made = [*_names(report, groups, shown), *_abouts(report, groups)]
    if rest is not None:
        labels = chain([f"({rest.groups} more)"], repeat(None))
        made = [one._replace(values=[*one.values, next(labels)]) for one in made]
    made += [Column(name, int, list(map(attrgetter(name), totals))) for name in _COUNTS]
    basis = report.cost_basis
    made.append(costs("list_cost_usd", (one.cost_nanos(CostBasis.COMPUTED) for one in totals)))
    made.append(costs("recorded_cost_usd", (one.cost_nanos(CostBasis.LOGGED) for one in totals)))
    made.append(costs("cost_usd", (one.cost_nanos(basis) for one in totals)))
    made.append(Column("requests_without_cost", int, [one.requests_without_cost(basis) for one in totals]))
    made += [Column(name, int, list(map(attrgetter(name), totals))) for name in _MARKS]
    if report.currency:
        shown_costs = (one.shown_cost.nanos if one.shown_cost else None for one in counted)
        made.append(costs(f"cost_{report.currency.lower()}", shown_costs))
    return made


_WRITTEN: Mapping[type, Callable[[Any], str]] = {
    Decimal: decimal_text,
    date: date.isoformat,
    datetime: moment,
}


def report_csv(report: Report) -> str:
    """CSV whose figures add up to the total, and in which no text is taken for a formula."""
    told = columns(report)
    return csv_lines([[one.title for one in told], *zip(*map(_cells, told), strict=True)])


def _cells(column: Column) -> Sequence[Any]:
    """Texts, whole numbers and nothing, as CSV has them."""
    write = _WRITTEN.get(column.kind)
    if write is None:
        return column.values if column.kind is int else list(map(harmless, column.values))
    return [one if one is None or isinstance(one, str) else write(one) for one in column.values]


def _names(report: Report, groups: Sequence[ReportRow], shown: Sequence[ReportRow]) -> Iterator[Column]:
    by = [*report.by, *((Dimension.PROVIDER, Dimension.MODEL) if any(row.parts for row in groups) else ())]
    if Dimension.MODEL in by and Dimension.PROVIDER not in by:
        by.insert(by.index(Dimension.MODEL), Dimension.PROVIDER)
    for one in dict.fromkeys(by):
        name = attrgetter(one.value)
        of_groups, of_shown = map(name, groups), map(name, shown)
        values = [part if group is None else group for group, part in zip(of_groups, of_shown, strict=True)]
        yield Column(one.value, _TIMES.get(one, str), values)


def _abouts(report: Report, groups: Sequence[ReportRow]) -> Iterator[Column]:
    """What sessions were about."""
    if Dimension.SESSION not in report.by:
        return
    known = [row.activity for row in groups]
    yield Column("first_at", datetime, [one and one.first_ms for one in known])
    yield Column("last_at", datetime, [one and one.last_ms for one in known])
    yield Column("projects", str, [one and ", ".join(one.projects) for one in known])
    yield Column("models", str, [one and ", ".join(one.models) for one in known])
