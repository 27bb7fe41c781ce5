"""Blocks, against the rule as one would apply it by hand to single requests."""

import asyncio
from collections import defaultdict
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
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.usage import UsageEvent, event_key, merge_group

BERLIN = ZoneInfo("Europe/Berlin")
START = int(datetime(2026, 10, 24, 12, tzinfo=UTC).timestamp() * 1000)
"""The clocks go back in the night that follows."""
NOW = START + 60 * HOUR_MS
FIVE_HOURS = 5 * HOUR_MS


class Told(NamedTuple):
    """What is known of one block."""

    start_ms: int
    first_ms: int
    last_ms: int
    requests: int
    tokens: int


times = st.builds(
    lambda hour, minute, beside: START + hour * HOUR_MS + minute * MINUTE_MS + beside,
    st.integers(0, 60),
    st.sampled_from([0, 1, 15, 45, 59]),
    st.sampled_from([-1, 0, 1]),
)
requests = st.builds(
    lambda agent, number, member, time_ms, tokens, sum_of, is_sidechain: UsageEvent(
        key=event_key(agent, f"m{number}", member),
        time_ms=time_ms,
        source="log",
        agent=agent,
        provider="anthropic",
        model=f"model-{number % 3}",
        input_tokens=tokens,
        requests=sum_of,
        is_sidechain=is_sidechain,
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


def by_hand(events: list[UsageEvent], pruned_ms: int, since: date | None, until: date | None) -> list[Told]:
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
        start_ms, end_hour_ms = (block[place].time_ms // HOUR_MS * HOUR_MS for place in (0, -1))
        kept = [one.time_ms for one in block if one.time_ms >= pruned_ms]
        first = [one for one in kept if one < start_ms + HOUR_MS] or [start_ms]
        last = [one for one in kept if one >= end_hour_ms] or [end_hour_ms + HOUR_MS]
        day = datetime.fromtimestamp(start_ms / 1000, BERLIN).date()
        if (since or day) <= day <= (until or day):
            sums = sum(one.requests or 1 for one in block), sum(one.input_tokens for one in block)
            told.append(Told(start_ms, first[0], last[-1], *sums))
    return told


async def answered(
    events: list[UsageEvent], batch: int, pruned_ms: int, since: date | None, until: date | None
) -> tuple[list[Told], list[tuple[int, int]], int | None]:
    clock = MovableClock(NOW)
    with TemporaryDirectory() as folder:
        async with open_ledger(Path(folder) / "ledger.db", clock) as ledger:
            for place in range(0, len(events), batch):
                await ledger.usage.record(events[place : place + batch])
            await ledger.usage.prune(pruned_ms)
            reports = BlockReports(ledger, BERLIN, clock)
            found = await reports.blocks("claude-code", since=since, until=until)
            runs_until = await reports.running_until("claude-code")
    told = [
        Told(one.start_ms, one.first_ms, one.last_ms, one.totals.requests, one.totals.input_tokens)
        for one in found.blocks
    ]
    return told, [(one.start_ms, one.end_ms) for one in found.gaps], runs_until


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    events=st.lists(requests, max_size=40),
    batch=st.sampled_from([1, 7, 40]),
    pruned_ms=st.just(START - HOUR_MS) | times,
    since=days,
    until=days,
)
def test_blocks_are_those_of_the_rule_whatever_was_recorded_in_whatever_order(
    events: list[UsageEvent], batch: int, pruned_ms: int, since: date | None, until: date | None
) -> None:
    expected = by_hand(events, pruned_ms, since, until)
    blocks, gaps, runs_until = asyncio.run(answered(events, batch, pruned_ms, since, until))
    assert blocks == expected
    assert gaps == [
        (one.last_ms + FIVE_HOURS, following.first_ms)
        for one, following in pairwise(expected)
        if following.first_ms - one.last_ms > FIVE_HOURS
    ]
    every = [one.start_ms + FIVE_HOURS for one in by_hand(events, pruned_ms, None, None)]
    assert runs_until == next((end for end in every if end - FIVE_HOURS <= NOW < end), None)
