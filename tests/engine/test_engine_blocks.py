"""Blocks, against the rule as one would apply it by hand to single requests."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from movable_clock import MovableClock

from token_dashboard.engine.blocks import BlockReports
from token_dashboard.ledger import open_ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.usage import UsageEvent, event_key, merge_group

BERLIN = ZoneInfo("Europe/Berlin")
START = int(datetime(2026, 10, 24, 12, tzinfo=UTC).timestamp() * 1000)
"""The clocks go back in the night that follows."""
NOW = START + 60 * HOUR_MS
FIVE_HOURS = 5 * HOUR_MS
IMPORTED = range(20, 26)
"""Requests of these numbers were imported, so they can be taken back."""


class Told(NamedTuple):
    """What is known of one block."""

    start_ms: int
    first_ms: int
    last_ms: int
    requests: int
    tokens: int


times = st.builds(
    lambda hour, minute, beside: START + hour * HOUR_MS + minute * MINUTE_MS + beside,
    st.sampled_from([0, 0, 1, 5, 6, 11, 29, 36, 60]),
    st.sampled_from([0, 1, 15, 45, 59]),
    st.sampled_from([-1, 0, 1]),
)
requests = st.builds(
    lambda agent, number, member, time_ms, tokens, sum_of, is_sidechain: UsageEvent(
        key=event_key(agent, f"m{number}", member),
        time_ms=time_ms,
        source="import" if number in IMPORTED else "log",
        agent=agent,
        provider="anthropic",
        model=f"model-{number % 3}",
        input_tokens=tokens,
        requests=sum_of,
        is_sidechain=is_sidechain and number not in IMPORTED,
        attribution=Attribution(session=f"s{number % 2}"),
    ),
    st.sampled_from(["claude-code", "claude-code", "codex"]),
    st.integers(0, 25),
    st.sampled_from(["", "a", "b"]),
    times,
    st.integers(1, 1000),
    st.sampled_from([1, 1, 7, None]),
    st.booleans(),
)
days = st.none() | st.sampled_from([date(2026, 10, 24) + timedelta(days=one) for one in range(4)])


def counted(events: list[UsageEvent]) -> list[UsageEvent]:
    groups: dict[int, list[UsageEvent]] = defaultdict(list)
    for event in events:
        if event.agent == "claude-code":
            groups[event.key >> 15].append(event)
    return sorted(
        (one for group in groups.values() for one in merge_group(group)), key=lambda one: one.time_ms
    )


def by_hand(events: list[UsageEvent], since: date | None, until: date | None) -> list[Told]:
    """Each block that begins on these days, by the clock of Berlin."""
    blocks: list[list[UsageEvent]] = []
    start_ms = -FIVE_HOURS
    for event in counted(events):
        if event.time_ms >= start_ms + FIVE_HOURS:
            start_ms = event.time_ms // HOUR_MS * HOUR_MS
            blocks.append([])
        blocks[-1].append(event)
    told = []
    for block in blocks:
        start_ms = block[0].time_ms // HOUR_MS * HOUR_MS
        day = datetime.fromtimestamp(start_ms / 1000, BERLIN).date()
        if (since or day) <= day <= (until or day):
            sums = sum(one.requests or 1 for one in block), sum(one.input_tokens for one in block)
            told.append(Told(start_ms, block[0].time_ms, block[-1].time_ms, *sums))
    return told


@dataclass(frozen=True)
class Story:
    """What happens to a ledger, in this order."""

    recorded: list[UsageEvent]
    batch: int
    """How many are recorded at once."""
    taken_back: frozenset[int]
    pruned_ms: int | None
    late: list[UsageEvent]

    def counting(self) -> list[UsageEvent]:
        return [one for one in self.recorded if one.key not in self.taken_back] + self.late


@st.composite
def stories(draw: st.DrawFn) -> Story:
    recorded = draw(st.lists(requests, max_size=40))
    imported = [one.key for one in recorded if one.source == "import"]
    late = draw(st.lists(requests, max_size=10))
    return Story(
        recorded=recorded,
        batch=draw(st.sampled_from([1, 7, 40])),
        taken_back=draw(st.frozensets(st.sampled_from(imported))) if imported else frozenset(),
        pruned_ms=draw(st.none() | times),
        late=[one._replace(key=event_key("late", str(place))) for place, one in enumerate(late)],
    )


async def answered(
    story: Story, since: date | None, until: date | None
) -> tuple[list[Told], list[tuple[int, int]], int | None]:
    clock = MovableClock(NOW)
    with TemporaryDirectory() as folder:
        async with open_ledger(Path(folder) / "ledger.db", clock) as ledger:
            for place in range(0, len(story.recorded), story.batch):
                await ledger.usage.record(story.recorded[place : place + story.batch])
            await withdraw(Upkeep.of(ledger), story.taken_back)
            if story.pruned_ms is not None:
                await ledger.usage.prune(story.pruned_ms)
            await ledger.usage.record(story.late)
            reports = BlockReports(ledger, BERLIN, clock)
            found = await reports.blocks("claude-code", since=since, until=until)
            runs_until = await reports.running_until("claude-code")
    told = [
        Told(one.start_ms, one.first_ms, one.last_ms, one.totals.requests, one.totals.input_tokens)
        for one in found.blocks
    ]
    return told, [(one.start_ms, one.end_ms) for one in found.gaps], runs_until


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=stories(), since=days, until=days)
def test_blocks_are_those_of_the_rule_whatever_happened_in_whatever_order(
    story: Story, since: date | None, until: date | None
) -> None:
    counting = story.counting()
    expected = by_hand(counting, since, until)
    blocks, gaps, runs_until = asyncio.run(answered(story, since, until))
    assert blocks == expected
    assert gaps == [
        (one.last_ms + FIVE_HOURS, following.first_ms)
        for one, following in pairwise(expected)
        if following.first_ms - one.last_ms > FIVE_HOURS
    ]
    every = [one.start_ms + FIVE_HOURS for one in by_hand(counting, None, None)]
    assert runs_until == next((end for end in every if end - FIVE_HOURS <= NOW < end), None)
