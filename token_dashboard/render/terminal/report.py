"""``tokens report``: usage of a period as a table."""

from collections.abc import Sequence

from token_dashboard.model.report import Report
from token_dashboard.render.columns import widest
from token_dashboard.render.language import Language
from token_dashboard.render.report.table import ReportTable, table_of
from token_dashboard.render.terminal._grid import (
    HEAD,
    PLAIN,
    QUIET,
    WARN,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)

_STYLES = {"group": PLAIN, "part": QUIET, "rest": QUIET, "total": HEAD}
_NEVER = 99


def print_report(screen: Screen, report: Report, language: Language) -> None:
    show(screen, report_lines(report, language, screen.width))


def report_lines(report: Report, language: Language, columns: int) -> list[Line]:
    """The report, its total, and what its costs leave out."""
    table = table_of(report, language)
    warnings = [line for remark in table.warnings for line in folded(remark, columns, WARN)]
    if not report.rows:
        return blocks(folded(language.gettext("Nothing was used in this period."), columns), warnings)
    places = _fitting(table, columns)
    chosen = [table.columns[place] for place in places]
    grid = Grid([Column(one.title, is_number=one.is_number) for one in chosen], heading=table.names)
    for row in table.rows:
        grid.add([row.cells[place] for place in places], _STYLES[row.kind])
    notes = [line for note in table.notes for line in folded(note, columns, QUIET)]
    return blocks(grid.lines(columns), [*warnings, *notes])


def _fitting(table: ReportTable, columns: int) -> Sequence[int]:
    """The columns that there is room for: those that may go, go one after the other."""
    cells = zip(*(row.cells for row in table.rows), strict=True)
    widths = [widest((column.title, *texts)) for column, texts in zip(table.columns, cells, strict=True)]
    places = list(range(len(widths)))
    for least in sorted({column.goes for column in table.columns}):
        if sum(widths[place] for place in places) + len(places) - 1 <= columns or least == _NEVER:
            break
        places = [place for place in places if table.columns[place].goes > least]
    return places
