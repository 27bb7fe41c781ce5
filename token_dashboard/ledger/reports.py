"""Sums of usage, from the roll-ups: what they cost grows with quarter-hours and owners, not with requests.

A period whose ends lie within a quarter of an hour is widened to whole quarters.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger._database import Database, Row, Value
from token_dashboard.ledger._sums import SELECT_SUMS, SLOT_SUMS, totals_of
from token_dashboard.model.budget import Scope
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period, offset_segments
from token_dashboard.model.report import Dimension, ReportRow, Totals

Only = Mapping[Dimension, str]
"""Keeps to requests whose dimensions have these values; every dimension but ``DAY``, which is a period."""

EVERYTHING: Only = MappingProxyType({})

_COLUMNS = {
    Dimension.AGENT: "agent",
    Dimension.PROVIDER: "provider",
    Dimension.MODEL: "model",
    Dimension.PROJECT: "project",
    Dimension.APP: "app",
}
_SCOPE_COLUMNS = {
    "provider": "provider",
    "model": "model",
    "agent": "agent",
    "app": "app",
    "project": "project",
    "user": "usr",
    "feature": "feature",
    "team": "team",
}
"""By the names in ``Scope``."""
_Kept = Mapping[str, str]
"""The same as ``Only``, by column."""
_UTC = ZoneInfo("UTC")
_ANY_TIME = "0"
_EPOCH = date(1970, 1, 1).toordinal()
_ZONED = Period(0, date(2100, 1, 1).toordinal() * DAY_MS - _EPOCH * DAY_MS)
"""Where offsets are looked up; beyond it the nearest one holds. A log may claim the year 1 or 9999."""


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
        Days are local days of the zone.
        """
        dimensions = list(dict.fromkeys(by))
        if Dimension.MODEL in dimensions and Dimension.PROVIDER not in dimensions:
            dimensions.append(Dimension.PROVIDER)
        question = (period, tuple(dimensions), tz.key, tuple(only.items()))
        return await self._once(question, lambda: self._rows(period, dimensions, tz, _columns(only)))

    async def of_models(self, period: Period, scope: Scope) -> tuple[ReportRow, ...]:
        """Sums of each model, of the requests that all of a scope matches, to the letter."""
        by = (Dimension.PROVIDER, Dimension.MODEL)
        given = {column: getattr(scope, name) for name, column in _SCOPE_COLUMNS.items()}
        kept = {column: value for column, value in given.items() if value is not None}
        return await self._once((period, scope), lambda: self._rows(period, by, _UTC, kept))

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
        self, period: Period | None, dimensions: Sequence[Dimension], tz: ZoneInfo, kept: _Kept
    ) -> tuple[ReportRow, ...]:
        columns = ["slot" if one is Dimension.DAY else _COLUMNS[one] for one in dimensions]
        day = await self._day_slot(period, tz) if Dimension.DAY in dimensions else _ANY_TIME
        found = await self._sums(columns, period, kept, slot=day)
        width = len(columns)
        return tuple(
            _report_row(dict(zip(dimensions, row[:width], strict=True)), totals_of(row[width:]))
            for row in sorted(found, key=lambda row: row[:width])
        )

    async def totals(self, period: Period | None, only: Only = EVERYTHING) -> Totals:
        """Sums over a period; ``None`` is all time."""
        found = await self._sums([], period, _columns(only))
        return totals_of(found[0]) if found else Totals()

    async def hourly(self, period: Period) -> list[tuple[int, Totals]]:
        """Sums of each hour as (start, totals), oldest first. Hours count from the period's start."""
        hours = -((period.start_ms - period.end_ms) // HOUR_MS)
        hour = f"(bucket_ms - {period.start_ms}) / {HOUR_MS}"
        found = await self._sums(["slot"], period, {}, slot=hour)
        sums = {int(row[0]): totals_of(row[1:]) for row in found}
        return [(period.start_ms + hour * HOUR_MS, sums.get(hour, Totals())) for hour in range(hours)]

    async def unpriced_models(self, period: Period | None) -> tuple[str, ...]:
        """Models with requests in a period whose price isn't known; ``?`` for requests that name none."""
        where, values = _within(period)
        rows = await self._database.fetch(
            "select distinct model from rollup join series on series.id = rollup.series_id"
            f" where requests > priced_requests and {where}",
            values,
        )
        return tuple(sorted(model or "?" for (model,) in rows))

    async def span(self, only: Only = EVERYTHING) -> tuple[int | None, int | None]:
        """When the first and the last request was made; ``None`` when there are none."""
        where, values = _kept_to(_columns(only))
        ((first_ms, last_ms),) = await self._database.fetch(
            f"select min(first_ms), max(last_ms) from series where {where}",
            values,
        )
        return first_ms, last_ms

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

    async def _sums(
        self, columns: Sequence[str], period: Period | None, kept: _Kept, *, slot: str = _ANY_TIME
    ) -> list[Row]:
        """The columns' values and the sums of each group that has requests.

        Buckets are summed by their series' numbers first, so that only those few sums meet the texts.
        ``slot`` is SQL for the time a bucket belongs to; ``columns`` may name it.
        """
        within, moments = _within(period)
        where, texts = _kept_to(kept)
        return await self._database.fetch(
            f"select {', '.join((*columns, SELECT_SUMS))}"
            f" from (select series_id, {slot} as slot, {SLOT_SUMS} from rollup where {within} group by 1, 2)"
            f" as rollup join series on series.id = rollup.series_id where {where}"
            + (f" group by {', '.join(str(place + 1) for place in range(len(columns)))}" if columns else "")
            + " having sum(requests) > 0",
            [*moments, *texts],
        )

    async def _day_slot(self, period: Period | None, tz: ZoneInfo) -> str:
        """SQL for the ordinal of a bucket's local day: whole numbers and comparisons, alike in any engine."""
        if period is None:
            first_ms, last_ms = await self.span()
            period = Period(first_ms or 0, (last_ms or 0) + 1)
        looked_up = Period(
            min(max(period.start_ms, _ZONED.start_ms), _ZONED.end_ms - DAY_MS),
            min(max(period.end_ms, _ZONED.start_ms + DAY_MS), _ZONED.end_ms),
        )
        first, *later = offset_segments(looked_up, tz)
        arms = "".join(
            f" when bucket_ms >= {segment.start_ms} then {segment.offset_ms}" for segment in reversed(later)
        )
        offset = f"case{arms} else {first.offset_ms} end" if arms else f"{first.offset_ms}"
        return f"(bucket_ms + {_EPOCH * DAY_MS} + {offset}) / {DAY_MS}"


def _report_row(group: Mapping[Dimension, Any], totals: Totals) -> ReportRow:
    ordinal = group.get(Dimension.DAY)
    return ReportRow(
        totals=totals,
        agent=group.get(Dimension.AGENT) or None,
        provider=group.get(Dimension.PROVIDER) or None,
        model=group.get(Dimension.MODEL) or None,
        project=group.get(Dimension.PROJECT) or None,
        app=group.get(Dimension.APP) or None,
        day=None if ordinal is None else date.fromordinal(min(max(ordinal, 1), date.max.toordinal())),
    )


def _within(period: Period | None) -> tuple[str, list[Value]]:
    if period is None:
        return "1 = 1", []
    return "bucket_ms >= ? and bucket_ms < ?", [period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms]


def _columns(only: Only) -> _Kept:
    return {_COLUMNS[dimension]: value for dimension, value in only.items()}


def _kept_to(kept: _Kept) -> tuple[str, list[Value]]:
    return " and ".join(["1 = 1", *(f"{column} = ?" for column in kept)]), [*kept.values()]
