"""``tokens report``: usage of a period as a table."""

from datetime import date

from token_dashboard.model.report import Dimension, Report, ReportRow, Totals
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import cost_cell, unpriced
from token_dashboard.render.terminal._grid import (
    HEAD,
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
from token_dashboard.render.times import day_text

_TITLES = {
    Dimension.AGENT: N_("Agent"),
    Dimension.PROVIDER: N_("Provider"),
    Dimension.MODEL: N_("Model"),
    Dimension.PROJECT: N_("Project"),
    Dimension.APP: N_("App"),
    Dimension.DAY: N_("Day"),
}
_NAME_COLUMNS = 40


def print_report(screen: Screen, report: Report, language: Language) -> None:
    show(screen, report_lines(report, language, screen.width))


def report_lines(report: Report, language: Language, columns: int) -> list[Line]:
    """The report, its total, and what its costs leave out."""
    _ = language.gettext
    if not report.rows:
        return folded(_("Nothing was used in this period."), columns)
    is_recorded = report.total.recorded_requests > 0
    grid = Grid(
        [
            *(Column(_(_TITLES[dimension])) for dimension in report.by),
            Column(_("Requests"), is_number=True),
            Column(_("Input"), is_number=True),
            Column(_("Cached"), is_number=True),
            Column(_("Output"), is_number=True),
            Column(_("List cost"), is_number=True),
            Column(_("Recorded") if is_recorded else "", is_number=True),
        ],
        heading=max(len(report.by), 1),
    )
    for row in report.rows:
        names = [_name(row, dimension, language) for dimension in report.by]
        grid.add([*names, *_figures(row.totals, language, is_recorded=is_recorded)])
    if report.by:
        labels = [_("Total"), *[""] * (len(report.by) - 1)]
        grid.add([*labels, *_figures(report.total, language, is_recorded=is_recorded)], HEAD)
    missing = unpriced(report.total, report.unpriced_models, language)
    return blocks(
        grid.lines(columns),
        [
            *(folded(missing, columns, WARN) if missing else []),
            *folded(_("Days as in {zone}.").format(zone=report.time_zone), columns, QUIET),
        ],
    )


def _name(row: ReportRow, dimension: Dimension, language: Language) -> str:
    value: str | date | None = getattr(row, dimension.value)
    if value is None:
        return language.gettext("unknown")
    return day_text(value, language) if isinstance(value, date) else safe(value, _NAME_COLUMNS)


def _figures(totals: Totals, language: Language, *, is_recorded: bool) -> list[str]:
    share = totals.cached_share
    recorded = NONE if totals.recorded_cost is None else language.money(totals.recorded_cost)
    return [
        language.count(totals.requests),
        language.tokens(totals.input_tokens),
        NONE if share is None else language.share(share),
        language.tokens(totals.output_tokens),
        cost_cell(totals, language),
        recorded if is_recorded else "",
    ]
