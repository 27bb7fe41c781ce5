"""A report as one HTML file that needs nothing else, to keep, to mail or to print."""

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from token_dashboard.model.money import divide
from token_dashboard.model.report import Report
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.page.markup import Html, tag, void
from token_dashboard.render.report.table import ReportTable, table_of

_STYLE = Html((Path(__file__).parent / "report.css").read_text("utf-8"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page loads nothing and runs nothing; how long a bar is stands beside it."""
_HERE = Html("\N{NULL}")
"""Stands in an element for what it is to hold."""


def report_html(report: Report, language: Language) -> str:
    """The whole document."""
    table = table_of(report, language)
    title = language.gettext("Usage")
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · token-dashboard"),
        tag("style", _STYLE),
    )
    rows = _rows(table) if report.rows else []
    shown = _table(table, rows) if rows else tag("p", language.gettext("Nothing was used in this period."))
    body = tag(
        "body",
        tag("h1", title),
        *(tag("p", note, class_="quiet") for note in table.notes),
        *(tag("p", f"⚠ {warning}", class_="warning") for warning in table.warnings),
        shown,
    )
    tongue = str(language.locale).replace("_", "-")
    before, *after = f"<!doctype html>\n{tag('html', head, body, lang=tongue)}\n".split(_HERE)
    groups = (row for row, kind in rows if kind != "total")
    return "".join([before, *groups, *after]).replace(NO_BREAK, "&#160;")


def _table(table: ReportTable, rows: Sequence[tuple[str, str]]) -> Html:
    """The table; its groups' rows, which may be thousands, are put into the document last."""
    titles = (
        tag("th", column.title, scope="col", class_="number" if column.is_number else None)
        if column.title
        else tag("td")
        for column in table.columns
    )
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *titles)),
            tag("tbody", _HERE),
            tag("tfoot", Html("".join(row for row, kind in rows if kind == "total"))),
        ),
        class_="scroll",
        tabindex=0,
    )


def _rows(table: ReportTable) -> list[tuple[str, str]]:
    """Markup of each row, and its kind; made column by column, because there may be thousands."""
    columns: list[Iterable[str]] = []
    for place, column in enumerate(table.columns):
        if not column.title:
            most = max(table.lengths)
            columns.append(map(cache(_bar), [divide(100 * length, most) for length in table.lengths]))
        elif place < table.names:
            columns.append(_around(list(map(str.strip, column.cells)), tag("th", _HERE, scope="row")))
        else:
            class_ = "number" if column.is_number else None
            columns.append(_around(column.cells, tag("td", _HERE, class_=class_)))
    ends = {kind: tag("tr", _HERE, class_=kind).split(_HERE) for kind in set(table.kinds)}
    rows = zip(map("".join, zip(*columns, strict=True)), table.kinds, strict=True)
    return [(cells.join(ends[kind]), kind) for cells, kind in rows]


def _around(texts: Sequence[str], element: Html) -> list[str]:
    """The element with each text in it."""
    before, after = element.split(_HERE)
    together = "".join(texts)
    if escape(together) != together:
        texts = list(map(escape, texts))
    return [f"{before}{text}{after}" for text in texts]


def _bar(percent: int) -> Html:
    length = Html(f'<i style="width:{percent}%"></i>') if percent else Html()
    return tag("td", length, class_="bar", aria_hidden="true")
