"""Single requests in time, as far as their detail is kept."""

from collections.abc import AsyncIterator, Collection, Iterable

from token_dashboard.ledger._database import Database, Row
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.model.alike import Alike
from token_dashboard.model.attribution import NOBODY
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period
from token_dashboard.model.usage import UsageEvent

_PAGE = 50_000
_REQUESTS = (
    "select key, time_ms, series_id, input_tokens, cache_read_input_tokens, cache_creation_input_tokens,"
    " cache_creation_1h_input_tokens, output_tokens, reasoning_output_tokens, web_searches, requests,"
    " recorded_cost_nanos, list_cost_nanos from event"
    f" where key > ? and time_ms >= ? and time_ms < ? and role <> {REPLAY} order by key limit {_PAGE}"
)
_ALIKE = {
    "plain": "case when {sent} > {read} + {made} then {sent} - {read} - {made} else 0 end",
    "cache_read": "{read}",
    "cache_creation": "case when {made} > 0 and {made} > {hour} then {made} - {hour} else 0 end",
    "cache_creation_1h": "case when {made} > 0 then {hour} else 0 end",
    "output": "output_tokens",
    "reasoning": "case when reasoning_output_tokens < output_tokens then reasoning_output_tokens"
    " else output_tokens end",
    "web_searches": "web_searches",
}
"""What is priced of a request, as ``pricing.sheet.list_cost`` counts it: no part of it is below 0."""
_SELECT_ALIKE = ", ".join(
    "cast(sum({}) as bigint)".format(
        _ALIKE[name].format(
            sent="input_tokens",
            read="cache_read_input_tokens",
            made="cache_creation_input_tokens",
            hour="cache_creation_1h_input_tokens",
        )
    )
    for name in Alike._fields[-len(_ALIKE) :]
)
_SINGLE = "case when requests = 1 then 1 else 0 end"
_COST = ", ".join(
    f"cast(coalesce(sum(list_cost_nanos {part} {NANOS_PER_UNIT}), 0) as bigint)" for part in "/%"
)
_COUNT = "cast(coalesce(sum(coalesce(requests, 1)), 0) as bigint)"


