"""Sums by hour of UTC, kept beside those by quarter of an hour: a third as many rows."""

from collections.abc import Callable, Iterable
from operator import add

from token_dashboard.ledger._changes import Place
from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger._slots import UTC_HOUR
from token_dashboard.ledger._sums import PLACE, SLOT_SUMS, Sums, add_to, remove_empty
from token_dashboard.model.period import HOUR_MS

_ADD = add_to("hour_rollup", "bucket_ms")
_REMOVE = remove_empty("hour_rollup", "bucket_ms")


async def make_hours(transaction: Transaction) -> None:
    """Make them anew of the quarters."""
    await transaction.execute("delete from hour_rollup")
    await transaction.execute(
        f"insert into hour_rollup (bucket_ms, series_id, thread_id, {', '.join(Sums._fields)})"
        f" select {UTC_HOUR}, series_id, thread_id, {SLOT_SUMS} from rollup group by 1, 2, 3"
    )


async def add_to_hours(
    transaction: Transaction, rollups: Iterable[tuple[int, ...]], emptied: Iterable[Place]
) -> None:
    """Bring the hours up to what is added to quarters, or may have been emptied there."""
    await transaction.execute_many(_ADD, coarser(rollups, _hour))
    places = {(_hour(bucket), *owner) for bucket, *owner in emptied}
    if places:
        await transaction.execute_many(_REMOVE, sorted(places))


def coarser(rollups: Iterable[tuple[int, ...]], time_of: Callable[[int], int]) -> list[tuple[int, ...]]:
    """Rows of quarters added up by a longer time, ordered."""
    sums: dict[Place, tuple[int, ...]] = {}
    for row in rollups:
        place, some = (time_of(row[0]), row[1], row[2]), row[PLACE:]
        sums[place] = tuple(map(add, sums[place], some)) if place in sums else some
    return sorted((*place, *some) for place, some in sums.items())


def _hour(bucket_ms: int) -> int:
    """What ``UTC_HOUR`` says of one bucket."""
    return bucket_ms // HOUR_MS * HOUR_MS
