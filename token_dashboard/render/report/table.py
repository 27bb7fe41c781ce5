"""A report as a table of words: its columns, its rows, and what its costs leave out."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from token_dashboard.model.money import USD, Nanos
from token_dashboard.model.record import column, record
from token_dashboard.model.report import (
    TIMES,
    CostBasis,
    Dimension,
    Order,
    Report,
    activity_column,
    cached_shares,
    costs_nanos,
    requests_without_costs,
    token_sums,
)
from token_dashboard.render.columns import NONE, bar, clip, clip_apart, safe, safe_all, widest, width
from token_dashboard.render.language import N_, NO_BREAK, Language
from token_dashboard.render.report.remarks import meaning, notes, warnings
from token_dashboard.render.report.shown import INDENT, shown_rows
from token_dashboard.render.times import LocalTime, day_text, month_text
from token_dashboard.render.usage_words import recorded_cell, request_counts

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
"""What a name takes on a screen that has no room for all of it."""
_WHOLE = 1000
"""Nothing that is a name is longer."""
_SESSION_COLUMNS = 8
_BAR_CELLS = 10
_BARS = [bar(Decimal(100 * filled) / _BAR_CELLS, _BAR_CELLS) for filled in range(_BAR_CELLS + 1)]
_NEVER = 99


class TableColumn(NamedTuple):
    """One column of words."""

    title: str
    cells: Sequence[str]
    is_number: bool = False
    goes: int = _NEVER
    """Where there is no room, the columns with the lowest number go first."""
    note: str = ""
    """One of the table's notes, which is about this column alone."""
    short: Sequence[str] = ()
    """The cells for where there is no room, if names in them are long."""


