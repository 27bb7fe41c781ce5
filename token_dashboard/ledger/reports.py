"""Sums of usage, from the roll-ups: what they cost grows with quarter-hours and owners, not with requests.

A period whose ends lie within a quarter of an hour is widened to whole quarters.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger import _slots
from token_dashboard.ledger._database import Database, Row, Value
from token_dashboard.ledger._days import zone_of_days
from token_dashboard.ledger._slices import slices_of
from token_dashboard.ledger._sums import SELECT_SUMS, SLOT_SUMS, totals_of
from token_dashboard.model.budget import Scope
from token_dashboard.model.period import BUCKET_MS, HOUR_MS, Period, local_date, start_of
from token_dashboard.model.report import TIMES, Dimension, ReportRow, Totals
from token_dashboard.model.series import UsageSlice

Only = Mapping[Dimension, str | tuple[str, ...]]
"""Keeps to requests whose dimensions, none of them a time, have this value or one of these; '' is unknown."""

EVERYTHING: Only = MappingProxyType({})

_THREAD = frozenset({Dimension.SESSION, Dimension.SENDER})
"""The dimensions that belong to the thread; the others but times belong to the series."""
_COLUMNS = {
    **{one: one.value for one in Dimension if one not in TIMES},
    Dimension.USER: "usr",
    Dimension.TRIGGER: "cause",
}
_UTC = ZoneInfo("UTC")
_ANY_TIME = "0"


class AgentCount(NamedTuple):
    """What the ledger holds of one agent."""

    requests: int
    last_event_ms: int | None
    rejected_lines: int


class UsageReports:
    """The reading side of usage."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version: int | None = None
        self._remembered: dict[object, tuple[ReportRow, ...]] = {}

    async def rows(
        self, period: Period | None, by: Sequence[Dimension], tz: ZoneInfo, only: Only = EVERYTHING
    ) -> tuple[ReportRow, ...]:
        """Sums grouped and ordered by the dimensions; ``None`` is all time.

        Groups without requests are absent. A model belongs to a provider: grouping by one groups by both.
        Hours, days, weeks and months are those of the zone.
        """
        dimensions = list(dict.fromkeys(by))
        if Dimension.MODEL in dimensions and Dimension.PROVIDER not in dimensions:
            dimensions.append(Dimension.PROVIDER)
        question = (period, tuple(dimensions), tz.key, tuple(only.items()))
        return await self._once(question, lambda: self._rows(period, dimensions, tz, only))

    async def of_models(self, period: Period, scope: Scope) -> tuple[ReportRow, ...]:
        """Sums of each model, of the requests that all of a scope matches, to the letter."""
        given = {Dimension(one.name): getattr(scope, one.name) for one in fields(scope)}
        only = {dimension: value for dimension, value in given.items() if value is not None}
        return await self.rows(period, (Dimension.PROVIDER, Dimension.MODEL), _UTC, only)

    async def _once(
        self, question: object, answer: Callable[[], Awaitable[tuple[ReportRow, ...]]]
    ) -> tuple[ReportRow, ...]:
        """A month's sums take milliseconds, and a gateway is asked for the same ones again and again."""
        if (version := await self._database.version()) != self._version:
            self._version, self._remembered = version, {}
        if question not in self._remembered:
            self._remembered[question] = await answer()
        return self._remembered[question]

    async def _rows(
        self, period: Period | None, dimensions: Sequence[Dimension], tz: ZoneInfo, only: Only
    ) -> tuple[ReportRow, ...]:
        times = [one for one in TIMES if one in dimensions]
        layer = await self._layer(period, times[0] if times else None, tz)
        columns = [_COLUMNS[one] for one in dimensions if one not in times]
        found = await self._sums([*columns, *(["slot"] if times else [])], layer, only)
        width = len(columns) + bool(times)
        rows = (_report_row(dimensions, times, row[:width], totals_of(row[width:])) for row in found)
        return tuple(sorted(rows, key=lambda row: [_sortable(getattr(row, one)) for one in dimensions]))

    async def totals(self, period: Period | None, only: Only = EVERYTHING) -> Totals:
        """Sums over a period; ``None`` is all time."""
        found = await self._sums([], await self._layer(period, None, _UTC), only)
        return totals_of(found[0]) if found else Totals()

    async def hourly(self, period: Period, only: Only = EVERYTHING) -> list[tuple[int, Totals]]:
        """Sums of each hour as (start, totals), oldest first. Hours count from the period's start."""
        hours = -((period.start_ms - period.end_ms) // HOUR_MS)
        layer = _Layer.of_quarters(period, f"(bucket_ms - {period.start_ms}) / {HOUR_MS}")
        sums = {int(row[0]): totals_of(row[1:]) for row in await self._sums(["slot"], layer, only)}
        return [(period.start_ms + hour * HOUR_MS, sums.get(hour, Totals())) for hour in range(hours)]

    async def slices(self, period: Period) -> tuple[UsageSlice, ...]:
        """What each session used in each quarter of an hour, oldest first."""
        return await slices_of(self._database, period)

    async def unpriced_models(self, period: Period | None) -> tuple[str, ...]:
        """Models with requests in a period whose price isn't known; ``?`` for requests that name none."""
        layer = _Layer.of_quarters(period, _ANY_TIME)
        rows = await self._database.fetch(
            "select distinct model from rollup join series on series.id = rollup.series_id"
            f" where requests > priced_requests and {layer.where}",
            layer.values,
        )
        return tuple(sorted(model or "?" for (model,) in rows))

    async def span(self, only: Only = EVERYTHING) -> tuple[int | None, int | None]:
        """When the first and the last request of the series that are kept to was made; ``None``: none was."""
        where, values = _kept_to(only, _COLUMNS.keys() - _THREAD)
        ((first_ms, last_ms),) = await self._database.fetch(
            f"select min(first_ms), max(last_ms) from series where {where}",
            values,
        )
        return first_ms, last_ms

    async def sessions(self) -> dict[str, tuple[int, int]]:
        """When each session was first and last active."""
        rows = await self._database.fetch(
            "select session, min(first_ms), max(last_ms) from thread where session <> '' group by session"
        )
        return {session: (first_ms, last_ms) for session, first_ms, last_ms in rows}

    async def agent_counts(self) -> dict[str, AgentCount]:
        """What is held of each agent that left a request or a rejected line."""
        requested = await self._database.fetch(
            "select agent, cast(sum(requests) as bigint) from rollup"
            " join series on series.id = rollup.series_id group by agent"
        )
        seen = await self._database.fetch("select agent, max(last_ms) from series group by agent")
        rejected = await self._database.fetch(
            "select agent, count(*) from reject join log_file on log_file.id = reject.file_id group by agent"
        )
        requests: dict[str, int] = dict(requested)
        last_ms: dict[str, int] = dict(seen)
        lines: dict[str, int] = dict(rejected)
        return {
            agent: AgentCount(requests.get(agent, 0), last_ms.get(agent), lines.get(agent, 0))
            for agent in sorted(requests.keys() | lines.keys())
            if agent
        }

    async def _layer(self, period: Period | None, time: Dimension | None, tz: ZoneInfo) -> "_Layer":
        """The roll-up to read: by days where all that is asked falls on days that are kept."""
        if time is Dimension.HOUR:
            return _Layer.of_quarters(period, _slots.hour(await self._bounded(period), tz))
        kept = await zone_of_days(self._database)
        if kept is not None and (time is None or kept.key == tz.key) and (days := _whole_days(period, kept)):
            within = await self._bounded(period) if time is Dimension.MONTH else None
            return _Layer.of_days(days, _day_slot(time, within, kept))
        if time is None:
            return _Layer.of_quarters(period, _ANY_TIME)
        within = await self._bounded(period)
        day = _slots.day(within, tz)
        slots = {Dimension.WEEK: _slots.week(f"({day})"), Dimension.MONTH: _slots.month(within, tz)}
        return _Layer.of_quarters(period, slots.get(time, day))

    async def _bounded(self, period: Period | None) -> Period:
        """The part of a period in which something was used."""
        first_ms, last_ms = await self.span()
        span = Period(first_ms or 0, (last_ms or 0) + 1)
        if period is None:
            return span
        return Period(
            max(period.start_ms, span.start_ms),
            max(period.start_ms, span.start_ms, min(period.end_ms, span.end_ms)),
        )

    async def _sums(self, columns: Sequence[str], layer: "_Layer", only: Only) -> list[Row]:
        """The columns' values and the sums of each group that has requests.

        Rows are summed by the numbers of their series first, and of their threads where they are asked for,
        so that only those few sums meet the texts.
        """
        where, texts = _kept_to(only, _COLUMNS.keys())
        threads = {_COLUMNS[one] for one in _THREAD}
        by = ["series_id"]
        tables = "join series on series.id = rollup.series_id"
        if threads & {*columns, *(_COLUMNS[one] for one in only)}:
            by.append("thread_id")
            tables += " join thread on thread.id = rollup.thread_id"
        inner = ", ".join(by)
        return await self._database.fetch(
            f"select {', '.join((*columns, SELECT_SUMS))}"
            f" from (select {inner}, {layer.slot} as slot, {SLOT_SUMS} from {layer.table}"
            f" where {layer.where} group by {inner}, slot) as rollup {tables} where {where}"
            + (f" group by {', '.join(str(place + 1) for place in range(len(columns)))}" if columns else "")
            + " having sum(requests) > 0",
            [*layer.values, *texts],
        )


class _Layer(NamedTuple):
    """A roll-up, the part of it that is wanted, and SQL for the time that a row of it belongs to."""

    table: str
    slot: str
    where: str
    values: list[Value]

    @classmethod
    def of_quarters(cls, period: Period | None, slot: str) -> "_Layer":
        if period is None:
            return cls("rollup", slot, "1 = 1", [])
        values: list[Value] = [period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms]
        return cls("rollup", slot, "bucket_ms >= ? and bucket_ms < ?", values)

    @classmethod
    def of_days(cls, days: tuple[int, int], slot: str) -> "_Layer":
        return cls("day_rollup", slot, "day >= ? and day < ?", [*days])


def _whole_days(period: Period | None, tz: ZoneInfo) -> tuple[int, int] | None:
    """The days of a period, the last one not included; ``None`` if it doesn't begin and end with one."""
    if period is None:
        return 0, date.max.toordinal()
    try:
        first, end = local_date(period.start_ms, tz), local_date(period.end_ms, tz)
        if (start_of(first, tz), start_of(end, tz)) != (period.start_ms, period.end_ms):
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return first.toordinal(), end.toordinal()


def _day_slot(time: Dimension | None, within: Period | None, tz: ZoneInfo) -> str:
    if time is Dimension.DAY:
        return "day"
    if time is Dimension.WEEK:
        return _slots.week("day")
    return _ANY_TIME if within is None else _slots.month_of_day(within, tz)


def _report_row(
    dimensions: Sequence[Dimension], times: Sequence[Dimension], row: Row, totals: Totals
) -> ReportRow:
    owners = (one for one in dimensions if one not in times)
    group: dict[str, Any] = {one.value: text or None for one, text in zip(owners, row, strict=False)}
    for time in times:
        group[time.value] = _time(time, times[0], row[-1])
    return ReportRow(totals=totals, **group)


def _time(wanted: Dimension, told: Dimension, slot: int) -> int | date:
    """The time of a row as one dimension has it, from the slot of the finest one."""
    if told is Dimension.HOUR:
        return slot
    day = _slots.date_of(slot)
    if wanted is Dimension.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if wanted is Dimension.MONTH else day


def _sortable(value: Any) -> Any:
    return "" if value is None else value


def _kept_to(only: Only, columns: Collection[Dimension]) -> tuple[str, list[Value]]:
    """SQL that holds for the rows that are kept to, as far as these dimensions tell."""
    arms, values = ["1 = 1"], list[Value]()
    for dimension, wanted in only.items():
        if dimension in columns:
            texts = (wanted,) if isinstance(wanted, str) else wanted
            arms.append(f"{_COLUMNS[dimension]} in ({', '.join('?' * len(texts))})")
            values += texts
    return " and ".join(arms), values
