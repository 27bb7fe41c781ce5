"""Sums by local day of one zone, kept beside those by quarter of an hour: a year is few rows.

They hold the days of the zone that reports are asked in; the note ``usage.days`` names it, and since when.
"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from token_dashboard.ledger import _slots
from token_dashboard.ledger._changes import Place
from token_dashboard.ledger._database import Database, Reader, Transaction, upsert
from token_dashboard.ledger._hours import coarser
from token_dashboard.ledger._sums import SLOT_SUMS, Sums, add_to, remove_empty
from token_dashboard.model.period import DAY_MS, Period, zone

_NOTE = "usage.days"
_ADD = add_to("day_rollup", "day")
_REMOVE = remove_empty("day_rollup", "day")
_SELECT_NOTE = f"select body from note where key = '{_NOTE}'"


async def zone_of_days(reader: Reader) -> ZoneInfo | None:
    """Whose days are kept; ``None`` when none are, or not by a zone that this machine knows."""
    rows = await reader.fetch(_SELECT_NOTE)
    if not rows:
        return None
    try:
        return zone(str(rows[0][0]).partition(" ")[0])
    except ValueError:
        return None


async def keep_days(database: Database, tz: ZoneInfo, now_ms: int) -> None:
    """Keep the days of a zone from now on. Callers of two zones change it once a day at the most."""
    rows = await database.fetch(_SELECT_NOTE)
    name, _, since_ms = str(rows[0][0]).partition(" ") if rows else ("", "", "")
    if name == tz.key or (rows and 0 <= now_ms - int(since_ms) < DAY_MS):
        return
    async with database.transaction() as transaction:
        await transaction.execute("delete from day_rollup")
        ((first_ms, last_ms),) = await transaction.fetch("select min(bucket_ms), max(bucket_ms) from rollup")
        if first_ms is not None:
            day = _slots.day(Period(first_ms, last_ms + 1), tz)
            await transaction.execute(
                f"insert into day_rollup (day, series_id, thread_id, {', '.join(Sums._fields)})"
                f" select {day}, series_id, thread_id, {SLOT_SUMS} from rollup group by 1, 2, 3"
            )
        await transaction.execute(upsert("note", ("key",), ("body",)), (_NOTE, f"{tz.key} {now_ms}"))


async def add_to_days(
    transaction: Transaction, rollups: Iterable[tuple[int, ...]], emptied: Iterable[Place]
) -> None:
    """Bring the days up to what is added to quarters of an hour, or may have been emptied there."""
    tz = await zone_of_days(transaction)
    if tz is None:
        await transaction.execute(f"delete from note where key = '{_NOTE}'")
        return
    await transaction.execute_many(
        _ADD, coarser(rollups, lambda bucket_ms: _slots.day_of_bucket(bucket_ms, tz))
    )
    places = {(_slots.day_of_bucket(bucket, tz), *owner) for bucket, *owner in emptied}
    if places:
        await transaction.execute_many(_REMOVE, sorted(places))