@record
class ReportTable:
    """What a person is shown of a report: columns, because it may have thousands of rows."""

    names: int
    """How many columns from the left name a row."""
    columns: tuple[TableColumn, ...]
    kinds: Sequence[str]
    """Of each row: ``group``, ``part`` of the group above, ``rest`` or ``total``."""
    lengths: Sequence[int]
    """Of each row: the figure that its bar is as long as; 0 where none has a bar."""
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
        self._kinds, self._labels, self._totals, self._shown_costs = shown_rows(report, language)
        self._nanos = costs_nanos(self._totals, report.cost_basis)
        self._time = LocalTime.of(report.time_zone, 0, language)

    def made(self) -> ReportTable:
        lengths = [
            max(figure or 0, 0) if kind == "group" else 0
            for figure, kind in zip(self._ordering(), self._kinds, strict=True)
        ]
        most = max(lengths, default=0)
        columns = [*self._names(), *self._abouts(), *self._figures(), *self._costs()]
        if self._report.by and most:
            columns.append(TableColumn("", self._bars(lengths, most), goes=1))
        return ReportTable(
            names=max(len(self._by), 1),
            columns=tuple(columns),
            kinds=self._kinds,
            lengths=lengths,
            warnings=tuple(warnings(self._report, self._language)),
            notes=tuple(notes(self._report, self._language)),
        )

    def _ordering(self) -> Sequence[int | None]:
        """What bars are as long as."""
        if self._report.order is Order.TOKENS:
            return token_sums(self._totals)
        if self._report.order is Order.REQUESTS:
            return column(self._totals, "requests")
        return self._nanos

    def _names(self) -> Iterator[TableColumn]:
        """What groups are called; other rows have a label in the first column."""
        for place, dimension in enumerate(self._by):
            told = self._told(dimension, column(self._report.rows, dimension))
            names = iter(told)
            rows = list(zip(self._kinds, self._labels, strict=True))
            cells = [next(names) if kind == "group" else "" if place else label for kind, label in rows]
            short: dict[str, str] = {}
            if widest(cells) > _NAME_COLUMNS:
                labels = {label for kind, label in rows if kind == "part"}
                short = clip_apart(labels, _NAME_COLUMNS + width(INDENT))
                cut = _tail if dimension is Dimension.PROJECT else clip
                short |= clip_apart(set(told), _NAME_COLUMNS, cut)
            yield TableColumn(
                self._language.gettext(TITLES[dimension]),
                cells,
                short=[short.get(cell, cell) for cell in cells] if short else (),
            )

    def _told(self, dimension: Dimension, values: Sequence[Any]) -> list[str]:
        """The values of a dimension in words, each said once."""
        language = self._language
        known = [value for value in set(values) if value is not None]
        if dimension is Dimension.HOUR:
            said = self._time.moments_apart(known)
        elif dimension in TIMES:
            say = month_text if dimension is Dimension.MONTH else day_text
            said = [say(day, language) for day in known]
        else:
            said = safe_all(known, _prefix(known) if dimension is Dimension.SESSION else _WHOLE)
        told = {None: language.gettext("unknown"), **dict(zip(known, said, strict=True))}
        return list(map(told.__getitem__, values))

    def _abouts(self) -> Iterator[TableColumn]:
        """When a session was last active, where, and with what."""
        if Dimension.SESSION not in self._report.by:
            return
        _ = self._language.gettext
        known = column(self._report.rows, "activity")
        lasts = self._of_groups(activity_column(known, "last_ms"))
        said = iter(self._time.moments([one for one in lasts if one is not None]))
        yield TableColumn(_("Last active"), ["" if one is None else next(said) for one in lasts], goes=5)
        if Dimension.PROJECT not in self._by:
            projects = [one or () for one in self._of_groups(activity_column(known, "projects"))]
            yield _lists(_("Project"), projects, 4, _tails)
        if Dimension.MODEL not in self._by:
            models = [one or () for one in self._of_groups(activity_column(known, "models"))]
            yield _lists(_("Models"), models, 3, lambda names: safe(", ".join(names), _NAME_COLUMNS))

    def _of_groups(self, values: Sequence[Any]) -> list[Any]:
        """One for each row: the groups' values, and ``None`` for other rows."""
        told = iter(values)
        return [next(told) if kind == "group" else None for kind in self._kinds]

    def _figures(self) -> Iterator[TableColumn]:
        language, totals = self._language, self._totals
        _ = language.gettext
        known = cached_shares(totals)
        shares = language.shares_of_all([share or 0 for share in known])
        shares = [NONE if share is None else text for share, text in zip(known, shares, strict=True)]
        for title, cells in (
            (_("Requests"), request_counts(totals, language)),
            (_("Input"), language.tokens_of_all(column(totals, "input_tokens"))),
            (_("Cached"), shares),
            (_("Output"), language.tokens_of_all(column(totals, "output_tokens"))),
        ):
            yield TableColumn(title, cells, is_number=True)

    def _costs(self) -> Iterator[TableColumn]:
        report, language, totals = self._report, self._language, self._totals
        basis = report.cost_basis
        missing = requests_without_costs(totals, basis)
        cells = self._amounts(self._nanos, missing)
        yield TableColumn(language.gettext(_COSTS[basis]), cells, is_number=True)
        if basis is CostBasis.COMPUTED and report.total.recorded_requests:
            cells = [recorded_cell(one, language) or NONE for one in totals]
            title, note = language.gettext(_COSTS[CostBasis.LOGGED]), meaning(CostBasis.LOGGED, language)
            yield TableColumn(title, cells, is_number=True, goes=2, note=note)
        if report.currency:
            nanos = [one.nanos if one else None for one in self._shown_costs]
            cells = self._amounts(nanos, missing, report.currency)
            yield TableColumn(f"≈{NO_BREAK}{report.currency}", cells, is_number=True)

    def _amounts(
        self, nanos: Sequence[Nanos | None], missing: Sequence[int], currency: str = USD
    ) -> list[str]:
        """``?`` where nothing is known, ``$4.18 + ?`` where something is missing."""
        amounts = self._language.money_of_all([one or 0 for one in nanos], currency)
        return [
            "?" if one is None else f"{amount} + ?" if without else amount
            for one, amount, without in zip(nanos, amounts, missing, strict=True)
        ]

    def _bars(self, lengths: Sequence[int], most: int) -> list[str]:
        """To the nearest cell; all of them only when it is the largest."""
        cells = [
            min((2 * _BAR_CELLS * length + most) // (2 * most), _BAR_CELLS - (length < most))
            for length in lengths
        ]
        return [_BARS[cell] if kind == "group" else "" for cell, kind in zip(cells, self._kinds, strict=True)]


def _shown_dimensions(report: Report) -> tuple[Dimension, ...]:
    """What rows are named by: the provider too, where two of them sell a model of one name."""
    by = report.by
    if Dimension.MODEL not in by or Dimension.PROVIDER in by:
        return by
    named = set(zip(*(column(report.rows, one) for one in by), strict=True))
    return by if len(named) == len(report.rows) else (*by, Dimension.PROVIDER)


def _prefix(sessions: Sequence[str]) -> int:
    """How many characters tell sessions apart, eight at the least; what is cut off can be a ``*``."""
    for columns in range(_SESSION_COLUMNS, _NAME_COLUMNS):
        if len({session[: columns - 1] for session in sessions}) == len(sessions):
            return columns
    return _WHOLE


def _tail(path: str, columns: int) -> str:
    """A folder; of a long one, its end."""
    name = path
    while width(name) > columns:
        head, slash, rest = name.lstrip("…/").partition("/")
        if not slash:
            return clip(head, columns)
        name = f"…/{rest}"
    return name


def _tails(paths: Sequence[str]) -> str:
    return ", ".join(_tail(safe(path, _WHOLE), _NAME_COLUMNS) for path in paths)


def _lists(
    title: str, names: Sequence[Sequence[str]], goes: int, cut: Callable[[Sequence[str]], str]
) -> TableColumn:
    """A column of several names each."""
    whole = cache(lambda names: safe(", ".join(names), _WHOLE))
    cells = list(map(whole, names))
    short = list(map(cache(cut), names)) if widest(cells) > _NAME_COLUMNS else ()
    return TableColumn(title, cells, goes=goes, short=short)
