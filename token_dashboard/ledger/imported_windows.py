"""Usage windows as another program saw them, in the history of our own."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from token_dashboard.ledger._history import remember
from token_dashboard.ledger.upkeep import Upkeep

_HELD = (
    "select 1 from window_history where provider = ? and account = ? and name = ?"
    " and time_ms <= ? and last_seen_ms >= ? limit 1"
)


class WindowSample(NamedTuple):
    """How full a window was at a moment."""

    provider: str
    account: str
    name: str
    time_ms: int
    used_percent: Decimal


async def remember_windows(upkeep: Upkeep, samples: Sequence[WindowSample]) -> int:
    """Store samples, oldest first, in one transaction; gives how many the history didn't have.

    Those of a time of which the history knows the figure change nothing: what was asked here counts better.
    """
    new = 0
    async with upkeep.database.transaction() as transaction:
        for provider, account, name, time_ms, percent in samples:
            if await transaction.fetch(_HELD, (provider, account, name, time_ms, time_ms)):
                continue
            new += 1
            owner = {"provider": provider, "account": account, "name": name}
            figure = f"{percent.normalize():f}"
            await remember(transaction, "window_history", "used_percent", owner, time_ms, figure)
    return new
