"""A report as a table of words: its columns, its rows, and what its costs leave out."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import CostBasis, Dimension, Order, Report, ReportRow, Rest, Totals
from token_dashboard.render.columns import NONE, bar, safe, width
from token_dashboard.render.language import N_, NO_BREAK, Language
from token_dashboard.render.phrases import request_count
from token_dashboard.render.report.remarks import moment_text, notes, warnings
from token_dashboard.render.times import LocalTime, day_text, month_text

TITLES = {
    Dimension.AGENT: N_("Agent"),
    Dimension.PROVIDER: N_("Provider"),
    Dimension.MODEL: N_("Model"),
    Dimension.PROJECT: N_("Project"),
    Dimension.BRANCH: N_("Branch"),
    Dimension.APP: N_("App"),
    Dimension.SESSION: N_("Session"),
    Dimension.USER: N_("User"),
    Dimension.SENDER: N_("Sender"),
    Dimension.FEATURE: N_("Feature"),
    Dimension.TEAM: N_("Team"),
    Dimension.TRIGGER: N_("Trigger"),
    Dimension.MACHINE: N_("Machine"),
    Dimension.HOUR: N_("Hour"),
    Dimension.DAY: N_("Day"),
    Dimension.WEEK: N_("Week of"),
    Dimension.MONTH: N_("Calendar month"),
}
_COSTS = {
    CostBasis.COMPUTED: N_("List cost"),
    CostBasis.LOGGED: N_("Logged cost"),
    CostBasis.AUTO: N_("Likely cost"),
}
_NAME_COLUMNS = 40
_SESSION_COLUMNS = 8
_BAR_CELLS = 10
_NEVER = 99


@record
class TableColumn:
    """One column of words."""

    title: str
    is_number: bool = False
    goes: int = _NEVER
    """Where there is no room, the columns with the lowest number go first."""


@record
class TableRow:
    """Words of one row."""

    cells: tuple[str, ...]
    kind: str = "group"
    """``group``, ``part`` of the group above, ``rest`` or ``total``."""
    percent: int = 0
    """Of the largest group: how long its bar is."""


@record
class ReportTable:
    """What a person is shown of a report."""

    names: int
    """How many columns from the left name a row."""
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    warnings: tuple[str, ...]
    """What the costs leave out, what isn't believed, what matches nothing."""
    notes: tuple[str, ...]
    """What is meant."""


def table_of(report: Report, language: Language) -> ReportTable:
    """The report, its total, and what has to be said about them."""
    return _Table(report, language).made()


