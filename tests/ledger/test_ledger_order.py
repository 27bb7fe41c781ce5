"""Any order, batching and repetition of the same records ends in the same ledger."""

import asyncio
import random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_world import NOON, Fresh, SetClock, an_event, roll_ups_agree, stored_sums, sum_by_hand

from token_dashboard.ledger import open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.report import Dimension
from token_dashboard.model.usage import UsageEvent

KATHMANDU = ZoneInfo("Asia/Kathmandu")
DAILY = (Dimension.DAY, Dimension.WEEK, Dimension.MONTH, Dimension.SESSION, Dimension.MODEL)
HOURLY = (Dimension.HOUR, Dimension.SESSION, Dimension.MODEL)


@st.composite
def records(draw: st.DrawFn) -> list[UsageEvent]:
    """Records of a few requests: streamed, replayed by sidechains, moved in time, priced or not.

    The owner is fixed by the identity, as in real logs: which of two owners is kept is settled by who came
    first, and that is no question of sums.
    """
    found = []
    for _ in range(draw(st.integers(1, 12))):
        request, member = draw(st.integers(0, 3)), draw(st.integers(0, 2))
        is_sidechain = draw(st.booleans())
        output, taken = draw(st.integers(0, 3)), draw(st.integers(0, 2))
        found.append(
            an_event(
                f"m{request}",
                f"r{member}",
                time_ms=NOON + draw(st.integers(-3, 3)) * 600_000,
                tokens=(taken, output),
                cost=None if request == 3 else taken * 7 + output * 1_000_000_007,
                model=f"model-{request}",
                is_sidechain=is_sidechain,
                owner=Attribution(project=f"/p{request}{member}{is_sidechain}", session=str(is_sidechain)),
                recorded_cost_nanos=draw(st.sampled_from([None, 0, 2_000_000_001])),
            )
        )
    return found


async def recorded(fresh: Fresh, batches: list[list[UsageEvent]], *, days_of: ZoneInfo) -> tuple[object, ...]:
    async with fresh() as stored, open_ledger(stored.place, SetClock()) as ledger:
        await ledger.usage.keep_days(days_of, NOON - DAY_MS)
        gained = [(await ledger.usage.record(batch)).new for batch in batches]
        totals = await ledger.usage.totals(None)
        rows = await ledger.usage.rows(None, list(Dimension), KATHMANDU)
        by_day = await ledger.usage.rows(None, DAILY, KATHMANDU)
        by_hour = await ledger.usage.rows(None, HOURLY, ZoneInfo("UTC"))
        await ledger.usage.keep_days(KATHMANDU, NOON)
        assert await ledger.usage.rows(None, DAILY, KATHMANDU) == by_day
        assert await roll_ups_agree(stored)
        assert sum(gained) == totals.requests
        return totals, rows, by_day, by_hour, (await stored_sums(stored))[0]


@pytest.mark.parametrize(("fresh", "examples"), [("sqlite", 30), ("postgres", 8)], indirect=["fresh"])
def test_sums_depend_on_the_records_alone(fresh: Fresh, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(records(), st.randoms(use_true_random=False), st.integers(1, 5))
    def hold(events: list[UsageEvent], chance: random.Random, size: int) -> None:
        shuffled = [*events, *chance.sample(events, k=len(events) // 2)]
        chance.shuffle(shuffled)
        pieces = [shuffled[start : start + size] for start in range(0, len(shuffled), size)]

        async def both() -> tuple[tuple[object, ...], tuple[object, ...]]:
            at_once = await recorded(fresh, [events], days_of=ZoneInfo("UTC"))
            return at_once, await recorded(fresh, pieces, days_of=KATHMANDU)

        at_once, in_pieces = asyncio.run(both())
        assert in_pieces == at_once
        assert in_pieces[0] == sum_by_hand(events)

    hold()
