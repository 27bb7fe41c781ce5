"""Sums of usage, from the roll-ups: what they cost grows with quarter-hours and owners, not with requests.

A period whose ends lie within a quarter of an hour is widened to whole quarters.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from token_dashboard.ledger._activities import activities_of
from token_dashboard.ledger._database import Database, Row
from token_dashboard.ledger._days import zone_of_days
from token_dashboard.ledger._fine_groups import NOTHING, Found, are_fine, fine_groups
from token_dashboard.ledger._layers import Layer, layer_of
from token_dashboard.ledger._owners import COLUMNS, EVERYTHING, OF_THREADS, Only, joined, kept_to
from token_dashboard.ledger._question import Question
from token_dashboard.ledger._slices import slices_of
from token_dashboard.ledger._sums import SELECT_COSTS
from token_dashboard.ledger._told_sums import ALL_SUMS, SELECT_TOLD, ToldSums
from token_dashboard.ledger.top import First, Top
from token_dashboard.model.budget import Scope
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import HOUR_MS, Period
from token_dashboard.model.report import Activity, Dimension, Order, ReportRow, Totals
from token_dashboard.model.series import UsageSlice

__all__ = ["COLUMNS", "EVERYTHING", "AgentCount", "Only", "Table", "UsageReports", "kept_to"]

_Answer = TypeVar("_Answer")
_UTC = ZoneInfo("UTC")


class AgentCount(NamedTuple):
    """What the ledger holds of one agent."""

    requests: int
    last_event_ms: int | None
    rejected_lines: int


class Table(NamedTuple):
    """Groups of usage, in the order that was asked for, else ordered by the dimensions."""

    rows: Sequence[ReportRow]
    total: Totals
    """Of all groups."""
    groups: int
    """How many there are: as many as rows, unless only the first were asked for."""


class UsageReports:
    """The reading side of usage."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version: int | None = None
        self._remembered: dict[object, Any] = {}

    async def rows(
        self,
        period: Period | None,
        by: Sequence[Dimension],
        tz: ZoneInfo,
        only: Only = EVERYTHING,
        *,
        week_start: int = 0,
        with_activity: bool = False,
    ) -> Sequence[ReportRow]:
        """Sums grouped and ordered by the dimensions; ``None`` is all time.

        Groups without requests are absent. A model belongs to a provider: grouping by one groups by both.
        Hours, days, weeks and months are those of the zone; weeks begin on Monday if ``week_start`` is 0.
        ``with_activity``: sessions tell what they were about.
        """
        table = await self.table(period, by, tz, only, week_start=week_start, with_activity=with_activity)
        return table.rows

    async def table(
        self,
        period: Period | None,
        by: Sequence[Dimension],
        tz: ZoneInfo,
        only: Only = EVERYTHING,
        *,
        week_start: int = 0,
        with_activity: bool = False,
        top: Top | None = None,
    ) -> Table:
        """See ``rows``. With ``top`` in its order; then one dimension may be a time."""
        asked = Question.of(period, by, tz, only, week_start)
        question = (*asked.key, top, with_activity)
        return await self._once(question, lambda: self._table(asked, top, with_activity))

    async def of_models(self, period: Period, scope: Scope) -> Sequence[ReportRow]:
        """Sums of each model, of the requests that all of a scope matches, to the letter."""
        given = {Dimension(one.name): getattr(scope, one.name) for one in fields(scope)}
        only = {dimension: value for dimension, value in given.items() if value is not None}
        return await self.rows(period, (Dimension.PROVIDER, Dimension.MODEL), _UTC, only)

    async def totals(self, period: Period | None, only: Only = EVERYTHING) -> Totals:
        """Sums over a period; ``None`` is all time."""
        asked = Question.of(period, (), _UTC, only, 0)
        return (await self._once((*asked.key, None), lambda: self._table(asked, None, False))).total

    async def hourly_costs(self, period: Period, only: Only = EVERYTHING) -> tuple[int, ...]:
        """List cost in nanos of each hour, oldest first. Hours count from the period's start."""
        asked = "hourly costs", period, *only.items()
        return await self._once(asked, lambda: self._hourly_costs(period, only))

    async def _hourly_costs(self, period: Period, only: Only) -> tuple[int, ...]:
        layer = Layer.of_quarters(period, f"(bucket_ms - {period.start_ms}) / {HOUR_MS}")
        costs = [0] * -((period.start_ms - period.end_ms) // HOUR_MS)
        for hour, _, units, nanos in await self._sums([layer.slot], layer, only, SELECT_COSTS):
            costs[int(hour)] = units * NANOS_PER_UNIT + nanos
        return tuple(costs)

    async def slices(self, period: Period) -> tuple[UsageSlice, ...]:
        """What each session used in each quarter of an hour, oldest first."""
        return await slices_of(self._database, period)

    async def unpriced_models(self, period: Period | None, only: Only = EVERYTHING) -> tuple[str, ...]:
        """Models with requests in a period whose price isn't known; ``?`` for requests that name none."""
        layer = layer_of(period, _NO_TIME, (), _UTC, await zone_of_days(self._database), 0)
        where, texts = kept_to(only, COLUMNS.keys())
        rows = await self._database.fetch(
            f"select distinct model from {layer.table} as rollup{joined(only, [COLUMNS[Dimension.MODEL]])}"
            f" where rollup.requests > rollup.priced_requests and {layer.where} and {where}",
            [*layer.values, *texts],
        )
        return tuple(sorted(model or "?" for (model,) in rows))

    async def span(self, only: Only = EVERYTHING) -> tuple[int | None, int | None]:
        """When the first and the last request of the series that are kept to was made; ``None``: none was."""
        where, values = kept_to(only, COLUMNS.keys() - OF_THREADS)
        ((first_ms, last_ms),) = await self._database.fetch(
            f"select min(first_ms), max(last_ms) from series where {where}",
            values,
        )
        return first_ms, last_ms

    async def values(self, dimension: Dimension) -> tuple[str, ...]:
        """What is known of a dimension that is no time: each value once."""
        column, table = COLUMNS[dimension], "thread" if dimension in OF_THREADS else "series"
        rows = await self._database.fetch(f"select distinct {column} from {table} where {column} <> ''")
        return tuple(sorted(value for (value,) in rows))

    async def sessions(self) -> dict[str, tuple[int, int]]:
        """When each session was first and last active."""
        rows = await self._database.fetch(
            "select session, min(first_ms), max(last_ms) from thread where session <> '' group by session"
        )
        return {session: (first_ms, last_ms) for session, first_ms, last_ms in rows}

    async def activities(self, sessions: Collection[str]) -> dict[str, Activity]:
        """What these sessions were about, over all of their lives."""
        told = [*dict.fromkeys(sessions)]
        found = zip(told, await activities_of(self._database, told), strict=True)
        return {session: activity for session, activity in found if activity}

    async def agent_counts(self) -> dict[str, AgentCount]:
        """What is held of each agent that left a request or a rejected line."""
        requested = await self._database.fetch(
            "select agent, cast(sum(requests) as bigint) from hour_rollup"
            " join series on series.id = hour_rollup.series_id group by agent"
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

    def forget(self) -> None:
        """Ask the database anew, as a process that starts does."""
        self._remembered = {}

    async def _once(self, question: object, answer: Callable[[], Awaitable[_Answer]]) -> _Answer:
        """A month's sums take milliseconds, and a gateway is asked for the same ones again and again."""
        if (version := await self._database.version()) != self._version:
            self._version, self._remembered = version, {}
        remembered = self._remembered
        if question not in remembered:
            remembered[question] = await answer()
        known: _Answer = remembered[question]
        return known

    async def _table(self, asked: Question, top: Top | None, with_activity: bool) -> Table:
        times = asked.times
        kept = await zone_of_days(self._database)
        within = await self._bounded(asked.period) if times else _NO_TIME
        layer = layer_of(asked.period, within, times, asked.tz, kept, asked.week_start)
        version, told = await self._once(ToldSums, self._told) if kept else (None, ALL_SUMS)
        found = await self._found(asked, layer, within, told, top)
        if kept and await self._database.version() != version:  # what wasn't told may be now
            told = ALL_SUMS
            found = await self._found(asked, layer, within, told, top)
        if not found.number:
            return Table((), Totals(), 0)
        about: Sequence[Activity | None] = ()
        if with_activity:
            sessions = found.groups.names[Dimension.SESSION]
            about = await activities_of(self._database, sessions, found.seen)
        total = found.total
        if total is None:
            total = await self.totals(asked.period, asked.only)
        return Table(asked.rows(found.groups, about), total, found.number)

    async def _found(
        self, asked: Question, layer: Layer, within: Period, told: ToldSums, top: Top | None
    ) -> Found:
        by_life = top is not None and top.order is Order.TIME and not asked.times
        is_whole = top is None or top.limit is None or by_life
        if is_whole and await are_fine(self._database, asked, layer, within):
            fine = await fine_groups(self._database, asked, layer, told, top)
            if fine is not None:
                return fine
        # A month alone is a number, which would be the place of a column.
        slot = layer.slot if layer.slot.isidentifier() else f"{layer.slot} + 0"
        columns = [slot if one in asked.times else COLUMNS[one] for one in asked.named]
        first = top.of(asked.named) if top and (by_life or top.limit is not None) else None
        rows = await self._sums(columns, layer, asked.only, told.select, first)
        if not rows:
            return NOTHING
        values = list(zip(*rows, strict=True))
        end = len(columns) + len(told.names)
        groups = asked.groups(values[: len(columns)], told.totals(values[len(columns) : end]))
        count, total = (rows[0][-1], None) if first else (len(rows), Totals.summed(groups.totals))
        if by_life:
            return Found(groups, count, total)
        if top is None:
            places: Sequence[int] = asked.by_name(groups)
        else:
            times = groups.names[asked.times[0]] if asked.times else ()
            places = top.places(lambda: asked.by_name(groups), groups.totals, times)
        return Found(groups.at(places), count, total)

    async def _told(self) -> tuple[int, ToldSums]:
        """The sums in which there is something, and the version of the ledger since which that is known."""
        version = await self._database.version()
        (found,) = await self._database.fetch(SELECT_TOLD)
        return version, ToldSums.of(found)

    async def _bounded(self, period: Period | None) -> Period:
        """The part of a period in which something was used; a moment of it at the least."""
        first_ms, last_ms = await self.span()
        span = Period(first_ms or 0, (last_ms or 0) + 1)
        if period is None:
            return span
        return Period(
            max(period.start_ms, span.start_ms),
            max(period.start_ms + 1, span.start_ms + 1, min(period.end_ms, span.end_ms)),
        )

    async def _sums(
        self, columns: Sequence[str], layer: Layer, only: Only, sums: str, top: First | None = None
    ) -> list[Row]:
        """The columns' values and the sums of each group with requests; with ``top``, how many there are."""
        where, texts = kept_to(only, COLUMNS.keys())
        rows = await self._database.fetch(
            f"select {', '.join((*columns, sums))}{', count(*) over ()' if top else ''}"
            f" from {layer.table} as rollup{joined(only, columns)}{top.join if top else ''}"
            f" where {layer.where} and {where}{_grouped(len(columns))}{top.order if top else ''}",
            [*layer.values, *texts],
        )
        return [row for row in rows if row[len(columns)]]


_NO_TIME = Period(0, 0)


def _grouped(columns: int) -> str:
    """Sums of no columns are one row even where nothing is found; others have a row for each group."""
    places = ", ".join(str(place + 1) for place in range(columns))
    return f" group by {places} having sum(rollup.requests) > 0" if columns else ""
