"""A report as a Markdown table, to paste into an issue, a note or a chat."""

import re
from collections.abc import Iterator

from token_dashboard.model.report import Report
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.report.table import TableRow, table_of

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#])")


def report_markdown(report: Report, language: Language) -> str:
    """The table, what its costs leave out, and what is meant. Bars are left to screens."""
    table = table_of(report, language)
    if not report.rows:
        return "\n".join([language.gettext("Nothing was used in this period."), *table.warnings]) + "\n"
    places = [place for place, column in enumerate(table.columns) if column.title]

    def line(cells: Iterator[str]) -> str:
        return f"| {' | '.join(cells)} |"

    def told(row: TableRow) -> Iterator[str]:
        for place in places:
            text = _plain(row.cells[place])
            yield f"**{text}**" if row.kind == "total" and text else text

    lines = [
        line(_plain(table.columns[place].title) for place in places),
        line("---:" if table.columns[place].is_number else "---" for place in places),
        *(line(told(row)) for row in table.rows),
        "",
        *(f"{_plain(remark)}  " for remark in (*table.warnings, *table.notes)),
    ]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", text.replace(NO_BREAK, " "))
