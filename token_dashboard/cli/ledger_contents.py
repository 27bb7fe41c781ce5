"""How much of what the ledger holds, and what it takes on the disk."""

import asyncio
from pathlib import Path

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.backups import sizes
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.model.keeping import Contents, StoredAgent, StoredTable
from token_dashboard.model.secret import Secret


async def contents(ledger: Ledger, place: Path | Secret) -> Contents:
    """Counted now; nobody knows how much of a server's tables is free."""
    held = await Upkeep.of(ledger).holdings()
    if isinstance(place, Path):
        taken = await asyncio.to_thread(sizes, place)
        size_bytes = _file_size(place)
    else:
        from token_dashboard.ledger import server_upkeep

        taken = await server_upkeep.sizes(place)
        size_bytes = sum(taken.values())
    return Contents(
        path=None if ledger.path is None else str(ledger.path),
        size_bytes=size_bytes,
        free_bytes=taken.get("free"),
        rows=held.rows,
        sessions=held.sessions,
        requests=sum(one.requests for one in held.agents),
        requests_without_detail=held.without_detail,
        first_ms=held.first_ms,
        last_ms=held.last_ms,
        agents=tuple(
            StoredAgent(agent=one.agent, requests=one.requests, first_ms=one.first_ms, last_ms=one.last_ms)
            for one in held.agents
        ),
        tables=tuple(
            StoredTable(table=name, size_bytes=size, rows=held.rows.get(name))
            for name, size in taken.items()
            if name != "free"
        ),
    )


def _file_size(path: Path) -> int:
    """Bytes of the file and of what was written to it last, which lies beside it."""
    return sum(one.stat().st_size for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())
