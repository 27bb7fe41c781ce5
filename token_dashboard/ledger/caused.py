"""What the requests of an agent cost by what caused them, and some of them one by one.

Only requests whose detail is kept: others can't be told from each other. Nearly all that have theirs are in
times of which nothing was deleted, so the roll-ups tell what they come to together.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection

from token_dashboard.ledger import _deletions
from token_dashboard.ledger._alike import PRICED, has_all_detail, owners_of_series, priced_event, roll_up
from token_dashboard.ledger._database import Reader, Row
from token_dashboard.ledger._event_sums import sums_of_events
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.ledger._sums import SELECT_SUMS, totals_of
from token_dashboard.model.period import BUCKET_MS, Period
from token_dashboard.model.report import Totals
from token_dashboard.model.usage import UsageEvent

_KEYS_AT_ONCE = 5_000
_OF_AGENT = "series_id in (select id from series where agent = ?)"
_SUMS = SELECT_SUMS.replace("rollup.", "summed.")
_SINGLE = (
    f"select {PRICED} from event where key in ({{}}) and time_ms >= ? and time_ms < ?"
    f" and role <> {REPLAY} and {_OF_AGENT}"
)


async def by_cause(reader: Reader, period: Period, agent: str) -> dict[str, Totals]:
    """What an agent's requests of a period come to, by what caused them; ``''`` where nobody knows."""
    found: defaultdict[str, list[Totals]] = defaultdict(list)
    for cause, *sums in await _rows(reader, period, agent):
        found[cause].append(totals_of(tuple(sums)))
    return {cause: Totals.summed(totals) for cause, totals in found.items()}


async def singles(
    reader: Reader, keys: Collection[int], period: Period, agent: str
) -> AsyncIterator[list[UsageEvent]]:
    """The requests of an agent and a period that have these keys. Of their owners only the cause is told."""
    owners, ordered = await owners_of_series(reader), sorted(keys)
    for start in range(0, len(ordered), _KEYS_AT_ONCE):
        some = ordered[start : start + _KEYS_AT_ONCE]
        sql = _SINGLE.format(", ".join("?" * len(some)))
        rows = await reader.fetch(sql, (*some, period.start_ms, period.end_ms, agent))
        yield [priced_event(row, owners[row[2]]) for row in rows]


async def _rows(reader: Reader, period: Period, agent: str) -> list[Row]:
    """Causes with sums; a cause may have several."""
    told = await _told(reader, period)
    rows: list[Row] = []
    if told.start_ms < told.end_ms:
        sums = f"select * from {roll_up(told)} where bucket_ms >= ? and bucket_ms < ? and {_OF_AGENT}"
        rows += await _by_cause(reader, sums, told, agent)
    for one in (Period(period.start_ms, told.start_ms), Period(told.end_ms, period.end_ms)):
        if one.start_ms < one.end_ms:
            where = f"time_ms >= ? and time_ms < ? and {_OF_AGENT}"
            rows += await _by_cause(reader, sums_of_events("event", where, ["series_id"]), one, agent)
    return rows


async def _by_cause(reader: Reader, sums: str, period: Period, agent: str) -> list[Row]:
    return await reader.fetch(
        f"select cause, {_SUMS} from ({sums}) as summed join series on series.id = summed.series_id"
        " group by cause",
        (period.start_ms, period.end_ms, agent),
    )


async def _told(reader: Reader, period: Period) -> Period:
    """The part of a period of which roll-ups hold the requests that have their detail, and no others."""
    detail_from = await _deletions.detail_from(reader)
    if detail_from is None:
        detail_from = period.start_ms if await has_all_detail(reader, period) else period.end_ms
    start_ms = min(-(-max(period.start_ms, detail_from) // BUCKET_MS) * BUCKET_MS, period.end_ms)
    return Period(start_ms, max(start_ms, period.end_ms // BUCKET_MS * BUCKET_MS))
