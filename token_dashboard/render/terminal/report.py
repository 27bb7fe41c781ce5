"""``tokens report``: usage of a period as a table."""

from token_dashboard.model.report import Report
from token_dashboard.render.language import Language
from token_dashboard.render.report.table import ReportTable, table_of
from token_dashboard.render.terminal._grid import (
    HEAD,
    PLAIN,
    QUIET,
    WARN,
    Cells,
    Column,
    Line,
    Screen,
    Table,
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
    fitting = _fitting(table, columns)
    shown = {column.title for column in fitting.columns}
    gone = {column.note for column in table.columns if column.title not in shown}
    notes = [line for note in table.notes if note not in gone for line in folded(note, columns, QUIET)]
    return blocks(fitting.lines(columns), [*warnings, *notes])


def _fitting(table: ReportTable, columns: int) -> Table:
    """What there is room for: long names are cut; then columns that may go, go one after the other."""
    shown = [Column(one.title, is_number=one.is_number) for one in table.columns]
    cells = [Cells.of(column, one.cells) for column, one in zip(shown, table.columns, strict=True)]
    places = list(range(len(cells)))
    if sum(one.wide for one in cells) + len(cells) - 1 > columns:
        cells = [
            Cells.of(column, one.short) if one.short else whole
            for column, one, whole in zip(shown, table.columns, cells, strict=True)
        ]
    for least in sorted({column.goes for column in table.columns}):
        if sum(cells[place].wide for place in places) + len(places) - 1 <= columns or least == _NEVER:
            break
        places = [place for place in places if table.columns[place].goes > least]
    return Table(
        columns=[shown[place] for place in places],
        cells=[cells[place] for place in places],
        styles=list(map(_STYLES.__getitem__, table.kinds)),
        remarks=[()] * len(table.kinds),
        heading=table.names,
    )
