"""The rows of a report as people are shown them: groups, their parts, what a limit leaves out, the total."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import NamedTuple

from token_dashboard.model.money import Money
from token_dashboard.model.record import Records, column
from token_dashboard.model.report import Report, ReportRow, Rest, Totals
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
from token_dashboard.render.usage_words import sold_by

INDENT = "  "
"""Before the name of a part."""
_WHOLE = 1000
"""Nothing that is a name is longer."""


class ShownRows(NamedTuple):
    """Columns of all rows, because a report may have thousands."""

    kinds: Sequence[str]
    """``group``, ``part`` of the group above, ``rest`` or ``total``."""
    labels: Sequence[str]
    """What stands in the first column, unless the name of a group does."""
    totals: Sequence[Totals]
    shown_costs: Sequence[Money | None]


def shown_rows(report: Report, language: Language) -> ShownRows:
    rows, kinds, labels = _groups(report.rows, language)
    others = list(_others(report, language))
    return ShownRows(
        kinds=[*kinds, *(kind for _, kind, _ in others)],
        labels=[*labels, *(label for _, _, label in others)],
        totals=with_others(column(rows, "totals"), [one.totals for one, _, _ in others]),
        shown_costs=[*column(rows, "shown_cost"), *(one.shown_cost for one, _, _ in others)],
    )


def with_others(totals: Sequence[Totals], others: Sequence[Totals]) -> Sequence[Totals]:
    """Those of groups, and of rows below them."""
    columns = {one.name: [*column(totals, one.name), *column(others, one.name)] for one in fields(Totals)}
    return Records(Totals, len(totals) + len(others), columns)


def _groups(
    rows: Sequence[ReportRow], language: Language
) -> tuple[Sequence[ReportRow], list[str], list[str]]:
    """The groups, each with its parts behind it; their kinds, and the labels of the parts."""
    if not any(column(rows, "parts")):
        return rows, ["group"] * len(rows), [""] * len(rows)
    told = [one for row in rows for one in ((row, "group", ""), *_parts(row.parts, language))]
    groups, kinds, labels = map(list, zip(*told, strict=True))
    return groups, kinds, labels


def _others(report: Report, language: Language) -> Iterator[tuple[ReportRow | Rest, str, str]]:
    """What stands below the groups: each row, its kind and its label."""
    if report.rest is not None:
        more = language.ngettext("and {count} more", "and {count} more", report.rest.groups)
        yield report.rest, "rest", more.format(count=language.count(report.rest.groups))
    if report.by:
        total = ReportRow(totals=report.total, shown_cost=report.shown_cost)
        yield total, "total", language.gettext("Total")


def _parts(parts: Sequence[ReportRow], language: Language) -> Iterator[tuple[ReportRow, str, str]]:
    """The models of a row, with who sells them where several do."""
    unknown = language.gettext("unknown")
    sellers = Counter(part.model for part in parts)
    for part in parts:
        model = unknown if part.model is None else safe(part.model, _WHOLE)
        name = sold_by(model, part.provider, language) if sellers[part.model] > 1 else model
        yield part, "part", f"{INDENT}{name}"
