"""What became of every record that was handed over, and which files each session was read from."""

import os
from collections.abc import Collection, Mapping

from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger._rows import thread_id
from token_dashboard.model.attribution import Attribution

Origins = Mapping[str, Collection[Attribution]]
"""By the path of a file, whose records were read from it."""

_COUNT = (
    "insert into intake (agent, records, merged, pruned) values (?, ?, ?, ?)"
    " on conflict (agent) do update set records = intake.records + excluded.records,"
    " merged = intake.merged + excluded.merged,"
    " pruned = intake.pruned + excluded.pruned"
)
_ADD_ORIGIN = (
    "insert into origin (thread_id, file_id) select ?, id from log_file where agent = ? and path = ?"
    " on conflict (thread_id, file_id) do nothing"
)


async def count(
    transaction: Transaction, agent: str, *, records: int = 0, merged: int = 0, pruned: int = 0
) -> None:
    """Note that so many records came in, of which so many were merged; that so many rows were pruned."""
    await transaction.execute(_COUNT, (agent, records, merged, pruned))


async def remember_origins(transaction: Transaction, agent: str, origins: Origins) -> None:
    """Files must be known by their cursors already."""
    await transaction.execute_many(
        _ADD_ORIGIN,
        [
            (thread, agent, os.fsencode(path))
            for path, owners in origins.items()
            for thread in sorted({thread_id(owner) for owner in owners})
        ],
    )
