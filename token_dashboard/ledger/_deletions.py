"""What deleting leaves behind: notes by which an audit can tell it from a loss, and what may be forgotten."""

from token_dashboard.ledger import _intake
from token_dashboard.ledger._database import Reader, Transaction
from token_dashboard.ledger._rows import REPLAY
from token_dashboard.ledger._selection import Selection

_DETAIL, _PURGED = "usage.detail_ms", "usage.purged"
_NEVER = 2**62
_NOTE = "insert into note (key, body) values (?, ?) on conflict (key) do update set body ="
_MOVE_ON = f"{_NOTE} excluded.body where cast(note.body as bigint) < cast(excluded.body as bigint)"
_REMEMBER = (
    "insert into forgettable (key, time_ms, series_id, requests) select key, time_ms, series_id,"
    f" case when role = {REPLAY} then 0 else coalesce(requests, 1) end from event where {{}} and"
    " series_id in (select id from series where source in ('manual', 'import')) on conflict (key) do nothing"
)
_ADD = f"{_NOTE} cast(cast(note.body as bigint) + cast(excluded.body as bigint) as text)"


async def note_detail(transaction: Transaction, from_ms: int) -> None:
    """Note that the detail of requests before a moment was deleted."""
    await transaction.execute(_MOVE_ON, (_DETAIL, str(from_ms)))


async def note_purged(transaction: Transaction, requests: int) -> None:
    """Note that the totals of so many requests were deleted, of which no detail is kept but the keys."""
    await transaction.execute(_ADD, (_PURGED, str(requests)))


async def delete_detail(transaction: Transaction, which: Selection) -> int:
    """Delete the detail of requests, and say of how many rows. Their keys stay."""
    where, values = which.where("time_ms")
    counts = await transaction.fetch(
        f"select agent, count(*) from event join series on series.id = event.series_id where {where}"
        " group by agent",
        values,
    )
    if counts:
        await transaction.execute(_REMEMBER.format(where), values)
        await transaction.delete_events(which)
        for agent, count in counts:
            await _intake.count(transaction, agent, pruned=count)
    return sum(int(count) for _, count in counts)


async def forget_brought_in(transaction: Transaction, which: Selection) -> int:
    """Forget the keys of what was logged by hand or imported, once its detail is deleted.

    It can be brought in anew then, so its totals must be deleted, too. Gives how many requests they have.
    """
    where, values = which.where("time_ms")
    found = await transaction.fetch(
        "select agent, count(*), cast(sum(requests) as bigint) from forgettable"
        f" join series on series.id = series_id where {where} group by agent",
        values,
    )
    await transaction.execute_many(
        "update intake set records = records - ?, pruned = pruned - ? where agent = ?",
        [(keys, keys, agent) for agent, keys, _ in found],
    )
    await transaction.execute(
        f"delete from pruned where key in (select key from forgettable where {where})", values
    )
    await transaction.execute(f"delete from forgettable where {where}", values)
    return sum(int(requests) for *_, requests in found)


async def detail_from(reader: Reader) -> int | None:
    """The moment from which every request in the totals has its detail; ``None``: none was ever deleted."""
    return await _noted(reader, _DETAIL)


async def whole_from(reader: Reader) -> int:
    """As ``detail_from``, before all times where none was; after all where nobody noted from when on."""
    noted = await detail_from(reader)
    if noted is not None:
        return noted
    ((has_pruned,),) = await reader.fetch("select exists (select 1 from intake where pruned > 0)")
    return _NEVER if has_pruned else -_NEVER


async def purged(reader: Reader) -> int:
    """How many requests ``note_purged`` was told of."""
    return await _noted(reader, _PURGED) or 0


async def _noted(reader: Reader, key: str) -> int | None:
    rows = await reader.fetch("select cast(body as bigint) from note where key = ?", (key,))
    return int(rows[0][0]) if rows else None
