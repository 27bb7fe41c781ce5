"""Figures over time: a row from when a figure was first seen to when it was last confirmed.

A thousand equal answers are one row, and still it is known until when the figure held.
"""

from collections.abc import Mapping
from typing import Any

from token_dashboard.ledger._database import Database, Transaction, Value

Owner = Mapping[str, str]
"""Whose figure it is: the columns before ``time_ms`` in a history's primary key."""


async def remember(
    transaction: Transaction, table: str, column: str, owner: Owner, time_ms: int, figure: Value
) -> None:
    """A figure as it was at a moment. Answers may arrive out of order, as when a clock was set back."""
    where = " and ".join(f"{name} = ?" for name in owner)
    before = await transaction.fetch(
        f"select time_ms, {column} from {table} where {where} and time_ms <= ? order by time_ms desc limit 1",
        (*owner.values(), time_ms),
    )
    if before and before[0][1] == figure:
        await transaction.execute(
            f"update {table} set last_seen_ms = ? where {where} and time_ms = ? and last_seen_ms < ?",
            (time_ms, *owner.values(), before[0][0], time_ms),
        )
        return
    names = ", ".join(owner)
    await transaction.execute(
        f"insert into {table} ({names}, time_ms, {column}, last_seen_ms)"
        f" values ({', '.join('?' * (len(owner) + 3))})"
        f" on conflict ({names}, time_ms) do update set {column} = excluded.{column}",
        (*owner.values(), time_ms, figure, time_ms),
    )


async def points(
    database: Database, table: str, column: str, owner: Owner, since_ms: int
) -> list[tuple[int, Any]]:
    """A figure since a moment, oldest first, as (moment, figure).

    Each figure stands at the moment it was first seen and, if it was confirmed later, also at the last such
    moment. What held at ``since_ms`` stands at ``since_ms``; if the last figure before it wasn't confirmed
    until then, it stands at its own last moment.
    """
    where = " and ".join(f"{name} = ?" for name in owner)
    rows = await database.fetch(
        f"select time_ms, last_seen_ms, {column} from {table}"
        f" where {where} and time_ms >= coalesce("
        f"(select max(time_ms) from {table} where {where} and time_ms <= ?), ?) order by time_ms",
        (*owner.values(), *owner.values(), since_ms, since_ms),
    )
    found: list[tuple[int, Any]] = []
    for first_ms, last_ms, figure in rows:
        start_ms = min(max(first_ms, since_ms), last_ms)
        found.append((start_ms, figure))
        if last_ms > start_ms:
            found.append((last_ms, figure))
    return found
