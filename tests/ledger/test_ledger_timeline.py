"""Single requests in time."""

from ledger_world import NOON, an_event

from token_dashboard.ledger import Ledger
from token_dashboard.model.alike import Alike
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, Period
from token_dashboard.model.usage import UsageEvent

EVER = Period(0, NOON + 10 * HOUR_MS)


async def every_request(ledger: Ledger, period: Period) -> list[UsageEvent]:
    return [event async for page in ledger.timeline.requests(period) for event in page]


async def test_each_hour_of_an_agent_tells_its_first_and_its_last_request(ledger: Ledger) -> None:
    times = (NOON + 5, NOON + 90_000, NOON + HOUR_MS)
    await ledger.usage.record([an_event(f"m{time}", time_ms=time) for time in times])
    await ledger.usage.record([an_event("other", time_ms=NOON, agent="codex")])
    assert await ledger.timeline.active_hours("claude-code") == {
        NOON: (NOON + 5, NOON + 90_000),
        NOON + HOUR_MS: (NOON + HOUR_MS, NOON + HOUR_MS),
    }
    assert await ledger.timeline.active_hours("gemini-cli") == {}


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


async def test_models_are_told_by_the_days_of_their_use(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a"), an_event("b"), an_event("c", provider=None, model=None)])
    day = NOON // DAY_MS * DAY_MS
    assert await ledger.timeline.models_used(EVER) == {
        ("anthropic", "claude-opus-4-5", day),
        (None, None, day),
    }


async def test_what_caches_held_is_summed_by_tier_size_and_step(ledger: Ledger) -> None:
    def cached(request: str, sent: int, read: int, **rest: object) -> UsageEvent:
        more = {"cache_creation_input_tokens": 30, "cache_creation_1h_input_tokens": 10, **rest}
        return an_event(request, tokens=(sent, 1), cache_read_input_tokens=read, **more)

    await ledger.usage.record(
        [
            cached("a", 200, 5),
            cached("b", 150, 7),
            cached("c", 201, 11, time_ms=NOON + HOUR_MS),
            cached("d", 100, 13, service_tier="batch"),
            cached("e", 900, 17, requests=4),
            cached("f", 100, 19, requests=None, time_ms=NOON + 11 * HOUR_MS),
        ]
    )
    found = await ledger.timeline.cached_input(EVER, {200}, DAY_MS)
    told = sorted((event.cache_read_input_tokens, event.requests, count) for event, count in found)
    assert told == [(11, 1, 1), (12, 1, 2), (13, 1, 1), (17, None, 4)]
    two = next(event for event, count in found if count == 2)
    assert (two.input_tokens, two.time_ms, two.service_tier) == (150, NOON // DAY_MS * DAY_MS, None)
    assert (two.cache_creation_input_tokens, two.cache_creation_1h_input_tokens) == (60, 20)
    assert len(await ledger.timeline.cached_input(EVER, (), DAY_MS)) == 3


async def test_requests_that_have_the_same_rates_are_summed_and_no_part_is_below_nothing(
    ledger: Ledger,
) -> None:
    def used(request: str, sent: int, **rest: object) -> UsageEvent:
        return an_event(request, tokens=(sent, 10), cost=3 * 10**9 + 7, **rest)

    await ledger.usage.record(
        [
            used("a", 100, cache_read_input_tokens=60, cache_creation_input_tokens=30),
            used("b", 50, cache_read_input_tokens=60, cache_creation_1h_input_tokens=9),
            used("c", 50, cache_creation_input_tokens=5, cache_creation_1h_input_tokens=9),
            used("d", 50, reasoning_output_tokens=12, web_searches=2, requests=4),
            used("e", 300, list_cost_nanos=None),
            used("other", 1, model="haiku"),
        ]
    )
    found = await ledger.timeline.alike(EVER, ["claude-opus-4-5"], {200}, DAY_MS)
    told = {(one.example.input_tokens, one.requests): one for one in found}
    assert set(told) == {(50, 3), (50, 4), (300, 1)}
    sums = Alike(told[50, 3].example, 9 * 10**9 + 21, 3, 55, 120, 30, 9, 30, 0, 0)
    assert told[50, 3] == sums
    assert (told[50, 4].plain, told[50, 4].reasoning, told[50, 4].web_searches) == (50, 10, 2)
    assert told[300, 1].list_cost_nanos is None
    assert await ledger.timeline.kept_requests(EVER) == 9
    assert await ledger.timeline.alike(EVER, [], (), DAY_MS) == []
