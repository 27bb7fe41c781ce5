"""A report as one HTML file that needs nothing else, to keep, to mail or to print."""

from pathlib import Path

from token_dashboard.model.report import Report
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.page.markup import Html, joined, tag, void
from token_dashboard.render.report.table import ReportTable, TableRow, table_of

_STYLE = Html((Path(__file__).parent / "report.css").read_text("utf-8"))
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page loads nothing and runs nothing; how long a bar is stands beside it."""


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
    shown = _table(table) if report.rows else tag("p", language.gettext("Nothing was used in this period."))
    body = tag(
        "body",
        tag("h1", title),
        *(tag("p", note, class_="quiet") for note in table.notes),
        *(tag("p", f"⚠ {warning}", class_="warning") for warning in table.warnings),
        shown,
    )
    tongue = str(language.locale).replace("_", "-")
    return f"<!doctype html>\n{tag('html', head, body, lang=tongue)}\n".replace(NO_BREAK, "&#160;")


def _table(table: ReportTable) -> Html:
    titles = (
        tag("th", column.title, scope="col", class_="number" if column.is_number else None)
        if column.title
        else tag("td")
        for column in table.columns
    )
    groups = [row for row in table.rows if row.kind != "total"]
    totals = [row for row in table.rows if row.kind == "total"]
    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", *titles)),
            tag("tbody", *(_row(table, row) for row in groups)),
            tag("tfoot", *(_row(table, row) for row in totals)),
        ),
        class_="scroll",
        tabindex=0,
    )


def _row(table: ReportTable, row: TableRow) -> Html:
    cells: list[Html] = []
    for place, (column, text) in enumerate(zip(table.columns, row.cells, strict=True)):
        if place < table.names:
            cells.append(tag("th", text.strip(), scope="row"))
        elif not column.title:
            length = Html(f'<i style="width:{row.percent}%"></i>') if row.percent else Html()
            cells.append(tag("td", length, class_="bar", aria_hidden="true"))
        else:
            cells.append(tag("td", text, class_="number" if column.is_number else None))
    return tag("tr", joined(*cells), class_=row.kind)
