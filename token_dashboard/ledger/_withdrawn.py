"""The keys of imported requests that were taken back: a copy of one that another ledger has stays away."""

from collections.abc import Collection, Sequence

from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger.again import moved_keys, withdrawn_among
from token_dashboard.ledger.journal import next_recording
from token_dashboard.model.usage import UsageEvent


async def note(transaction: Transaction, keys: Collection[int]) -> None:
    """Note keys that aren't noted yet, as a recording of their own."""
    fresh = sorted(set(keys) - await withdrawn_among(transaction, keys))
    if fresh:
        batch = await next_recording(transaction)
        await transaction.execute_many(
            "insert into withdrawn (key, batch) values (?, ?)", [(key, batch) for key in fresh]
        )


async def without_withdrawn(transaction: Transaction, events: Sequence[UsageEvent]) -> Sequence[UsageEvent]:
    """The events but for the imported ones that were taken back, or still count by an earlier key."""
    moved = await moved_keys(transaction, _imported(events))
    return [one for one in events if one.source != "import" or one.key not in moved] if moved else events


async def brought_again(transaction: Transaction, events: Sequence[UsageEvent]) -> Sequence[UsageEvent]:
    """The events, the imported ones by the keys that they have by now."""
    moved = await moved_keys(transaction, _imported(events))
    if not moved:
        return events
    return [
        one._replace(key=moved[one.key]) if one.source == "import" and one.key in moved else one
        for one in events
    ]


def _imported(events: Sequence[UsageEvent]) -> set[int]:
    return {one.key for one in events if one.source == "import"}
