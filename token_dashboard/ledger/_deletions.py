"""Notes of what deleting left behind, by which an audit can tell it from a loss."""

from token_dashboard.ledger._database import Transaction

_DETAIL, _PURGED = "usage.detail_ms", "usage.purged"
_NOTE = "insert into note (key, body) values (?, ?) on conflict (key) do update set body ="
_MOVE_ON = f"{_NOTE} excluded.body where cast(note.body as bigint) < cast(excluded.body as bigint)"
_ADD = f"{_NOTE} cast(cast(note.body as bigint) + cast(excluded.body as bigint) as text)"


async def note_detail(transaction: Transaction, from_ms: int) -> None:
    """Note that the detail of requests before a moment was deleted."""
    await transaction.execute(_MOVE_ON, (_DETAIL, str(from_ms)))


async def note_purged(transaction: Transaction, requests: int) -> None:
    """Note that the totals of so many requests were deleted, of which no detail is kept but the keys."""
    await transaction.execute(_ADD, (_PURGED, str(requests)))


async def detail_from(transaction: Transaction) -> int | None:
    """The moment from which every request in the totals has its detail; ``None``: none was ever deleted."""
    return await _noted(transaction, _DETAIL)


async def purged(transaction: Transaction) -> int:
    """How many requests ``note_purged`` was told of."""
    return await _noted(transaction, _PURGED) or 0


async def _noted(transaction: Transaction, key: str) -> int | None:
    rows = await transaction.fetch("select cast(body as bigint) from note where key = ?", (key,))
    return int(rows[0][0]) if rows else None
