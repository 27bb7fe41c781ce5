"""What is deleted, purged, taken back and brought in anew, in any order, counts once and is accounted for."""

import asyncio
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_world import NOON, Fresh, SetClock, an_event

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.again import keys_now
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.usage import UsageEvent

POOL = [
    an_event(f"{source}{n}", "r", source=source, agent=agent, time_ms=NOON - day * DAY_MS, requests=requests)
    for source, requests in (("log", 1), ("import", None), ("import", 5), ("manual", 1))
    for agent in ("claude-code", None)
    for day in range(4)
    for n in [f"{agent}{day}{requests}"]
]
MOMENTS = st.integers(-1, 4).map(lambda day: NOON - day * DAY_MS)
SOME = st.lists(st.sampled_from(POOL), max_size=12, unique=True)


class Read(NamedTuple):
    events: list[UsageEvent]


class Taken(NamedTuple):
    """Back, if it was imported."""

    events: list[UsageEvent]


class Pruned(NamedTuple):
    before_ms: int


STEPS = st.lists(
    st.builds(Read, SOME)
    | st.builds(Taken, SOME)
    | st.builds(Pruned, MOMENTS)
    | st.builds(Selection, MOMENTS, st.none() | st.just("claude-code"))
    | st.just(Selection(agent="claude-code")),
    max_size=10,
)


class Expected:
    """The same by sets of requests."""

    def __init__(self) -> None:
        self.counted: set[UsageEvent] = set()
        self.detailed: set[UsageEvent] = set()
        self.purged: set[UsageEvent] = set()

    def after(self, step: object) -> None:
        if isinstance(step, Read):
            new = set(step.events) - self.counted - self.purged
            self.counted |= new
            self.detailed |= new
        elif isinstance(step, Taken):
            taken = {one for one in self.counted & set(step.events) if one.source == "import"}
            rest = {_sums_of(one) for one in self.counted - taken if one.source == "import"}
            back = {one for one in taken if one in self.detailed or _sums_of(one) not in rest}
            self.counted -= back
            self.detailed -= back
        elif isinstance(step, Pruned):
            self.detailed = {one for one in self.detailed if one.time_ms >= step.before_ms}
        elif isinstance(step, Selection):
            gone = {one for one in self.counted if _is_meant(one, step)}
            self.counted -= gone
            self.detailed -= gone
            self.purged |= {one for one in gone if one.source == "log"}


def _sums_of(event: UsageEvent) -> tuple[object, ...]:
    """What it is summed up with when its detail is deleted."""
    return event.time_ms, event.agent


def _is_meant(event: UsageEvent, by: Selection) -> bool:
    return (by.before_ms is None or event.time_ms < by.before_ms) and by.agent in {None, event.agent}


async def happen(ledger: Ledger, step: object) -> None:
    upkeep = Upkeep.of(ledger)
    if isinstance(step, Read):
        await ledger.usage.record(step.events)
    elif isinstance(step, Taken):
        now = await keys_now(upkeep, [one.key for one in step.events if one.source == "import"])
        await withdraw(upkeep, [now.get(one.key, one.key) for one in step.events])
    elif isinstance(step, Pruned):
        await ledger.usage.prune(step.before_ms)
    elif isinstance(step, Selection):
        await upkeep.purge(step)


async def check(fresh: Fresh, steps: list[object]) -> None:
    expected = Expected()
    async with fresh() as stored, open_ledger(stored.place, SetClock()) as ledger:
        for step in steps:
            await happen(ledger, step)
            expected.after(step)
            totals = await ledger.usage.totals(None)
            assert totals.requests == sum(one.requests or 1 for one in expected.counted)
            assert totals.input_tokens == sum(one.input_tokens for one in expected.counted)
        counts = await ledger.proof.count()
        intake = counts.intake.values()
        assert sum(one.rows for one in counts.held) == len(expected.detailed)
        assert sum(one.records - one.merged - one.pruned for one in intake) == len(expected.detailed)
        assert counts.pruned == sum(one.pruned for one in intake)
        assert counts.undetailed >= counts.pruned_requests
        assert (counts.above, counts.below, counts.hours, counts.days) == (None, None, None, None)


@pytest.mark.parametrize(("fresh", "examples"), [("sqlite", 40), ("postgres", 8)], indirect=["fresh"])
def test_in_any_order_each_request_counts_once_or_not_at_all(fresh: Fresh, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(steps=STEPS)
    def holds(steps: list[object]) -> None:
        asyncio.run(check(fresh, steps))

    holds()