class Timeline:
    """Reads what happened when. A question costs one look at every request that is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def active_hours(self, agent: str, since_ms: int = 0) -> dict[int, tuple[int, int]]:
        """When the first and the last request of each hour (UTC) was made, by the start of the hour."""
        rows = await self._database.fetch(
            f"select time_ms / {HOUR_MS}, min(time_ms), max(time_ms) from event"
            f" where time_ms >= ? and role <> {REPLAY}"  # the cheaper question first
            f" and series_id in (select id from series where agent = ?) group by time_ms / {HOUR_MS}",
            (since_ms, agent),
        )
        return {hour * HOUR_MS: (first_ms, last_ms) for hour, first_ms, last_ms in rows}

    async def active_quarters(self, period: Period) -> int:
        """In how many quarters of an hour something was used."""
        ((count,),) = await self._database.fetch(
            "select count(distinct bucket_ms) from rollup where bucket_ms >= ? and bucket_ms < ?"
            " and requests > 0",
            (period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms),
        )
        return int(count)

    async def models_used(self, period: Period) -> set[tuple[str | None, str | None, int]]:
        """Provider, model and the start of the UTC day, of everything that was used."""
        rows = await self._database.fetch(
            f"select distinct provider, model, bucket_ms / {DAY_MS} from rollup"
            " join series on series.id = rollup.series_id where bucket_ms >= ? and bucket_ms < ?",
            (period.start_ms // BUCKET_MS * BUCKET_MS, period.end_ms),
        )
        return {(provider or None, model or None, day * DAY_MS) for provider, model, day in rows}

    async def cached_input(
        self, period: Period, sizes: Iterable[int], step_ms: int
    ) -> list[tuple[UsageEvent, int]]:
        """Sums of what was read from caches and written to them, each with how many requests it is of.

        A sum is of requests of one owner and one step of time that are alike in being a single request or
        not, and whose input exceeds the same of the sizes. It tells its tier, the start of its step and an
        input of that size, so that it has the rates of each of its requests.
        """
        rows = await self._database.fetch(
            f"select time_ms / {step_ms}, series_id, {_SINGLE}, {_size(sizes)},"
            " min(input_tokens), cast(sum(cache_read_input_tokens) as bigint),"
            " cast(sum(case when cache_creation_input_tokens > cache_creation_1h_input_tokens"
            " then cache_creation_input_tokens else cache_creation_1h_input_tokens end) as bigint),"
            " cast(sum(cache_creation_1h_input_tokens) as bigint), cast(sum(coalesce(requests, 1)) as bigint)"
            f" from event where time_ms >= ? and time_ms < ? and role <> {REPLAY} group by 1, 2, 3, 4",
            (period.start_ms, period.end_ms),
        )
        owners = await self._owners()
        found = []
        for step, series, single, _, least, read, creation, hour, count in rows:
            row = (
                0,
                step * step_ms,
                series,
                least,
                read,
                creation,
                hour,
                0,
                0,
                0,
                single or None,
                None,
                None,
            )
            found.append((_event(row, owners[series]), int(count)))
        return found

    async def kept_requests(self, period: Period) -> int:
        """How many requests of a period have their detail."""
        ((count,),) = await self._database.fetch(
            f"select {_COUNT} from event where time_ms >= ? and time_ms < ? and role <> {REPLAY}",
            (period.start_ms, period.end_ms),
        )
        return int(count)

    async def alike(
        self, period: Period, models: Collection[str], sizes: Iterable[int], step_ms: int
    ) -> list[Alike]:
        """The requests to these models, those together that have the same rates; see ``cached_input``."""
        if not models:
            return []
        rows = await self._database.fetch(
            f"select time_ms / {step_ms}, series_id, {_SINGLE}, {_size(sizes)},"
            " case when list_cost_nanos is null then 1 else 0 end, min(input_tokens),"
            f" {_COST}, {_COUNT}, {_SELECT_ALIKE} from event"
            f" where time_ms >= ? and time_ms < ? and role <> {REPLAY} and series_id in"
            f" (select id from series where model in ({', '.join('?' * len(models))}))"
            " group by 1, 2, 3, 4, 5",
            (period.start_ms, period.end_ms, *models),
        )
        owners = await self._owners()
        found = []
        for step, series, single, _, is_unpriced, least, units, nanos, *sums in rows:
            row = (0, step * step_ms, series, least, 0, 0, 0, 0, 0, 0, single or None, None, None)
            cost = None if is_unpriced else units * NANOS_PER_UNIT + nanos
            found.append(Alike(_event(row, owners[series]), cost, *sums))
        return found

    async def _owners(self) -> dict[int, Row]:
        rows = await self._database.fetch(
            "select id, source, agent, provider, model, service_tier from series"
        )
        return {row[0]: row[1:] for row in rows}

    async def requests(self, period: Period) -> AsyncIterator[list[UsageEvent]]:
        """The requests of a period in pages, in no order of time. Whose they are is left out."""
        owners = await self._owners()
        key = -1
        while rows := await self._database.fetch(_REQUESTS, (key, period.start_ms, period.end_ms)):
            yield [_event(row, owners[row[2]]) for row in rows]
            key = rows[-1][0]


def _size(sizes: Iterable[int]) -> str:
    """SQL for how many of these sizes an input exceeds."""
    return " + ".join(f"case when input_tokens > {one} then 1 else 0 end" for one in sorted(sizes)) or "0"


def _event(row: Row, owner: Row) -> UsageEvent:
    source, agent, provider, model, tier = owner
    owned = (source, agent or None, provider or None, model or None, *row[3:10], tier or None)
    return UsageEvent._make((*row[:2], *owned, False, NOBODY, *row[10:], None))
