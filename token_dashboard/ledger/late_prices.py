"""Requests without a list price, priced once their price is known.

They are recorded anew, priced: what the ledger holds of them gains a cost and nothing else, and other ledgers
are told of it as of whatever changes. What is in the totals alone stays unpriced: its requests aren't known.
"""

from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from token_dashboard.ledger._database import Row, Transaction
from token_dashboard.ledger._rows import REPLAY, SELECT_HELD, SERIES_COLUMNS, held_event
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.usage import merge_in
from token_dashboard.model.usage import UsageEvent, group_of

Price: TypeAlias = Callable[[Sequence[UsageEvent]], list[UsageEvent]]
"""Gives events their list cost, or none where no price is known."""

_UNPRICED = (
    f"select id, first_ms, last_ms, {SERIES_COLUMNS} from series"
    " where id in (select series_id from hour_rollup where priced_requests < requests"
    f" union select series_id from event where role = {REPLAY} and list_cost_nanos is null)"
)
"""A replay, which is in no sum, is priced too: it counts once its request turns out to be one of its own."""
_KEYS = (
    "select key from event where list_cost_nanos is null"
    " and series_id in (select value from wanted) order by key"
)
_AT_ONCE = 10_000
_AGENT = attrgetter("agent")


async def price_late(upkeep: Upkeep, price: Price) -> int:
    """Give a list cost to all requests that have none and can have one; says how many those are.

    It is done by parts; stopped in the middle, it goes on from there. Cost: one look at each request, and
    another if a price was found.
    """
    rows = await upkeep.database.fetch(_UNPRICED)
    wanted = sorted(int(row[0]) for row in rows if _has_price(row, price))
    if not wanted:
        return 0
    async with upkeep.database.transaction() as transaction:
        keys = [int(key) for (key,) in await transaction.fetch_wanted(_KEYS, wanted)]
    priced = 0
    for start in range(0, len(keys), _AT_ONCE):
        async with upkeep.database.transaction() as transaction:
            priced += await _price(transaction, keys[start : start + _AT_ONCE], price)
    return priced


def _has_price(row: Row, price: Price) -> bool:
    """Whether a request of such an owner would have one, at the first or the last time of its use."""
    _, first_ms, last_ms, source, agent, provider, model, tier, *_ = row
    example = UsageEvent(
        key=0,
        time_ms=0,
        source=source,
        agent=agent or None,
        provider=provider or None,
        model=model or None,
        input_tokens=1,
        service_tier=tier or None,
    )
    found = price([example._replace(time_ms=time_ms) for time_ms in (first_ms, last_ms)])
    return any(one.list_cost_nanos is not None for one in found)


async def _price(transaction: Transaction, keys: Sequence[int], price: Price) -> int:
    wanted = set(keys)
    rows = await transaction.fetch_wanted(SELECT_HELD, sorted({group_of(key) for key in wanted}))
    held = [held_event(row)[0] for row in rows if row[0] in wanted]
    found = [event for event in price(held) if event.list_cost_nanos is not None]
    for agent, events in groupby(sorted(found, key=lambda one: one.agent or ""), key=_AGENT):
        await merge_in(transaction, agent, list(events))
    return len(found)
