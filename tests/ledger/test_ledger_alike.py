"""Requests that have the same rates, added up: the same whether sums tell them or each is looked at."""

import random
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import pytest
from ledger_world import NOON, SetClock, an_event

from token_dashboard.ledger import Ledger, _alike, open_ledger
from token_dashboard.model.alike import Alike, Lines
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS, Period
from token_dashboard.model.usage import UsageEvent

MIDNIGHT = NOON - 12 * HOUR_MS
WEEKS = Period(MIDNIGHT - 9 * DAY_MS, MIDNIGHT + 3 * DAY_MS)
MODELS = ("claude-opus-4-5", "claude-sonnet-4-5", None)
LINES = (
    Lines(),
    Lines(sizes=frozenset({199_999, 272_000})),
    Lines(sizes=frozenset({200_000}), moments=frozenset({WEEKS.start_ms, MIDNIGHT - 2 * DAY_MS})),
    Lines(minutes=frozenset({60, 120, 720})),
    Lines(minutes=frozenset({45, 990}), moments=frozenset({MIDNIGHT})),
    Lines(minutes=frozenset({7, 1_439}), sizes=frozenset({200_000})),
    Lines(sizes=frozenset({32_000, 200_000})),
)
PERIODS = (
    WEEKS,
    Period(MIDNIGHT - 3 * DAY_MS + BUCKET_MS, MIDNIGHT + DAY_MS),
    Period(MIDNIGHT - 3 * DAY_MS + 12_345, MIDNIGHT + 1),
)


def requests(draw: random.Random, count: int, *, unpriced: float = 0.0) -> list[UsageEvent]:
    events = []
    for number in range(count):
        sent, output = draw.choice([10, 50_000, 199_999, 200_000, 200_001, 900_000]), draw.randrange(2_000)
        is_broken = draw.random() < 0.1
        read = draw.randrange(sent * 2 if is_broken else sent // 2)
        made = draw.randrange(sent // 3)
        event = an_event(
            f"m{number}",
            time_ms=draw.randrange(WEEKS.start_ms, WEEKS.end_ms),
            tokens=(sent, output),
            model=draw.choice(MODELS),
            agent=draw.choice(["claude-code", "codex"]),
            owner=Attribution(session=f"s{draw.randrange(3)}"),
            cost=None if draw.random() < unpriced else draw.randrange(10**10),
            cache_read_input_tokens=read,
            cache_creation_input_tokens=made,
            cache_creation_1h_input_tokens=draw.randrange(made * 2 if is_broken and made else made + 1),
            reasoning_output_tokens=draw.randrange(output + (900 if is_broken else 1)),
            web_searches=draw.choice([0, 0, 3]),
            service_tier=draw.choice([None, None, "batch"]),
            requests=draw.choice([1] * 8 + [4, None]),
        )
        events.append(event)
    return events


def rates_of(event: UsageEvent, lines: Lines) -> tuple[object, ...]:
    """All that decides on the rates of a request."""
    day, ms = divmod(event.time_ms, DAY_MS)
    return (
        (event.provider, event.model, event.service_tier, event.requests == 1),
        sum(event.time_ms >= one for one in lines.moments - {WEEKS.start_ms}),
        sum(ms >= one * MINUTE_MS for one in lines.minutes),
        bool(lines.minutes) and (day + 3) % 7 > 4,
        sum(event.input_tokens > one for one in lines.sizes),
    )


def by_hand(events: list[UsageEvent], lines: Lines) -> dict[object, list[int]]:
    sums: defaultdict[object, list[int]] = defaultdict(lambda: [0] * 9)
    for one in events:
        sent, read, made, hour, output, reasoning, searches = one[6:13]
        parts = [
            one.requests or 1,
            max(sent - read - made, 0),
            read,
            max(made - hour, 0),
            hour if made else 0,
            output,
            min(reasoning, output),
            searches,
        ]
        key = (*rates_of(one, lines), one.list_cost_nanos is None)
        sums[key] = [a + b for a, b in zip(sums[key], [one.list_cost_nanos or 0, *parts], strict=True)]
    return dict(sums)


def brought_together(found: list[Alike], lines: Lines) -> dict[object, list[int]]:
    sums: defaultdict[object, list[int]] = defaultdict(lambda: [0] * 9)
    for one in found:
        key = (*rates_of(one.example, lines), one.list_cost_nanos is None)
        sums[key] = [a + b for a, b in zip(sums[key], [one.list_cost_nanos or 0, *one[2:]], strict=True)]
    return dict(sums)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("unpriced", [0, 0.3])
async def test_sums_are_those_of_single_requests_wherever_rates_change(
    ledger: Ledger, seed: int, unpriced: float
) -> None:
    draw = random.Random(seed)
    events = requests(draw, 250, unpriced=unpriced)
    await ledger.usage.record(events)
    for period in PERIODS:
        for lines in LINES:
            for models in (set(MODELS), {"claude-opus-4-5"}):
                found = await ledger.timeline.alike(period, models, lines)
                within = [one for one in events if period.start_ms <= one.time_ms < period.end_ms]
                wanted = by_hand([one for one in within if one.model in models], lines)
                assert brought_together(found, lines) == wanted
                assert all(period.start_ms <= one.example.time_ms < period.end_ms for one in found)
    assert await ledger.timeline.alike(WEEKS, (), Lines()) == []


async def test_requests_before_1970_have_the_part_of_the_day_of_the_others(ledger: Ledger) -> None:
    lines = Lines(minutes=frozenset({60, 990}), moments=frozenset({-3 * DAY_MS}))
    events = [an_event(f"m{hour}", time_ms=-hour * HOUR_MS + 1) for hour in range(200)]
    await ledger.usage.record(events)
    found = await ledger.timeline.alike(Period(-300 * HOUR_MS, HOUR_MS), MODELS, lines)
    assert brought_together(found, lines) == by_hand(events, lines)


async def test_a_request_without_detail_is_left_out_as_are_replays(ledger: Ledger) -> None:
    events = requests(random.Random(5), 60)
    await ledger.usage.record(
        [*events, an_event("m0", "copy", is_sidechain=True, agent=events[0].agent, time_ms=WEEKS.start_ms)]
    )
    await ledger.usage.prune(MIDNIGHT - DAY_MS)
    kept = [one for one in events if one.time_ms >= MIDNIGHT - DAY_MS]
    for period in (WEEKS, Period(MIDNIGHT - DAY_MS, WEEKS.end_ms)):
        found = await ledger.timeline.alike(period, MODELS, Lines())
        assert brought_together(found, Lines()) == by_hand(kept, Lines())
        assert await ledger.timeline.kept_requests(period) == sum(one.requests or 1 for one in kept)


async def test_only_requests_that_are_apart_are_looked_at(path: Path, clock: SetClock) -> None:
    events = [an_event("plain"), an_event("large", tokens=(200_000, 1)), an_event("four", requests=4)]
    async with open_ledger(path, clock) as ledger:
        await ledger.usage.record(events)
        before = await ledger.timeline.alike(WEEKS, MODELS, Lines())
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("delete from event where input_tokens = 100 and requests = 1")
        connection.commit()
        plan = connection.execute(f"explain query plan select key from event where {_alike._APART}")
        assert "event_apart" in str(plan.fetchall())
    async with open_ledger(path, clock) as ledger:
        assert await ledger.timeline.alike(WEEKS, MODELS, Lines()) == before
        assert await ledger.timeline.kept_requests(WEEKS) == 6
