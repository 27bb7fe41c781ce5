"""Requests recorded without a price, whose price becomes known: the ledger is as if it had been known."""

from collections.abc import Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_world import NOON, Fresh, SetClock, Stored, an_event, roll_ups_agree, sum_by_hand

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.late_prices import price_late
from token_dashboard.ledger.soundness import check
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period
from token_dashboard.model.usage import UsageEvent

EVER = Period(-(2**62), 2**62)
COST = 7_000


def priced(events: Sequence[UsageEvent], since_ms: int = 0) -> list[UsageEvent]:
    """Prices of Claude's models alone, from some day on."""
    return [
        one._replace(list_cost_nanos=COST * one.output_tokens, price_date="2025-11-02")
        if one.provider == "anthropic" and one.time_ms >= since_ms
        else one._replace(list_cost_nanos=None, price_date=None)
        for one in events
    ]


def unpriced(name: str, **rest: object) -> UsageEvent:
    return an_event(name, **{"member": "r", "cost": None, **rest})


async def price(ledger: Ledger, since_ms: int = 0) -> int:
    return await price_late(Upkeep.of(ledger), lambda events: priced(events, since_ms))


async def test_they_gain_their_cost_once_and_nothing_else_changes(ledger: Ledger, stored: Stored) -> None:
    events = [
        *(unpriced(f"m{n}", time_ms=NOON + n * HOUR_MS) for n in range(40)),
        unpriced("side", is_sidechain=True),
        unpriced("charged", recorded_cost_nanos=5),
        unpriced("sum", requests=3),
        unpriced("elsewhere", provider="somebody", model="unheard-of"),
        an_event("known before", "r", cost=1),
    ]
    await ledger.usage.record(events)
    assert await price(ledger) == 43
    expected = sum_by_hand([*priced(events[:-2]), *events[-2:]])
    assert await ledger.usage.totals(EVER) == expected
    assert await roll_ups_agree(stored)
    assert await price(ledger) == 0


async def test_a_price_that_begins_later_is_for_what_came_later(ledger: Ledger) -> None:
    events = [unpriced("before", time_ms=NOON), unpriced("after", time_ms=NOON + DAY_MS)]
    await ledger.usage.record(events)
    assert await price(ledger, NOON + DAY_MS) == 1
    assert await ledger.usage.totals(EVER) == sum_by_hand(priced(events, NOON + DAY_MS))


async def test_reading_their_log_again_prices_them_too(ledger: Ledger, stored: Stored) -> None:
    events = [unpriced("a"), unpriced("b")]
    await ledger.usage.record(events)
    await ledger.usage.record(priced(events))
    await ledger.usage.record(events)
    assert await ledger.usage.totals(EVER) == sum_by_hand(priced(events))
    assert await roll_ups_agree(stored)


async def test_other_ledgers_are_told(ledger: Ledger, fresh: Fresh, clock: SetClock) -> None:
    events = [unpriced("a"), unpriced("b"), unpriced("c", provider="somebody")]
    await ledger.usage.record(events)
    told = await ledger.journal.latest()
    await price(ledger)
    changed = await ledger.journal.events([key for _, key in await ledger.journal.changed(told)])
    assert [one.list_cost_nanos for one in changed] == [COST * 10] * 2
    async with fresh() as place, open_ledger(place.place, clock) as other:
        await other.usage.record(events, are_copies=True)
        await other.usage.record(changed, are_copies=True)
        assert await other.usage.totals(EVER) == await ledger.usage.totals(EVER)


async def test_what_is_in_the_totals_alone_stays_unpriced(
    ledger: Ledger, stored: Stored, clock: SetClock
) -> None:
    old, new = unpriced("old", time_ms=NOON), unpriced("new", time_ms=NOON + 60_000)
    await ledger.usage.record([old, new])
    await ledger.usage.prune(NOON + 1)
    assert await price(ledger) == 1
    assert await ledger.usage.totals(EVER) == sum_by_hand([old, *priced([new])])
    assert not (await check(stored.place, clock)).faults


async def test_a_replay_that_turns_out_to_be_a_request_of_its_own_has_its_cost(ledger: Ledger) -> None:
    replay = unpriced("m", is_sidechain=True, tokens=(100, 3))
    await ledger.usage.record([replay, unpriced("m", member="other", provider="somebody")])
    assert (await ledger.usage.totals(EVER)).requests == 1
    await price(ledger)
    await ledger.usage.record(priced([replay._replace(is_sidechain=False, output_tokens=1)]))
    totals = await ledger.usage.totals(EVER)
    assert (totals.requests, totals.priced_requests, totals.list_cost_nanos) == (2, 1, 3 * COST)


@st.composite
def records(draw: st.DrawFn) -> list[UsageEvent]:
    """Records of few requests, streamed and replayed, of models with a price and without."""
    return [
        unpriced(
            f"m{draw(st.integers(0, 3))}",
            member=draw(st.sampled_from("ab")),
            time_ms=NOON + draw(st.integers(0, 3)) * 600_000,
            tokens=(100, draw(st.integers(1, 3))),
            provider=draw(st.sampled_from(("anthropic", "somebody"))),
            is_sidechain=draw(st.booleans()),
        )
        for _ in range(draw(st.integers(1, 8)))
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=records(), after=records())
async def test_whenever_a_price_becomes_known_the_ledger_is_the_same(
    fresh: Fresh, before: list[UsageEvent], after: list[UsageEvent]
) -> None:
    async with fresh() as late, fresh() as early:
        async with (
            open_ledger(late.place, SetClock()) as ledger,
            open_ledger(early.place, SetClock()) as other,
        ):
            await ledger.usage.record(before)
            await price(ledger)
            await ledger.usage.record(priced(after))
            await other.usage.record(priced(before))
            await other.usage.record(priced(after))
            assert await ledger.usage.totals(EVER) == await other.usage.totals(EVER)
        assert await roll_ups_agree(late)
