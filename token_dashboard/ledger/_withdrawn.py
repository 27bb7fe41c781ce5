"""The keys of imported requests that were taken back: a copy of one that another ledger has stays away."""

from collections.abc import Collection, Sequence

from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger.journal import next_recording
from token_dashboard.model.usage import UsageEvent

_KNOWN = "select key from wanted cross join withdrawn where withdrawn.key = wanted.value"


async def note(transaction: Transaction, keys: Collection[int]) -> None:
    """Note keys that aren't noted yet, as a recording of their own."""
    fresh = sorted(set(keys) - await _known(transaction, keys))
    if fresh:
        batch = await next_recording(transaction)
        await transaction.execute_many(
            "insert into withdrawn (key, batch) values (?, ?)", [(key, batch) for key in fresh]
        )


async def without_withdrawn(transaction: Transaction, events: Sequence[UsageEvent]) -> Sequence[UsageEvent]:
    """The events but for the imported ones that were taken back."""
    known = await _known(transaction, _imported(events))
    return [one for one in events if one.source != "import" or one.key not in known] if known else events


async def take_again(transaction: Transaction, events: Sequence[UsageEvent]) -> None:
    """Forget that the imported ones among them were taken back."""
    known = await _known(transaction, _imported(events))
    await transaction.execute_many("delete from withdrawn where key = ?", [(key,) for key in known])


def _imported(events: Sequence[UsageEvent]) -> set[int]:
    return {one.key for one in events if one.source == "import"}


async def _known(transaction: Transaction, keys: Collection[int]) -> set[int]:
    if not keys:
        return set()
    return {int(key) for (key,) in await transaction.fetch_wanted(_KNOWN, sorted(keys))}
