"""A report as a table of words: its columns, its rows, and what its costs leave out."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter
from typing import Any, NamedTuple

from token_dashboard.model.money import Money, divide
from token_dashboard.model.record import record
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order, Report, ReportRow, Rest, Totals
from token_dashboard.render.columns import NONE, bar, safe, width
from token_dashboard.render.language import N_, NO_BREAK, Language
from token_dashboard.render.phrases import recorded_cell, request_count
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
_BARS = [bar(Decimal(100 * filled) / _BAR_CELLS, _BAR_CELLS) for filled in range(_BAR_CELLS + 1)]
_Shown = tuple[ReportRow | Rest, str, str]
"""A row, its kind, and what stands in its first column unless its group's name does."""
_NEVER = 99


@record
class TableColumn:
    """One column of words."""

    title: str
    is_number: bool = False
    goes: int = _NEVER
    """Where there is no room, the columns with the lowest number go first."""


class TableRow(NamedTuple):
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
        self._lengths = {id(row): _figure(row.totals, report) for row in report.rows}
        self._most = max(self._lengths.values(), default=0)
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

    def _rows(self) -> list[TableRow]:
        """Made column by column, because a report may have thousands of rows."""
        shown = list(self._shown())
        rows = [row for row, _, _ in shown]
        columns = [*self._names(shown)]
        if self._is_session:
            columns += self._abouts([row if kind == "group" else None for row, kind, _ in shown])
        columns += self._figures([row.totals for row in rows])
        if self._report.currency:
            columns.append([self._cost(row.totals, row.shown_cost) for row in rows])
        percents = [0] * len(rows)
        if self._has_bars:
            figures = [self._lengths.get(id(row)) for row in rows]
            percents = [0 if figure is None else divide(100 * figure, self._most) for figure in figures]
            columns.append(["" if figure is None else self._bar(figure) for figure in figures])
        kinds = [kind for _, kind, _ in shown]
        return list(map(TableRow, zip(*columns, strict=True), kinds, percents))

    def _shown(self) -> Iterator[_Shown]:
        report = self._report
        for row in report.rows:
            yield row, "group", ""
            for part in row.parts:
                yield part, "part", "  " + self._name(Dimension.MODEL)(part.model)
        if report.rest is not None:
            more = self._language.ngettext("and {count} more", "and {count} more", report.rest.groups)
            yield report.rest, "rest", more.format(count=self._language.count(report.rest.groups))
        if report.by:
            total = ReportRow(totals=report.total, shown_cost=report.shown_cost)
            yield total, "total", self._language.gettext("Total")

    def _names(self, shown: Sequence[_Shown]) -> Iterator[list[str]]:
        """What groups are called; other rows have a label in the first column."""
        for place, dimension in enumerate(self._by):
            name, value = self._name(dimension), attrgetter(dimension.value)
            yield [
                name(value(row)) if kind == "group" else "" if place else label for row, kind, label in shown
            ]

    def _name(self, dimension: Dimension) -> Callable[[Any], str]:
        """What says a value of a dimension, each once."""
        language = self._language
        unknown = language.gettext("unknown")
        say: Callable[[Any], str] = partial(safe, columns=_NAME_COLUMNS)
        if dimension is Dimension.HOUR:
            say = partial(moment_text, time=self._time)
        elif dimension in TIMES:
            say = partial(month_text if dimension is Dimension.MONTH else day_text, language=language)
        elif dimension is Dimension.SESSION:
            say = partial(safe, columns=self._prefix)
        elif dimension is Dimension.PROJECT:
            say = _tail
        return cache(lambda value: unknown if value is None else say(value))

    def _abouts(self, rows: Sequence[ReportRow | Rest | None]) -> Iterator[list[str]]:
        """When a session was last active, where, and with what."""
        known = [row.activity if isinstance(row, ReportRow) else None for row in rows]
        lasts = [one.last_ms if one else None for one in known]
        yield ["" if last_ms is None else moment_text(last_ms, self._time) for last_ms in lasts]
        if Dimension.PROJECT not in self._by:
            projects = cache(lambda names: ", ".join(map(_tail, names)))
            yield [projects(one.projects) if one else "" for one in known]
        if Dimension.MODEL not in self._by:
            models = cache(lambda names: safe(", ".join(names), _NAME_COLUMNS))
            yield [models(one.models) if one else "" for one in known]

    def _figures(self, totals: Sequence[Totals]) -> Iterator[list[str]]:
        language, basis = self._language, self._report.cost_basis
        shares = [one.cached_share for one in totals]
        yield [request_count(one, language) for one in totals]
        yield [language.tokens(one.input_tokens) for one in totals]
        yield [NONE if share is None else language.share(share) for share in shares]
        yield [language.tokens(one.output_tokens) for one in totals]
        yield [self._cost(one, one.cost(basis)) for one in totals]
        if self._is_recorded:
            yield [recorded_cell(one, language) or NONE for one in totals]

    def _cost(self, totals: Totals, money: Money | None) -> str:
        """``?`` where nothing is known, ``$4.18 + ?`` where something is missing."""
        if money is None:
            return "?"
        is_whole = not totals.requests_without_cost(self._report.cost_basis)
        return self._language.money(money) if is_whole else f"{self._language.money(money)} + ?"

    def _bar(self, figure: int) -> str:
        """To the nearest cell; all of them only when it is the largest."""
        return _BARS[
            min((2 * _BAR_CELLS * figure + self._most) // (2 * self._most), _BAR_CELLS - 1)
            if figure < self._most
            else _BAR_CELLS
        ]


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
    return max(totals.cost_nanos(report.cost_basis) or 0, 0)


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
