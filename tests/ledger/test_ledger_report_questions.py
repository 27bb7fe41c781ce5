"""Reports by any dimension, over any stretch, their first rows, and what is known of sessions."""

import random
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from ledger_world import NOON, an_event
from test_ledger_reports import BERLIN, spread

from token_dashboard.ledger import Ledger
from token_dashboard.ledger.top import Top
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS, Period, start_of
from token_dashboard.model.report import Activity, CostBasis, Dimension, Order


async def test_days_weeks_and_months_beside_hours_are_those_that_the_hours_lie_in(ledger: Ledger) -> None:
    tz = ZoneInfo("Asia/Kathmandu")
    evening = start_of(date(2025, 12, 1), tz) - MINUTE_MS
    await ledger.usage.record([an_event("a", time_ms=evening), an_event("b", time_ms=evening + HOUR_MS)])
    by = [Dimension.HOUR, Dimension.DAY, Dimension.WEEK, Dimension.MONTH]
    rows = await ledger.usage.rows(None, by, tz)
    assert [(row.day, row.week, row.month) for row in rows] == [
        (date(2025, 11, 30), date(2025, 11, 24), date(2025, 11, 1)),
        (date(2025, 12, 1), date(2025, 12, 1), date(2025, 12, 1)),
    ]


@pytest.mark.parametrize("start", range(7))
async def test_weeks_begin_on_any_day_from_days_and_from_quarters(ledger: Ledger, start: int) -> None:
    await ledger.usage.record(spread(NOON - 40 * DAY_MS, NOON, 300))
    by_day = await ledger.usage.rows(None, [Dimension.DAY], BERLIN)
    expected: dict[date, int] = {}
    for row in by_day:
        assert row.day is not None
        first = row.day.toordinal() - (row.day.weekday() - start) % 7
        expected[date.fromordinal(first)] = expected.get(date.fromordinal(first), 0) + row.totals.requests
    for _ in range(2):
        weeks = await ledger.usage.rows(None, [Dimension.WEEK, Dimension.DAY], BERLIN, week_start=start)
        assert {row.week for row in weeks} == set(expected)
        alone = await ledger.usage.rows(None, [Dimension.WEEK], BERLIN, week_start=start)
        assert {row.week: row.totals.requests for row in alone} == expected
        await ledger.usage.keep_days(BERLIN, NOON)


async def test_a_period_without_an_end_is_the_same_from_days_and_from_quarters(ledger: Ledger) -> None:
    absurd = int(datetime(9999, 12, 31, 23, 59, tzinfo=UTC).timestamp()) * 1000
    await ledger.usage.record([*spread(NOON - 9 * DAY_MS, NOON, 100), an_event("late", time_ms=absurd)])
    since = Period(start_of(date(2025, 11, 18), BERLIN), 2**60)
    before = await ledger.usage.rows(since, [Dimension.DAY], BERLIN)
    await ledger.usage.keep_days(BERLIN, NOON)
    assert await ledger.usage.rows(since, [Dimension.DAY], BERLIN) == before
    assert [row.day for row in before][0::5] == [date(2025, 11, 18), date(9999, 12, 31)]


@pytest.mark.parametrize("order", [Order.COST, Order.TOKENS, Order.REQUESTS])
@pytest.mark.parametrize("is_reversed", [False, True])
async def test_the_first_groups_are_those_that_sorting_all_would_give(
    ledger: Ledger, order: Order, is_reversed: bool
) -> None:
    chance = random.Random(3)
    await ledger.usage.record(
        [
            an_event(
                f"m{n}",
                model=f"model-{n % 17}",
                tokens=(chance.randrange(9), 0),
                cost=None if n % 17 == 5 else chance.randrange(4) * 10**9 + chance.randrange(10**9),
            )
            for n in range(100)
        ]
    )
    figures = {
        Order.COST: lambda totals: totals.list_cost_nanos,
        Order.TOKENS: lambda totals: totals.total_tokens,
        Order.REQUESTS: lambda totals: totals.requests,
    }
    rows = await ledger.usage.rows(None, [Dimension.MODEL], BERLIN)
    known = [row for row in rows if order is not Order.COST or row.totals.list_cost is not None]
    expected = sorted(
        known, key=lambda row: (figures[order](row.totals) * (1 if is_reversed else -1), row.model)
    )
    top = Top(order, CostBasis.COMPUTED, 6, is_reversed)
    groups, found = await ledger.usage.top(None, [Dimension.MODEL], BERLIN, {}, top)
    assert groups == 17
    assert found == tuple(sorted(expected[:6], key=lambda row: row.model or ""))


async def test_what_is_known_of_a_dimension_is_told_once_and_in_order(ledger: Ledger) -> None:
    for n, name in enumerate(["s2", "s1", "s2"]):
        await ledger.usage.record([an_event(f"m{n}", owner=Attribution(session=name, user=f"u{n % 2}"))])
    await ledger.usage.record([an_event("nobodys")])
    assert await ledger.usage.values(Dimension.SESSION) == ("s1", "s2")
    assert await ledger.usage.values(Dimension.USER) == ("u0", "u1")
    assert await ledger.usage.values(Dimension.TEAM) == ()


async def test_a_session_tells_when_where_and_with_what(ledger: Ledger) -> None:
    events = [
        an_event("a", model="opus", owner=Attribution(session="s", project="/p")),
        an_event("b", model="haiku", agent="codex", time_ms=NOON + HOUR_MS, owner=Attribution(session="s")),
        an_event("c", owner=Attribution(session="t")),
    ]
    await ledger.usage.record(events)
    told = Activity(
        first_ms=NOON,
        last_ms=NOON + HOUR_MS,
        agents=("claude-code", "codex"),
        projects=("/p",),
        models=("haiku", "opus"),
    )
    assert await ledger.usage.activities(["s"]) == {"s": told}
    await ledger.usage.keep_days(BERLIN, NOON)
    assert await ledger.usage.activities(["s", "nobody"]) == {"s": told}
    assert (await ledger.usage.activities([str(n) for n in range(1500)]))["s"] == told


async def test_models_without_a_price_are_named_for_what_is_kept_to(ledger: Ledger) -> None:
    mine = an_event("a", model="mine", cost=None, owner=Attribution(session="s"))
    await ledger.usage.record([mine, an_event("b", model="other", cost=None, agent="codex")])
    assert await ledger.usage.unpriced_models(None, {Dimension.SESSION: "s"}) == ("mine",)
    assert await ledger.usage.unpriced_models(None, {Dimension.AGENT: ("codex", "x")}) == ("other",)
