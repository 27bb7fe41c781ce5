"""``tokens invisible``: answers that nobody saw, and OpenClaw's figure beside ours."""

from collections.abc import Callable, Iterable
from functools import partial

from token_dashboard.model.invisible import Invisible, InvisiblePart, Spending, Visibility
from token_dashboard.model.money import NANOS_PER_UNIT, Money
from token_dashboard.render.language import N_, Language
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

_KINDS = {
    Visibility.ABANDONED: N_("on abandoned branches"),
    Visibility.PUT_AWAY: N_("in deleted or reset sessions"),
    Visibility.FAILED: N_("failed or stopped"),
    Visibility.COMPACTION: N_("summaries (compaction)"),
    Visibility.HEARTBEAT: N_("heartbeats"),
    Visibility.SILENT: N_("silent replies"),
    Visibility.VISIBLE: N_("of transcripts that are gone"),
}

_Shown = Callable[[Money], str]


def print_invisible(screen: Screen, found: Invisible, language: Language) -> None:
    show(screen, invisible_lines(found, language, screen.width))


def invisible_lines(found: Invisible, language: Language, columns: int) -> list[Line]:
    """All answers, those that nobody saw by kind, and what OpenClaw counts of them."""
    _ = language.gettext
    if not found.total.requests:
        if found.pruned_requests:
            return _pruned(found.pruned_requests, language, columns)
        return folded(_("OpenClaw used nothing in this period."), columns)
    shown = language.money if found.total.cost.nanos >= NANOS_PER_UNIT else partial(_exact, language)
    ours = _grid(language, "OpenClaw")
    _add(ours, _("All paid answers"), found.total, language, shown)
    _add_parts(ours, found.parts, language, shown)
    _add(ours, _("Nobody saw"), found.invisible, language, shown, HEAD)
    is_less = bool(found.uncounted or found.repriced.nanos)
    theirs = _grid(language, _("Why OpenClaw says less") if is_less else _("OpenClaw's own figure"))
    _add(theirs, _("OpenClaw counts"), found.openclaw, language, shown)
    _add_parts(theirs, found.uncounted, language, shown)
    if found.repriced.nanos:
        theirs.add([_("priced here, not there"), "", "", shown(found.repriced)])
    remark = _(
        "OpenClaw counts the branch that it shows of each session in its database, and all that stands in "
        "files of sessions. Costs are what its transcripts say, and list prices where they say nothing."
    )
    unpriced = []
    if count := found.total.unpriced_requests:
        text = language.ngettext(
            "+ {count} request without a cost", "+ {count} requests without a cost", count
        )
        unpriced = folded(text.format(count=language.count(count)), columns, WARN)
    left_out = [*unpriced, *_pruned(found.pruned_requests, language, columns)]
    return blocks(ours.lines(columns), theirs.lines(columns), left_out, folded(remark, columns, QUIET))


def _pruned(count: int, language: Language, columns: int) -> list[Line]:
    if not count:
        return []
    text = language.ngettext(
        "Without {count} request whose detail was deleted",
        "Without {count} requests whose detail was deleted",
        count,
    )
    return folded(text.format(count=language.count(count)), columns, WARN)


def _grid(language: Language, title: str) -> Grid:
    _ = language.gettext
    return Grid(
        [
            Column(title),
            Column(_("Requests"), is_number=True),
            Column(_("Tokens"), is_number=True),
            Column(_("Cost"), is_number=True),
        ]
    )


def _add_parts(grid: Grid, parts: Iterable[InvisiblePart], language: Language, shown: _Shown) -> None:
    for one in parts:
        _add(grid, f"  {language.gettext(_KINDS[one.kind])}", one.spending, language, shown)


def _add(
    grid: Grid, name: str, spending: Spending, language: Language, shown: _Shown, style: str = ""
) -> None:
    figures = [language.count(spending.requests), language.tokens(spending.tokens)]
    grid.add([name, *figures, shown(spending.cost)], style)


def _exact(language: Language, money: Money) -> str:
    """To the last digit: of less than a dollar the parts would all look alike."""
    return f"{language.exact(money)} {money.currency}"
