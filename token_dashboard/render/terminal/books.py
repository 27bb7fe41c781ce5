"""``tokens providers books``: vendors' own books beside what agents logged, day by day."""

from collections.abc import Mapping

from token_dashboard.model.vendor_report import VendorReport
from token_dashboard.render.books import FIRST_NUMBER, REMARK, book_rows, heads
from token_dashboard.render.language import Language
from token_dashboard.render.terminal._grid import QUIET, Column, Grid, Line, Screen, blocks, folded, show


def print_books(screen: Screen, report: VendorReport, names: Mapping[str, str], language: Language) -> None:
    show(screen, books_lines(report, names, language, screen.width))


def books_lines(
    report: VendorReport, names: Mapping[str, str], language: Language, columns: int
) -> list[Line]:
    """A line a day of each account."""
    _ = language.gettext
    if not report.days:
        return folded(_("No vendor has told of these days."), columns)
    columns_ = [Column(one, is_number=at >= FIRST_NUMBER) for at, one in enumerate(heads(language))]
    grid = Grid(columns_, heading=FIRST_NUMBER)
    for row in book_rows(report.days, names, language):
        grid.add(row)
    return blocks(grid.lines(columns), folded(_(REMARK), columns, QUIET))
