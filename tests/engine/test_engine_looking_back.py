"""Blocks, calendars, insights, comparisons and plans, over a ledger that a test fills."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from movable_clock import MovableClock

from token_dashboard.engine.blocks import BlockReports
from token_dashboard.engine.calendars import Calendars
from token_dashboard.engine.comparisons import Comparisons, before
from token_dashboard.engine.insights import InsightReports
from token_dashboard.engine.plan_values import PlanReports
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.calendar import Measure
from token_dashboard.model.comparison import Span
from token_dashboard.model.money import Money, parse_nanos
from token_dashboard.model.period import HOUR_MS, MINUTE_MS
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

BOOK = PriceBook.load()
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 14, 37, tzinfo=UTC)
OPUS, SONNET = "claude-opus-4-5-20251101", "claude-sonnet-4-5"
UTC_ZONE = ZoneInfo("UTC")
CLOCK = MovableClock(int(NOW.timestamp() * 1000))
YOUNG = MovableClock(int((NOW - timedelta(days=8)).timestamp() * 1000))
"""Two days after the first request of ten days before."""


@pytest_asyncio.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with open_ledger(tmp_path / "ledger.db", CLOCK) as opened:
        yield opened


def request(
    at: datetime, model: str | None = OPUS, sent: int = 1_000, read: int = 0, **rest: object
) -> UsageEvent:
    session = str(rest.pop("session", "s"))
    return UsageEvent(
        key=event_key("claude-code", f"{at.isoformat()} {model} {session}"),
        time_ms=int(at.timestamp() * 1000),
        source="log",
        agent="claude-code",
        provider="anthropic",
        model=model,
        input_tokens=sent,
        cache_read_input_tokens=read,
        attribution=Attribution(session=session),
        **rest,
    )


async def record(ledger: Ledger, *events: UsageEvent) -> None:
    await ledger.usage.record(Pricer(BOOK).price(events))


async def test_blocks_of_requests_whose_detail_is_gone_are_still_told(ledger: Ledger) -> None:
    old = NOW - timedelta(days=40, minutes=7)
    await record(ledger, request(old), request(old + timedelta(minutes=5)), request(NOW))
    reports = BlockReports(ledger, BERLIN, CLOCK)
    whole = await reports.blocks("claude-code")
    await ledger.usage.prune(CLOCK.now_ms() - 30 * 24 * HOUR_MS)
    pruned = await reports.blocks("claude-code")
    assert pruned.blocks == whole.blocks
    assert whole.blocks[0].last_ms - whole.blocks[0].first_ms == 5 * MINUTE_MS


async def test_the_limit_is_that_of_all_blocks_also_when_only_one_is_shown(ledger: Ledger) -> None:
    await record(ledger, request(NOW - timedelta(days=2), sent=8_000), request(NOW, sent=2_000))
    found = await BlockReports(ledger, BERLIN, CLOCK).blocks(
        "claude-code", limit="max", since_ms=CLOCK.now_ms()
    )
    assert found.token_limit == 8_000
    assert [one.limit_percent for one in found.blocks] == [25]
    assert found.running is not None


async def test_an_agent_that_was_never_used_has_no_blocks(ledger: Ledger) -> None:
    found = await BlockReports(ledger, BERLIN, CLOCK).blocks("codex", limit="max")
    assert (found.blocks, found.gaps, found.running, found.token_limit) == ((), (), None, None)


async def test_blocks_of_days_are_those_that_begin_on_them_by_the_clock_that_is_meant(ledger: Ledger) -> None:
    first = datetime(2026, 11, 20, tzinfo=UTC)
    times = [first + timedelta(hours=hour, minutes=10) for hour in (12, 21, 24, 32, 46, 60)]
    await record(ledger, *map(request, times))
    reports, day = BlockReports(ledger, BERLIN, CLOCK), date(2026, 11, 21)

    async def begun(since: date | None = None, until: date | None = None, **rest: Any) -> list[int]:
        found = await reports.blocks("claude-code", since=since, until=until, **rest)
        return [(one.start_ms - int(first.timestamp() * 1000)) // HOUR_MS for one in found.blocks]

    assert await begun() == [12, 21, 32, 46, 60]
    assert await begun(day, day) == [32, 46]
    assert await begun(day, day, tz=ZoneInfo("Asia/Tokyo")) == [21, 32]
    assert await begun(day) == [32, 46, 60]
    assert await begun(None, day, is_reversed=True) == [46, 32, 21, 12]
    assert await begun(date(2026, 12, 1)) == []


async def test_the_newest_block_first_changes_nothing_else(ledger: Ledger) -> None:
    await record(ledger, *(request(NOW - timedelta(hours=hours)) for hours in (0, 3, 20, 40)))
    reports = BlockReports(ledger, BERLIN, CLOCK)
    found = await reports.blocks("claude-code", limit="max")
    turned = await reports.blocks("claude-code", limit="max", is_reversed=True)
    assert turned == replace(found, blocks=found.blocks[::-1], gaps=found.gaps[::-1])
    assert len(found.gaps) == 2


async def test_a_calendar_has_the_days_and_hours_of_its_zone(ledger: Ledger) -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past midnight in Berlin, on Saturday
    summer = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # half past midnight there too
    await record(ledger, request(late), request(summer, SONNET))
    found = await Calendars(ledger, BERLIN, CLOCK).calendar(Measure.TOKENS)
    assert [one.day for one in found.days] == [date(2026, 7, 2), date(2026, 11, 21)]
    assert found.peak_hour == 0
    assert [one.requests for one in found.weekdays] == [0, 0, 0, 1, 0, 1, 0]
    assert found.current_streak is not None
    assert (found.current_streak.until, found.current_streak.days) == (date(2026, 11, 21), 1)
    assert (found.since.weekday(), found.until) == (0, date(2026, 11, 22))


async def test_a_calendar_without_parts_is_the_same_in_all_else(ledger: Ledger) -> None:
    await record(ledger, request(NOW), request(NOW, SONNET), request(NOW - timedelta(days=9), sent=77))
    calendars = Calendars(ledger, BERLIN, CLOCK)
    whole = await calendars.calendar(Measure.COST)
    bare = await calendars.calendar(Measure.COST, with_parts=False)
    assert [len(one.parts) for one in whole.days] == [1, 2]
    assert bare == replace(whole, days=tuple(replace(one, parts=()) for one in whole.days))


async def test_a_calendar_of_some_agents_has_all_that_they_used(ledger: Ledger) -> None:
    agents = ("claude-code", "codex", "gemini-cli")
    await record(ledger, *(request(NOW, session=one)._replace(agent=one) for one in agents))
    found = await Calendars(ledger, BERLIN, CLOCK).calendar(Measure.TOKENS, agents=agents[:2])
    assert [part.agent for part in found.days[0].parts] == ["claude-code", "codex"]
    assert (found.total.requests, sum(one.requests for one in found.hours)) == (2, 2)


async def test_a_calendar_of_a_year_without_use_is_empty(ledger: Ledger) -> None:
    await record(ledger, request(NOW))
    found = await Calendars(ledger, BERLIN, CLOCK).calendar(Measure.COST, year=2024)
    assert (found.since, found.until) == (date(2024, 1, 1), date(2024, 12, 31))
    assert (found.days, found.busiest_day, found.peak_hour, found.longest_streak) == ((), None, None, None)


async def test_insights_equal_a_sum_by_hand(ledger: Ledger) -> None:
    await record(
        ledger,
        request(NOW, sent=9_000, read=5_000, cache_creation_input_tokens=3_000, output_tokens=100),
        request(NOW - timedelta(hours=1), SONNET, sent=250_000, read=200_000, session="t"),
        request(NOW - timedelta(hours=1), "house-model", sent=10, read=5, session="t"),
    )
    found = await InsightReports(ledger, BOOK, BERLIN, CLOCK).insights(date(2026, 11, 22), date(2026, 11, 22))
    by_model = {one.model: one for one in found.models}
    opus, sonnet, house = (by_model[name] for name in (OPUS, SONNET, "house-model"))
    assert opus.input_per_output == 90
    assert opus.cache_saving is not None
    # 5,000 read at $0.50 for $5, 3,000 written at $6.25 for $5, a million
    assert opus.cache_saving.saved_by_reads.amount == "0.0225"
    assert opus.cache_saving.extra_for_writes.amount == "0.00375"
    assert opus.cache_saving.net.amount == "0.01875"
    assert sonnet.cache_saving is not None
    assert sonnet.cache_saving.net.amount == "1.08"  # 200,000 at $0.60 for $6: a long prompt
    assert (house.cache_saving, found.unpriced_models) == (None, ("house-model",))
    assert found.cache_saving is not None
    assert found.cache_saving.net.amount == "1.09875"
    assert (found.sessions, found.active_s) == (2, 1800)
    assert found.total.list_cost is not None
    assert found.cost_per_session == Money(found.total.list_cost.nanos // 2)
    assert found.cost_per_active_hour == Money(found.total.list_cost.nanos * 2)


async def test_what_caching_saved_on_requests_whose_detail_is_gone_is_said_to_be_unknown(
    ledger: Ledger,
) -> None:
    old = NOW - timedelta(days=3)
    await record(ledger, request(old, read=500), request(NOW, read=500))
    await ledger.usage.prune(CLOCK.now_ms() - 24 * HOUR_MS)
    reports = InsightReports(ledger, BOOK, BERLIN, CLOCK)
    found = await reports.insights(date(2026, 11, 1), date(2026, 11, 22))
    assert (found.total.requests, found.requests_without_detail) == (2, 1)
    assert [one.requests_without_detail for one in found.models] == [1]


async def test_a_period_that_runs_is_compared_until_the_same_time_of_day(ledger: Ledger) -> None:
    week = timedelta(days=7)
    await record(
        ledger,
        request(NOW - timedelta(hours=2), sent=300),
        request(NOW - week - timedelta(hours=2), sent=200),
        request(NOW - week + timedelta(hours=2), sent=9_999),  # later that day
    )
    later = Span(since=date(2026, 11, 16), until=date(2026, 11, 22))
    found = await Comparisons(ledger, BERLIN, CLOCK).comparison(before(later), later)
    assert (found.total.earlier.input_tokens, found.total.later.input_tokens) == (200, 300)
    assert (found.total.tokens, found.total.tokens_percent) == (100, 50)
    assert (found.both_until, found.is_cut) == ("15:30", False)
    assert [one.name for one in found.models] == [OPUS]


async def test_the_time_of_day_is_that_of_the_clock_also_when_the_clocks_were_changed(ledger: Ledger) -> None:
    now = datetime(2026, 10, 25, 14, 37, tzinfo=BERLIN)  # 15 hours and a half after midnight
    day = timedelta(days=1)
    await record(
        ledger,
        request(now.astimezone(UTC) - timedelta(hours=15), sent=300),
        request((now - day - timedelta(minutes=10)).astimezone(UTC), sent=200),
        request((now - day + timedelta(minutes=30)).astimezone(UTC), sent=9_999),  # later that day
    )
    spans = [Span(since=date(2026, 10, one), until=date(2026, 10, one)) for one in (24, 25)]
    clock = MovableClock(int(now.timestamp() * 1000))
    found = await Comparisons(ledger, BERLIN, clock).comparison(*spans)
    assert (found.total.earlier.input_tokens, found.total.later.input_tokens) == (200, 300)
    assert found.both_until == "14:30"


async def test_days_that_are_over_are_compared_whole_and_models_by_who_sells_them(ledger: Ledger) -> None:
    sold = request(NOW - timedelta(days=1, hours=1), sent=400)._replace(provider="openrouter")
    await record(ledger, request(NOW - timedelta(days=1)), request(NOW - timedelta(days=2), SONNET), sold)
    days = [Span(since=date(2026, 11, day), until=date(2026, 11, day)) for day in (20, 21)]
    found = await Comparisons(ledger, BERLIN, CLOCK).comparison(*days)
    assert found.both_until is None
    changes = {(one.name, one.provider, one.change.tokens) for one in found.models}
    assert changes == {(OPUS, "anthropic", 1000), (OPUS, "openrouter", 400), (SONNET, "anthropic", -1000)}
    assert found.most[0].name == OPUS


async def test_a_running_month_is_compared_with_as_many_days_of_the_last(ledger: Ledger) -> None:
    await record(ledger, request(datetime(2026, 10, 30, tzinfo=UTC)), request(NOW - timedelta(hours=3)))
    months = [
        Span(since=date(2026, 10, 1), until=date(2026, 10, 31)),
        Span(since=date(2026, 11, 1), until=date(2026, 11, 30)),
    ]
    found = await Comparisons(ledger, BERLIN, CLOCK).comparison(*months)
    assert (found.earlier.until, found.later.until) == (date(2026, 10, 22), date(2026, 11, 22))
    assert found.is_cut
    assert (found.total.earlier.requests, found.total.later.requests) == (0, 1)


async def test_a_plan_is_worth_the_list_cost_of_its_agent(ledger: Ledger) -> None:
    await record(ledger, request(NOW - timedelta(days=1), sent=20_000_000), request(NOW, "house-model"))
    reports = PlanReports(ledger, BERLIN, CLOCK)
    found = await reports.values({"claude-code": Money(parse_nanos(50)), "codex": Money(1)}, 15)
    claude, codex = found.plans
    assert [(one.since, one.until) for one in claude.months] == [(date(2026, 11, 15), date(2026, 12, 14))]
    assert claude.months[0].worth == Money(parse_nanos(100))
    assert (claude.months[0].ratio, claude.months[0].break_even) == (2, date(2026, 11, 21))
    assert codex.months[0].worth == Money(0)
    assert found.unpriced_models == ("house-model",)


async def test_a_running_month_comes_to_what_forecasts_expect_of_it(ledger: Ledger) -> None:
    days = [NOW.replace(hour=3, minute=0) - timedelta(days=ago) for ago in range(1, 11)]
    await record(ledger, *(request(day, sent=1_400_000) for day in days))  # $7 each
    [plan] = (await PlanReports(ledger, UTC_ZONE, CLOCK).values({None: Money(1)}, 15)).plans
    since_15th, last_week, hours_left = 7 * 7, 6 * 7, 22 * 24 + 9 + 23 / 60
    assert plan.months[-1].worth == Money(parse_nanos(since_15th))
    projected = plan.months[-1].projected_worth
    assert projected is not None
    assert projected.nanos / 1e9 == pytest.approx(since_15th + last_week / 168 * hours_left)
    [young] = (await PlanReports(ledger, UTC_ZONE, YOUNG).values({None: Money(1)}, 15)).plans
    assert young.months[-1].projected_worth is None


async def test_a_block_that_is_shown_has_its_exact_times_however_long_ago_it_began(ledger: Ledger) -> None:
    begun = datetime(2026, 11, 22, 10, 7, 30, tzinfo=UTC)
    await record(ledger, request(begun), request(begun + timedelta(hours=4, minutes=20)))
    found = await BlockReports(ledger, BERLIN, CLOCK).blocks("claude-code", since_ms=CLOCK.now_ms())
    assert found.running is not None
    assert found.running.block.first_ms == int(begun.timestamp() * 1000)
    assert found.blocks == (found.running.block,)