class _Table:
    def __init__(self, report: Report, language: Language) -> None:
        self._report = report
        self._language = language
        self._by = _shown_dimensions(report)
        self._is_recorded = report.cost_basis is CostBasis.COMPUTED and report.total.recorded_requests > 0
        self._is_session = Dimension.SESSION in report.by
        self._prefix = _prefix([row.session or "" for row in report.rows])
        self._most = max((_figure(row.totals, report) for row in report.rows), default=0)
        self._time = LocalTime.of(report.time_zone, 0, language)

    def made(self) -> ReportTable:
        return ReportTable(
            names=max(len(self._by), 1),
            columns=tuple(self._columns()),
            rows=tuple(self._rows()),
            warnings=tuple(warnings(self._report, self._language)),
            notes=tuple(notes(self._report, self._language)),
        )

    def _columns(self) -> Iterator[TableColumn]:
        _ = self._language.gettext
        for dimension in self._by:
            yield TableColumn(title=_(TITLES[dimension]))
        if self._is_session:
            yield TableColumn(title=_("Last active"), goes=4)
            if Dimension.PROJECT not in self._by:
                yield TableColumn(title=_("Project"), goes=3)
            if Dimension.MODEL not in self._by:
                yield TableColumn(title=_("Models"), goes=2)
        yield TableColumn(title=_("Requests"), is_number=True)
        yield TableColumn(title=_("Input"), is_number=True)
        yield TableColumn(title=_("Cached"), is_number=True)
        yield TableColumn(title=_("Output"), is_number=True)
        yield TableColumn(title=_(_COSTS[self._report.cost_basis]), is_number=True)
        if self._is_recorded:
            yield TableColumn(title=_("Recorded"), is_number=True)
        if self._report.currency:
            yield TableColumn(title=f"≈{NO_BREAK}{self._report.currency}", is_number=True)
        if self._has_bars:
            yield TableColumn(title="", goes=1)

    @property
    def _has_bars(self) -> bool:
        return bool(self._report.by) and self._most > 0

    def _rows(self) -> Iterator[TableRow]:
        report = self._report
        for row in report.rows:
            yield self._row([self._name(row, one) for one in self._by], row, "group")
            for part in row.parts:
                names = ["  " + self._name(part, Dimension.MODEL), *[""] * (len(self._by) - 1)]
                yield self._row(names, part, "part")
        if report.rest is not None:
            more = self._language.ngettext("and {count} more", "and {count} more", report.rest.groups)
            label = more.format(count=self._language.count(report.rest.groups))
            yield self._row([label, *[""] * (len(self._by) - 1)], report.rest, "rest")
        if report.by:
            total = ReportRow(totals=report.total, shown_cost=report.shown_cost)
            label = self._language.gettext("Total")
            yield self._row([label, *[""] * (len(self._by) - 1)], total, "total")

    def _row(self, names: Sequence[str], row: ReportRow | Rest, kind: str) -> TableRow:
        cells = [*names]
        if self._is_session:
            cells += self._about(row if isinstance(row, ReportRow) and kind == "group" else None)
        cells += self._figures(row)
        if self._has_bars:
            percent = Decimal(100) * _figure(row.totals, self._report) / self._most if kind == "group" else 0
            cells.append(bar(Decimal(percent), _BAR_CELLS) if kind == "group" else "")
            return TableRow(cells=tuple(cells), kind=kind, percent=round(percent))
        return TableRow(cells=tuple(cells), kind=kind)

    def _about(self, row: ReportRow | None) -> Iterator[str]:
        """When a session was last active, where, and with what."""
        activity = row.activity if row else None
        known = activity is not None and activity.last_ms is not None
        yield moment_text(activity.last_ms or 0, self._time) if activity and known else ""
        if Dimension.PROJECT not in self._by:
            yield ", ".join(_tail(project) for project in activity.projects) if activity else ""
        if Dimension.MODEL not in self._by:
            yield safe(", ".join(activity.models), _NAME_COLUMNS) if activity else ""

    def _name(self, row: ReportRow, dimension: Dimension) -> str:
        value: str | int | date | None = getattr(row, dimension.value)
        if value is None:
            return self._language.gettext("unknown")
        if isinstance(value, int):
            return moment_text(value, self._time)
        if isinstance(value, date):
            return (month_text if dimension is Dimension.MONTH else day_text)(value, self._language)
        if dimension is Dimension.SESSION:
            return safe(value, self._prefix)
        return _tail(value) if dimension is Dimension.PROJECT else safe(value, _NAME_COLUMNS)

    def _figures(self, row: ReportRow | Rest) -> Iterator[str]:
        language, totals = self._language, row.totals
        share = totals.cached_share
        yield request_count(totals, language)
        yield language.tokens(totals.input_tokens)
        yield NONE if share is None else language.share(share)
        yield language.tokens(totals.output_tokens)
        yield self._cost(totals, totals.cost(self._report.cost_basis))
        if self._is_recorded:
            recorded = totals.recorded_cost
            yield NONE if recorded is None else language.money(recorded)
        if self._report.currency:
            yield self._cost(totals, row.shown_cost)

    def _cost(self, totals: Totals, money: Money | None) -> str:
        """``?`` where nothing is known, ``$4.18 + ?`` where something is missing."""
        if money is None:
            return "?"
        is_whole = not totals.requests_without_cost(self._report.cost_basis)
        return self._language.money(money) if is_whole else f"{self._language.money(money)} + ?"


def _shown_dimensions(report: Report) -> tuple[Dimension, ...]:
    """What rows are named by: the provider too, where two of them sell a model of one name."""
    by = report.by
    if Dimension.MODEL not in by or Dimension.PROVIDER in by:
        return by
    named = {tuple(getattr(row, one) for one in by) for row in report.rows}
    return by if len(named) == len(report.rows) else (*by, Dimension.PROVIDER)


def _figure(totals: Totals, report: Report) -> int:
    """What bars are as long as."""
    if report.order is Order.TOKENS:
        return totals.total_tokens
    if report.order is Order.REQUESTS:
        return totals.requests
    cost = totals.cost(report.cost_basis)
    return max(cost.nanos, 0) if cost else 0


def _prefix(sessions: Sequence[str]) -> int:
    """How many characters tell the sessions apart, eight at the least; what is cut off can be a ``*``."""
    for columns in range(_SESSION_COLUMNS, _NAME_COLUMNS):
        if len({session[: columns - 1] for session in sessions}) == len(set(sessions)):
            return columns
    return _NAME_COLUMNS


def _tail(path: str) -> str:
    """A folder; of a long one, its end."""
    name = safe(path, 4 * _NAME_COLUMNS)
    while width(name) > _NAME_COLUMNS:
        head, slash, rest = name.lstrip("…/").partition("/")
        if not slash:
            return safe(head, _NAME_COLUMNS)
        name = f"…/{rest}"
    return name
