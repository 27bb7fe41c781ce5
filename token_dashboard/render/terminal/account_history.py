"""``tokens history``: how balances, usage windows and spend were."""

from collections.abc import Mapping

from token_dashboard.model.account_history import AccountDays, AccountStats, Amount, Figure, FigureKind
from token_dashboard.model.money import Money
from token_dashboard.model.status import DEFAULT_ACCOUNT
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import window_name
from token_dashboard.render.terminal._grid import QUIET, Column, Grid, Line, Screen, blocks, folded, show
from token_dashboard.render.times import day_text

_KINDS = {
    FigureKind.BALANCE: N_("Balance"),
    FigureKind.WINDOW: N_("Window"),
    FigureKind.SPEND: N_("Spend"),
}
_NAME_COLUMNS = 24

Names = Mapping[str, str]


def print_days(screen: Screen, answer: AccountDays, names: Names, language: Language) -> None:
    show(screen, day_lines(answer, names, language, screen.width))


def print_stats(screen: Screen, answer: AccountStats, names: Names, language: Language) -> None:
    show(screen, stat_lines(answer, names, language, screen.width))


def day_lines(answer: AccountDays, names: Names, language: Language, columns: int) -> list[Line]:
    """A row a day and figure."""
    _ = language.gettext
    grid = Grid(
        [
            Column(_("Day")),
            Column(_("Account")),
            Column(_("Figure")),
            *(Column(title, is_number=True) for title in (_("Lowest"), _("Highest"), _("Last"))),
        ],
        heading=3,
    )
    for one in answer.days:
        figures = [_value(value, language) for value in (one.lowest, one.highest, one.last)]
        grid.add([day_text(one.day, language), *_owner(one.figure, names, language), *figures])
    return _page(grid, answer.time_zone, language, columns)


def stat_lines(answer: AccountStats, names: Names, language: Language, columns: int) -> list[Line]:
    """A row a figure."""
    _ = language.gettext
    titles = (_("Lowest"), _("Mean"), _("Median"), _("90 %"), _("Highest"))
    grid = Grid(
        [
            Column(_("Account")),
            Column(_("Figure")),
            Column(_("Readings"), is_number=True, is_ornament=True),
            *(Column(title, is_number=True) for title in titles),
        ],
        heading=2,
    )
    for one in answer.stats:
        values = (one.lowest, one.mean, one.median, one.p90, one.highest)
        figures = [_value(value, language) for value in values]
        grid.add([*_owner(one.figure, names, language), language.count(one.readings), *figures])
    return _page(grid, answer.time_zone, language, columns)


def _page(grid: Grid, time_zone: str, language: Language, columns: int) -> list[Line]:
    if not grid.rows:
        return folded(language.gettext("No account was asked in this period."), columns)
    zone = language.gettext("Days as in {zone}.").format(zone=time_zone)
    return blocks(grid.lines(columns), folded(zone, columns, QUIET))


def _owner(figure: Figure, names: Names, language: Language) -> list[str]:
    name = safe(names.get(figure.provider, figure.provider), _NAME_COLUMNS)
    account = name if figure.account == DEFAULT_ACCOUNT else f"{name} {safe(figure.account, 12)}"
    of = figure.name
    told = window_name(of, language) if figure.kind is FigureKind.WINDOW else safe(of, _NAME_COLUMNS)
    return [account, f"{language.gettext(_KINDS[figure.kind])} {told}"]


def _value(value: Amount, language: Language) -> str:
    return language.money(value) if isinstance(value, Money) else language.percent(value)
