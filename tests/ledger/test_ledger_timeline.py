"""Single requests in time."""

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from ledger_world import NOON, an_event

from token_dashboard.ledger import Ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.model.usage import UsageEvent

EVER = Period(0, NOON + 10 * HOUR_MS)


async def every_request(ledger: Ledger, period: Period) -> list[UsageEvent]:
    return [event async for page in ledger.timeline.requests(period) for event in page]


async def test_quarters_of_an_hour_are_counted_once_whoever_used_them(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a"), an_event("b", time_ms=NOON + 1, model="other")])
    await ledger.usage.record([an_event("c", time_ms=NOON + 2 * BUCKET_MS)])
    assert await ledger.timeline.active_quarters(EVER) == 2
    assert await ledger.timeline.active_quarters(Period(NOON + BUCKET_MS, EVER.end_ms)) == 1


async def test_a_request_comes_back_with_all_that_it_is_priced_by(ledger: Ledger) -> None:
    event = an_event(
        "a",
        tokens=(5_000, 70),
        cache_read_input_tokens=1_000,
        cache_creation_input_tokens=900,
        cache_creation_1h_input_tokens=400,
        reasoning_output_tokens=30,
        web_searches=2,
        service_tier="batch",
        requests=3,
        recorded_cost_nanos=77,
        owner=Attribution(project="p", session="s"),
    )
    await ledger.usage.record([event])
    (found,) = await every_request(ledger, EVER)
    assert found == event._replace(attribution=Attribution(), price_date=None)


async def test_a_period_holds_its_start_and_not_its_end(ledger: Ledger) -> None:
    await ledger.usage.record([an_event(f"m{ms}", time_ms=NOON + ms) for ms in (-1, 0, 9, 10)])
    found = await every_request(ledger, Period(NOON, NOON + 10))
    assert sorted(event.time_ms - NOON for event in found) == [0, 9]


async def test_a_replay_that_counts_nowhere_is_no_request(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a", "main"), an_event("a", "copy", is_sidechain=True)])
    assert len(await every_request(ledger, EVER)) == 1


async def test_models_are_told_with_those_who_bill_them(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a"), an_event("b"), an_event("c", provider=None, model=None)])
    await ledger.usage.record([an_event("late", model="other", time_ms=EVER.end_ms)])
    assert await ledger.timeline.models_used(EVER) == {("anthropic", "claude-opus-4-5"), (None, None)}
    assert await ledger.timeline.models_used(Period(NOON - BUCKET_MS, NOON)) == set()


async def test_sessions_are_counted_with_what_is_known_of_their_cost(ledger: Ledger) -> None:
    def in_session(request: str, session: str | None, **rest: object) -> UsageEvent:
        return an_event(request, owner=Attribution(session=session), **rest)

    await ledger.usage.record(
        [
            in_session("a", "s", cost=2 * 10**9 + 1),
            in_session("b", "s", agent="codex"),
            in_session("c", "t", cost=None),
            in_session("d", None),
            in_session("e", "late", time_ms=EVER.end_ms),
        ]
    )
    count, used = await ledger.timeline.sessions(EVER)
    assert (count, used.requests, used.priced_requests, used.list_cost_nanos) == (2, 3, 2, 2 * 10**9 + 1_001)
    assert await ledger.timeline.sessions(Period(0, HOUR_MS)) == (0, Totals())


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
async def test_hours_of_the_day_are_those_of_the_clock_on_the_wall(ledger: Ledger, zone: str) -> None:
    tz = ZoneInfo(zone)
    times = [NOON - day * DAY_MS + day * 17 * BUCKET_MS for day in range(300)]
    await ledger.usage.record([an_event(f"m{time}", time_ms=time, tokens=(7, 1)) for time in times])
    await ledger.usage.record([an_event("other", time_ms=NOON, agent="codex")])
    period = Period(NOON - 299 * DAY_MS, NOON + 60 * DAY_MS)
    found = await ledger.timeline.hours_of_day(period, tz, {Dimension.AGENT: "claude-code"})
    within = [time for time in times if period.start_ms <= time]
    clock = Counter(datetime.fromtimestamp(time / 1000, tz).hour for time in within)
    assert {hour: one.requests for hour, one in found.items()} == clock
    assert sum(one.input_tokens for one in found.values()) == 7 * len(within)
    everyone = await ledger.timeline.hours_of_day(period, tz)
    assert sum(one.requests for one in everyone.values()) == len(within) + 1


async def test_hours_of_use_are_told_by_agent(ledger: Ledger) -> None:
    times = (NOON + HOUR_MS, NOON + 5, NOON + 90_000)
    await ledger.usage.record([an_event(f"m{time}", time_ms=time) for time in times])
    await ledger.usage.record([an_event("other", time_ms=NOON + 9 * HOUR_MS, agent="codex")])
    assert await ledger.timeline.hours("claude-code") == [NOON, NOON + HOUR_MS]
    assert await ledger.timeline.hours("gemini-cli") == []
