"""Imported requests that are brought in again after they were taken back.

Each time they get another key, which follows from the one before. So a key that was taken back stays so for
good, and one that counts again is a request like others: ledgers that are told of both, in any order and any
number of times, end alike.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import TYPE_CHECKING

from token_dashboard.ledger._database import Transaction
from token_dashboard.model.usage import UsageEvent

if TYPE_CHECKING:
    from token_dashboard.ledger.upkeep import Upkeep

_STEP = 0x1E37_79B9_7F4A_7C15
"""Large and without a pattern: keys that people make up, one after the other, don't lie so far apart."""
_KEYS = 2**63
_WITHDRAWN = "select key from wanted cross join withdrawn where withdrawn.key = wanted.value"
_PRUNED = "select key from wanted cross join pruned where pruned.key = wanted.value"


def following(key: int, times: int = 1) -> int:
    """The key that a request has when it was taken back and brought in again so many times since."""
    return (key + times * _STEP) % _KEYS


async def withdrawn_among(transaction: Transaction, keys: Collection[int]) -> set[int]:
    """Those of some keys that were taken back."""
    return {int(key) for (key,) in await transaction.fetch_wanted(_WITHDRAWN, sorted(keys))}


async def moved_keys(transaction: Transaction, keys: Collection[int]) -> dict[int, int]:
    """By their keys, imported requests that have another one by now, and which.

    It is the first one that wasn't taken back, or whose request still counts: without its detail it couldn't
    be told from others in the same sums.
    """
    withdrawn: set[int] = set()
    asked = frozenset[int]()
    asking = {one for key in keys for one in (key, following(key, -1))}
    while asking:
        found = await withdrawn_among(transaction, asking)
        withdrawn |= found
        asked |= asking
        asking = {following(key, times) for key in found for times in (1, -1)} - asked
    if not withdrawn:
        return {}
    counted = {int(key) for (key,) in await transaction.fetch_wanted(_PRUNED, sorted(withdrawn))}
    moves = ((key, _current(key, withdrawn, counted)) for key in keys)
    return {key: current for key, current in moves if key != current}


async def keys_now(upkeep: "Upkeep", keys: Collection[int]) -> dict[int, int]:
    """As ``moved_keys``."""
    async with upkeep.database.transaction() as transaction:
        return await moved_keys(transaction, keys)


async def by_first_keys(
    upkeep: "Upkeep", pages: AsyncIterator[Sequence[UsageEvent]]
) -> AsyncIterator[Sequence[UsageEvent]]:
    """Pages of requests as files tell them: what came in again has the key that it had at first.

    Files don't tell what was taken back. Who has it from an earlier one doesn't get it twice.
    """
    withdrawn = {int(key) for (key,) in await upkeep.database.fetch("select key from withdrawn")}
    async for page in pages:
        yield [_as_at_first(event, withdrawn) for event in page] if withdrawn else page


def _as_at_first(event: UsageEvent, withdrawn: Collection[int]) -> UsageEvent:
    if event.source != "import" or following(event.key, -1) not in withdrawn:
        return event
    return event._replace(key=_first(event.key, withdrawn))


def _first(key: int, withdrawn: Collection[int]) -> int:
    while following(key, -1) in withdrawn:
        key = following(key, -1)
    return key


def _current(key: int, withdrawn: Collection[int], counted: Collection[int]) -> int:
    key = _first(key, withdrawn)
    while key in withdrawn and key not in counted:
        key = following(key)
    return key
