"""Five machines at one ledger: whatever the order, the overlaps and the repeats, it ends as the union."""

import asyncio
import random
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ledger_world import NOON, SetClock, Stored, an_event, roll_ups_agree, sum_by_hand

from token_dashboard.ledger import open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import MINUTE_MS
from token_dashboard.model.report import Dimension
from token_dashboard.model.usage import UsageEvent

MACHINES = 5
REQUESTS = 900


def seen_by_all(chance: random.Random) -> list[UsageEvent]:
    """Requests with one or two records each, which differ in length, time and price."""
    return [
        an_event(
            f"m{number}",
            "r",
            time_ms=NOON + number * 7 * MINUTE_MS - record * 20 * MINUTE_MS,
            tokens=(number, 10 + record),
            cost=None if number % 11 == 0 else number * 1_000_003,
            model=f"model-{number % 6}",
            owner=Attribution(project=f"/p{number % 7}", user=f"u{number % 5}", session=f"s{number % 40}"),
        )
        for number in range(REQUESTS)
        for record in range(chance.randint(1, 2))
    ]


async def work(stored: Stored, mine: list[UsageEvent], chance: random.Random) -> int:
    gained = 0
    async with open_ledger(stored.place, SetClock()) as ledger:
        while mine:
            size = chance.randint(1, 120)
            batch, mine = mine[:size], mine[size:]
            gained += (await ledger.usage.record(batch)).new
    return gained


@pytest.mark.parametrize("seed", range(3))
async def test_five_machines_that_write_at_once_in_any_order_end_in_the_union_in_every_cut(
    stored: Stored, clock: SetClock, path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    events = seen_by_all(chance)
    shares = [chance.sample(events, k=len(events) * 2 // 3) for _ in range(MACHINES - 1)]
    rest = [event for event in events if not any(event in share for share in shares)]
    shares.append([*rest, *chance.sample(events, k=len(events) // 2)])
    repeated = [[*share, *chance.sample(share, k=len(share) // 4)] for share in shares]
    for share in repeated:
        chance.shuffle(share)
    gained = await asyncio.gather(
        *(work(stored, share, random.Random(chance.random())) for share in repeated)
    )
    async with open_ledger(stored.place, clock) as team, open_ledger(path, clock) as alone:
        await alone.usage.record(events)
        assert sum(gained) == REQUESTS
        assert await team.usage.totals(None) == sum_by_hand(events)
        for by in Dimension:
            cut = (None, (by,), ZoneInfo("Asia/Kathmandu"))
            assert await team.usage.rows(*cut) == await alone.usage.rows(*cut)
    assert await roll_ups_agree(stored)
