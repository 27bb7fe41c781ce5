"""``tokens report``: usage of a period as a table."""

from collections.abc import Iterator
from datetime import date

from token_dashboard.model.report import CostBasis, Dimension, Report, ReportRow, Totals
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import request_count, unpriced
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
_COSTS = {
    CostBasis.COMPUTED: N_("List cost"),
    CostBasis.LOGGED: N_("Logged cost"),
    CostBasis.AUTO: N_("Likely cost"),
}
_BASES = {
    CostBasis.COMPUTED: N_("List cost: tokens times list price."),
    CostBasis.LOGGED: N_("Logged cost: what the logs say was charged."),
    CostBasis.AUTO: N_("Likely cost: what the logs say, and tokens times list price where they don't."),
}
_NAME_COLUMNS = 40


def print_report(screen: Screen, report: Report, language: Language) -> None:
    show(screen, report_lines(report, language, screen.width))


def report_lines(report: Report, language: Language, columns: int) -> list[Line]:
    """The report, its total, and what its costs leave out."""
    _ = language.gettext
    if not report.rows:
        return folded(_("Nothing was used in this period."), columns)
    basis = report.cost_basis
    is_recorded = basis is CostBasis.COMPUTED and report.total.recorded_requests > 0
    grid = Grid(
        [
            *(Column(_(_TITLES[dimension])) for dimension in report.by),
            Column(_("Requests"), is_number=True),
            Column(_("Input"), is_number=True),
            Column(_("Cached"), is_number=True),
            Column(_("Output"), is_number=True),
            Column(_(_COSTS[basis]), is_number=True),
            Column(_("Recorded") if is_recorded else "", is_number=True),
        ],
        heading=max(len(report.by), 1),
    )
    for row in report.rows:
        names = [_name(row, dimension, language) for dimension in report.by]
        grid.add([*names, *_figures(row.totals, basis, language, is_recorded=is_recorded)])
    if report.by:
        labels = [_("Total"), *[""] * (len(report.by) - 1)]
        grid.add([*labels, *_figures(report.total, basis, language, is_recorded=is_recorded)], HEAD)
    return blocks(
        grid.lines(columns),
        [
            *(line for remark in _remarks(report, language) for line in folded(remark, columns, WARN)),
            *(folded(_(_BASES[basis]), columns, QUIET) if report.total.recorded_requests else []),
            *folded(_("Days as in {zone}.").format(zone=report.time_zone), columns, QUIET),
        ],
    )


def _remarks(report: Report, language: Language) -> Iterator[str]:
    """What the costs leave out, and what isn't believed."""
    total = report.total
    if report.cost_basis is CostBasis.COMPUTED:
        if missing := unpriced(total, report.unpriced_models, language):
            yield missing
    elif without := total.requests_without_cost(report.cost_basis):
        yield language.ngettext(
            "+ {count} request without a cost", "+ {count} requests without a cost", without
        ).format(count=language.count(without))
    if total.doubtful_requests:
        yield language.ngettext(
            "The log's cost of {count} request is off by a factor of 1,000 or more from the list price.",
            "The log's cost of {count} requests is off by a factor of 1,000 or more from the list price.",
            total.doubtful_requests,
        ).format(count=language.count(total.doubtful_requests))


def _name(row: ReportRow, dimension: Dimension, language: Language) -> str:
    value: str | date | None = getattr(row, dimension.value)
    if value is None:
        return language.gettext("unknown")
    return day_text(value, language) if isinstance(value, date) else safe(value, _NAME_COLUMNS)


def _figures(totals: Totals, basis: CostBasis, language: Language, *, is_recorded: bool) -> list[str]:
    share = totals.cached_share
    recorded = NONE if totals.recorded_cost is None else language.money(totals.recorded_cost)
    return [
        request_count(totals, language),
        language.tokens(totals.input_tokens),
        NONE if share is None else language.share(share),
        language.tokens(totals.output_tokens),
        _cost(totals, basis, language),
        recorded if is_recorded else "",
    ]


def _cost(totals: Totals, basis: CostBasis, language: Language) -> str:
    """``?`` where nothing is known, ``$4.18 + ?`` where something is missing."""
    money = totals.cost(basis)
    if money is None:
        return "?"
    is_whole = not totals.requests_without_cost(basis)
    return language.money(money) if is_whole else f"{language.money(money)} + ?"
