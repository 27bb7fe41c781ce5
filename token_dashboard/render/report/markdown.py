"""A report as a Markdown table, to paste into an issue, a note or a chat."""

import re
from collections.abc import Iterable, Sequence

from token_dashboard.model.report import Report
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.report.table import TableColumn, table_of

_MARKUP = re.compile(r"([\\`*_{}\[\]<>|#&~])")


def report_markdown(report: Report, language: Language) -> str:
    """The table, what its costs leave out, and what is meant. Bars are left to screens."""
    table = table_of(report, language)
    if not report.rows:
        return "\n".join([language.gettext("Nothing was used in this period."), *table.warnings]) + "\n"

    def line(cells: Iterable[str]) -> str:
        return f"| {' | '.join(cells)} |"

    shown = [column for column in table.columns if column.title]
    lines = [
        line(_plain(column.title) for column in shown),
        line("---:" if column.is_number else "---" for column in shown),
        *map(line, zip(*(_cells(column, table.kinds) for column in shown), strict=True)),
        "",
        *(f"{_sentence(remark)}  " for remark in (*table.warnings, *table.notes)),
    ]
    return ("\n".join(lines) + "\n").replace(NO_BREAK, " ")


def _cells(column: TableColumn, kinds: Sequence[str]) -> list[str]:
    has_markup = _MARKUP.search("".join(column.cells))
    texts = map(_plain, column.cells) if has_markup else column.cells
    return [
        f"**{text}**" if kind == "total" and text else text for text, kind in zip(texts, kinds, strict=True)
    ]


def _plain(text: str) -> str:
    """A text that Markdown shows as it is."""
    return _MARKUP.sub(r"\\\1", text)


def _sentence(text: str) -> str:
    """A line outside the table, where a plus sign before it would make an item of a list of it."""
    plain = _plain(text)
    return f"\\{plain}" if plain.startswith(("+", "-")) else plain
