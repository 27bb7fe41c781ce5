"""``tokens providers books``: vendors' own books beside what agents logged, day by day."""

from collections.abc import Mapping

from token_dashboard.model.money import USD, Money
from token_dashboard.model.vendor_report import VendorDay, VendorReport
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import called
from token_dashboard.render.terminal._grid import QUIET, Column, Grid, Line, Screen, blocks, folded, show
from token_dashboard.render.times import day_text

_NAME_COLUMNS = 24


def print_books(screen: Screen, report: VendorReport, names: Mapping[str, str], language: Language) -> None:
    show(screen, books_lines(report, names, language, screen.width))


def books_lines(
    report: VendorReport, names: Mapping[str, str], language: Language, columns: int
) -> list[Line]:
    """A line a day of each account; nothing is added up, because the two don't count the same."""
    _ = language.gettext
    if not report.days:
        return folded(_("No vendor has told of these days."), columns)
    grid = Grid(
        [
            Column(_("Account")),
            Column(_("Day")),
            Column(_("Billed"), is_number=True),
            Column(_("Logged"), is_number=True),
            Column(_("Difference"), is_number=True),
            Column(_("Input billed"), is_number=True),
            Column(_("Input logged"), is_number=True),
        ],
        heading=2,
    )
    for day in report.days:
        grid.add(_row(day, names, language))
    remark = _(
        "Billed is the vendor's own book, for every program that used the account. Logged is what agents on "
        "this computer used, at list price. Days are UTC; * is not closed yet."
    )
    return blocks(grid.lines(columns), folded(remark, columns, QUIET))


def _row(day: VendorDay, names: Mapping[str, str], language: Language) -> list[str]:
    name = called(names, day.provider, day.account) or day.provider
    vendor, logged = day.vendor.input_tokens, day.logged.input_tokens
    return [
        safe(name, _NAME_COLUMNS),
        day_text(day.day, language) + ("*" if day.is_partial else ""),
        language.listed([language.money(one) for one in day.vendor.costs]) or NONE,
        language.money(day.logged.list_cost or Money(0, USD)) if day.logged.requests else NONE,
        NONE if day.difference.cost is None else language.money(day.difference.cost),
        NONE if vendor is None else language.tokens(vendor),
        language.tokens(logged) if day.logged.requests else NONE,
    ]
