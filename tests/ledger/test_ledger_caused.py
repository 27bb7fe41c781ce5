"""What an agent's requests cost by what caused them: sums where they tell it, single requests elsewhere."""

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st
from ledger_world import NOON, SetClock, an_event, totals_by_hand

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.caused import by_cause, singles
from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.period import DAY_MS, MINUTE_MS, Period
from token_dashboard.model.report import Totals
from token_dashboard.model.usage import UsageEvent

AGENT = "openclaw"
EVER = Period(0, 2**45)

RECORDS = st.builds(
    lambda number, minute, agent, cause, sidechain, costs, requests: an_event(
        f"m{number}",
        agent=agent,
        owner=Attribution(trigger=cause) if cause else NOBODY,
        time_ms=NOON + minute * MINUTE_MS,
        is_sidechain=sidechain,
        cost=costs[0],
        recorded_cost_nanos=costs[1],
        requests=requests,
    ),
    number=st.integers(0, 40),
    minute=st.integers(0, 200),
    agent=st.sampled_from([AGENT, AGENT, "codex"]),
    cause=st.sampled_from(["", "heartbeat", "human"]),
    sidechain=st.booleans(),
    costs=st.tuples(st.sampled_from([None, 0, 5, 7_000]), st.sampled_from([None, 0, 4, 9_000_000])),
    requests=st.sampled_from([1, 3, None]),
)
STEPS = st.lists(st.lists(RECORDS, max_size=12) | st.integers(0, 200), max_size=6)
"""Batches of records, and minutes before which detail is deleted."""
MINUTES = st.integers(-20, 220) | st.integers(-2, 15).map(lambda quarter: 15 * quarter)


def by_hand(events: list[UsageEvent]) -> dict[str, Totals]:
    causes: defaultdict[str, list[UsageEvent]] = defaultdict(list)
    for event in events:
        causes[event.attribution.trigger or ""].append(event)
    return {cause: totals_by_hand(some) for cause, some in causes.items()}


async def of_causes(ledger: Ledger, period: Period) -> dict[str, Totals]:
    async with ledger.proof.moment() as reader:
        found = await by_cause(reader, period, AGENT)
    return {cause: totals for cause, totals in found.items() if totals.requests}


async def named(ledger: Ledger, keys: set[int], period: Period) -> list[UsageEvent]:
    async with ledger.proof.moment() as reader:
        return [event async for page in singles(reader, keys, period, AGENT) for event in page]


async def held(ledger: Ledger, period: Period) -> list[UsageEvent]:
    """The agent's requests, found without the code that is tested."""
    every = [one.event async for one in ledger.proof.events(period)]
    return [one for one in every if one.agent == AGENT]


@settings(max_examples=80, deadline=None)
@given(steps=STEPS, edges=st.tuples(MINUTES, MINUTES).map(sorted))
@example(steps=[[an_event("m1", agent=AGENT)], 3], edges=[3, 10])
async def test_causes_are_the_sums_of_the_requests_whose_detail_is_kept(
    steps: list[list[UsageEvent] | int], edges: list[int]
) -> None:
    period = Period(NOON + edges[0] * MINUTE_MS, NOON + edges[1] * MINUTE_MS)
    with TemporaryDirectory() as folder:
        async with open_ledger(Path(folder) / "ledger.db", SetClock()) as ledger:
            for step in steps:
                if isinstance(step, int):
                    await ledger.usage.prune(NOON + step * MINUTE_MS)
                else:
                    await ledger.usage.record(step)
            for one in (period, EVER):
                expected = await held(ledger, one)
                assert await of_causes(ledger, one) == by_hand(expected)
                keys = {event.key for event in expected}
                found = await named(ledger, keys | {-1}, one)
                assert {(event.key, event.likely_cost_nanos) for event in found} == {
                    (event.key, event.likely_cost_nanos) for event in expected
                }


async def test_requests_are_found_by_their_keys_however_many_those_are(ledger: Ledger) -> None:
    cause = Attribution(trigger="cron")
    many = [an_event(f"m{one}", agent=AGENT, owner=cause, time_ms=NOON + one) for one in range(5_100)]
    await ledger.usage.record([*many, an_event("m1")])
    keys = {one.key for one in many}
    found = await named(ledger, keys | {an_event("m1").key}, EVER)
    assert len(found) == len(many)
    assert {event.key for event in found} == keys
    assert await of_causes(ledger, EVER) == {"cron": totals_by_hand(many)}
    assert await of_causes(ledger, Period(NOON - DAY_MS, NOON + 10)) == {"cron": totals_by_hand(many[:10])}
