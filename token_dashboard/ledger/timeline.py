"""Single requests in time, as far as their detail is kept."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from zoneinfo import ZoneInfo

from token_dashboard.ledger._active_hours import made_in
from token_dashboard.ledger._alike import (
    PRICED,
    alike,
    has_all_detail,
    owners_of_series,
    priced_event,
    roll_up,
)
from token_dashboard.ledger._database import Database
from token_dashboard.ledger._days import zone_of_days
from token_dashboard.ledger._layers import Layer, layer_of
from token_dashboard.ledger._owners import COLUMNS, EVERYTHING, OF_THREADS, Only, kept_to
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.ledger._slots import has_whole_hours
from token_dashboard.ledger._sums import SELECT_SUMS, totals_of
from token_dashboard.model.alike import Alike, Lines
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period, offset_segments
from token_dashboard.model.report import Totals
from token_dashboard.model.usage import UsageEvent

_PAGE = 50_000
_REQUESTS = (
    f"select {PRICED} from event where key > ? and time_ms >= ? and time_ms < ? and role <> {REPLAY}"
    f" order by key limit {_PAGE}"
)
_KEPT = (
    "select cast(coalesce(sum(coalesce(requests, 1)), 0) as bigint) from event"
    f" where time_ms >= ? and time_ms < ? and role <> {REPLAY}"
)
_COUNTED = "select cast(coalesce(sum(requests), 0) as bigint) from {} where bucket_ms >= ? and bucket_ms < ?"
_SESSIONS = (
    "select count(distinct session), "
    + ", ".join(
        f"cast(coalesce(sum({name}), 0) as bigint)"
        for name in ("requests", "priced_requests", "list_cost_units", "list_cost_nanos")
    )
    + " from {} join thread on thread.id = thread_id where {} and session <> '' and requests > 0"
)
_UTC = ZoneInfo("UTC")


class Timeline:
    """Reads what happened when. What no sums tell costs a look at every request that is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hours(self, agent: str) -> list[int]:
        """When each hour (UTC) began in which an agent used something, oldest first."""
        rows = await self._database.fetch(
            "select distinct bucket_ms from hour_rollup"
            " where requests > 0 and series_id in (select id from series where agent = ?) order by bucket_ms",
            (agent,),
        )
        return [bucket_ms for (bucket_ms,) in rows]

    async def active_hours(self, agent: str, since_ms: int | None = None) -> dict[int, tuple[int, int]]:
        """When the first and the last request of each hour (UTC) was made, by the start of the hour.

        What isn't known, as its detail is deleted, is told as the start and the end of the hour.
        """
        since = "" if since_ms is None else f" and bucket_ms >= {since_ms}"
        rows = await self._database.fetch(
            f"select bucket_ms, first_ms, last_ms from active_hour where agent = ?{since} order by bucket_ms",
            (agent,),
        )
        unknown = [bucket_ms for bucket_ms, *ends in rows if None in ends]
        kept = await made_in(self._database, unknown) if unknown else {}
        hours = {}
        for bucket_ms, first_ms, last_ms in rows:
            start_ms, end_ms = kept.get((agent, bucket_ms), (bucket_ms, bucket_ms + HOUR_MS))
            hours[bucket_ms] = (
                start_ms if first_ms is None else first_ms,
                end_ms if last_ms is None else last_ms,
            )
        return hours

    async def active_quarters(self, period: Period) -> int:
        """In how many quarters of an hour something was used."""
        ((count,),) = await self._database.fetch(
            "select count(distinct bucket_ms) from rollup where bucket_ms >= ? and bucket_ms < ?"
            " and requests > 0",
            _whole_quarters(period),
        )
        return int(count)

    async def hours_of_day(self, period: Period, tz: ZoneInfo, only: Only = EVERYTHING) -> dict[int, Totals]:
        """What was used in each hour of the day by the local clock; those without any use are absent.

        What is kept to belongs to series, not to threads.
        """
        is_coarse = has_whole_hours(period, tz) and roll_up(period) == "hour_rollup"
        table, step_ms = ("hour_rollup", HOUR_MS) if is_coarse else ("rollup", BUCKET_MS)
        segments = offset_segments(period, tz)
        changes = " + ".join(
            f"case when bucket_ms >= {one.start_ms} then 1 else 0 end" for one in segments[1:]
        )
        where, values = kept_to(only, COLUMNS.keys() - OF_THREADS)
        rows = await self._database.fetch(
            f"select {changes or '0'}, bucket_ms / {step_ms} % {DAY_MS // step_ms}, {SELECT_SUMS}"
            f" from {table} as rollup where bucket_ms >= ? and bucket_ms < ?"
            f" and series_id in (select id from series where {where}) group by 1, 2",
            (*_whole_quarters(period), *values),
        )
        found: defaultdict[int, list[Totals]] = defaultdict(list)
        for segment, step, *sums in rows:
            local_ms = step * step_ms + segments[segment].offset_ms
            found[local_ms % DAY_MS // HOUR_MS].append(totals_of(tuple(sums)))
        return {hour: Totals.summed(totals) for hour, totals in found.items()}

    async def models_used(self, period: Period) -> set[tuple[str | None, str | None]]:
        """Provider and model of everything that was used."""
        layer = await self._layer(period)
        rows = await self._database.fetch(
            "select distinct provider, model from series where id in"
            f" (select series_id from {layer.table} where {layer.where})",
            layer.values,
        )
        return {(provider or None, model or None) for provider, model in rows}

    async def sessions(self, period: Period) -> tuple[int, Totals]:
        """How many sessions used something, and what is known of the list cost of their requests."""
        layer = await self._layer(period)
        ((count, requests, priced, units, nanos),) = await self._database.fetch(
            _SESSIONS.format(layer.table, layer.where), layer.values
        )
        cost = units * NANOS_PER_UNIT + nanos
        return count, Totals(requests=requests, priced_requests=priced, list_cost_nanos=cost)

    async def kept_requests(self, period: Period) -> int:
        """How many requests of a period have their detail."""
        is_whole = period.start_ms % BUCKET_MS == 0 == period.end_ms % BUCKET_MS
        is_told = is_whole and await has_all_detail(self._database, period)
        times = (period.start_ms, period.end_ms)
        statement = _COUNTED.format(roll_up(period)) if is_told else _KEPT
        ((found,),) = await self._database.fetch(statement, times)
        return int(found)

    async def alike(self, period: Period, models: Collection[str | None], lines: Lines) -> list[Alike]:
        """The requests to these models, those together between which there is none of the lines."""
        return await alike(self._database, period, models, lines)

    async def requests(self, period: Period) -> AsyncIterator[list[UsageEvent]]:
        """The requests of a period in pages, in no order of time. Of their owners only the cause is told."""
        owners, key = await owners_of_series(self._database), -1
        while rows := await self._database.fetch(_REQUESTS, (key, period.start_ms, period.end_ms)):
            yield [priced_event(row, owners[row[2]]) for row in rows]
            key = rows[-1][0]

    async def _layer(self, period: Period) -> Layer:
        """The part of a roll-up, the one with the fewest rows, that is of this period."""
        return layer_of(period, period, (), _UTC, await zone_of_days(self._database), 0)


def _whole_quarters(period: Period) -> tuple[int, int]:
    return period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms
