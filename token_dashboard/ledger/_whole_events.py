"""Every event of a period with all that is known of it. Many events share few owners: each is read once."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from functools import lru_cache
from typing import TypeAlias, cast

from token_dashboard.ledger._database import Reader, Row
from token_dashboard.ledger._rows import MAIN, REPLAY, SERIES_COLUMNS, THREAD_COLUMNS
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import Period
from token_dashboard.model.usage import COUNTS, UsageEvent

_EVENTS = (
    f"select series_id, thread_id, key, time_ms, {', '.join(COUNTS)}, role, requests, recorded_cost_nanos,"
    " list_cost_nanos, price_day from event"
    f" where key > ? and time_ms >= ? and time_ms < ? and role <> {REPLAY} order by key limit ?"
)
_KEY = 2
_MAKER = 4
"""So many texts of a series say who made an event: source, agent, provider and model."""
_OWNERS = 65_536
"""Of so many owners the texts are held at once."""
_IDS_AT_ONCE = 5_000

_Place: TypeAlias = tuple[int, int]
"""The ids of a series and a thread."""
_Owner: TypeAlias = tuple[Row, str | None, Attribution]
"""Who made an event, its service tier, and who it belongs to."""


async def whole_events(reader: Reader, period: Period, page: int) -> AsyncIterator[list[UsageEvent]]:
    """Every event of a period that counts, in the order of their keys; only one page is held.

    One whose owner isn't known is left out: there are none, but while another process deletes them.
    """
    owners: dict[_Place, _Owner] = {}
    last = -1
    while rows := await reader.fetch(_EVENTS, (last, period.start_ms, period.end_ms, page)):
        last = rows[-1][_KEY]
        missing = {row[:_KEY] for row in rows} - owners.keys()
        if missing:
            if len(owners) + len(missing) > _OWNERS:
                owners, missing = {}, {row[:_KEY] for row in rows}
            owners |= await _read(reader, cast("set[_Place]", missing))
        yield [_event(row, owners[place]) for row in rows if (place := row[:_KEY]) in owners]


async def _read(reader: Reader, places: set[_Place]) -> dict[_Place, _Owner]:
    series = await _texts(reader, "series", SERIES_COLUMNS, {one for one, _ in places})
    threads = await _texts(reader, "thread", THREAD_COLUMNS, {one for _, one in places})
    return {
        place: _owner(series[place[0]], threads[place[1]])
        for place in places
        if place[0] in series and place[1] in threads
    }


async def _texts(reader: Reader, table: str, columns: str, ids: Iterable[int]) -> dict[int, Row]:
    found: dict[int, Row] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), _IDS_AT_ONCE):
        some = ordered[start : start + _IDS_AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = await reader.fetch(f"select id, {columns} from {table} where id in ({marks})", some)
        found |= {row[0]: row[1:] for row in rows}
    return found


def _owner(series: Row, thread: Row) -> _Owner:
    source, *texts = series
    agent, provider, model, tier, *few = (text or None for text in texts)
    many = (text or None for text in thread)
    return (source, agent, provider, model), tier, Attribution._make((*few, *many))


def _event(row: Row, owner: _Owner) -> UsageEvent:
    _, _, key, time_ms, sent, read, made, made_1h, output, reasoning, searches, role, *rest = row
    requests, recorded, listed, day = rest
    maker, tier, attribution = owner
    counts = sent, read, made, made_1h, output, reasoning, searches
    owned = tier, role != MAIN, attribution
    # A bare tuple: this is made a million times, and `_make` costs half as much again.
    return tuple.__new__(
        UsageEvent,
        (key, time_ms, *maker, *counts, *owned, requests, recorded, listed, _price_date(day)),
    )


@lru_cache(4096)
def _price_date(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()
