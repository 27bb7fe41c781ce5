"""Sums by agent, model, day and hour, right in every time zone."""

import random
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from ledger_world import NOON, Stored, an_event, cursor_at, sum_by_hand, totals_by_hand

from token_dashboard.ledger import Ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS, Period, start_of
from token_dashboard.model.report import Dimension, ReportRow, Totals
from token_dashboard.model.usage import UsageEvent

BERLIN = ZoneInfo("Europe/Berlin")
CHANGES = {
    "Europe/Berlin": date(2025, 10, 26),
    "America/New_York": date(2025, 11, 2),
    "Australia/Lord_Howe": date(2025, 10, 5),
    "Asia/Kathmandu": date(2025, 10, 26),
}


def spread(first_ms: int, last_ms: int, count: int) -> list[UsageEvent]:
    chance = random.Random(first_ms)
    return [
        an_event(
            f"m{n}",
            time_ms=chance.randrange(first_ms, last_ms),
            tokens=(chance.randrange(1000), chance.randrange(100)),
            cost=chance.choice([None, chance.randrange(10**9)]),
            model=chance.choice(["claude-opus-4-5", "claude-haiku-4-5"]),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("name", CHANGES)
async def test_days_around_a_clock_change_equal_sums_by_hand(ledger: Ledger, name: str) -> None:
    tz, change = ZoneInfo(name), start_of(CHANGES[name], ZoneInfo(name))
    events = spread(change - 2 * DAY_MS, change + 3 * DAY_MS, 3000)
    await ledger.usage.record(events)
    by_day: dict[date, list[UsageEvent]] = {}
    for event in events:
        by_day.setdefault(datetime.fromtimestamp(event.time_ms / 1000, tz).date(), []).append(event)
    rows = await ledger.usage.rows(None, [Dimension.DAY], tz)
    assert {row.day: row.totals for row in rows} == {
        day: totals_by_hand(here) for day, here in by_day.items()
    }
    assert [row.day for row in rows] == sorted(by_day)


@pytest.mark.parametrize("name", CHANGES)
async def test_a_local_day_asked_for_as_a_period_is_that_day(ledger: Ledger, name: str) -> None:
    tz, day = ZoneInfo(name), CHANGES[name]
    period = Period(start_of(day, tz), start_of(date.fromordinal(day.toordinal() + 1), tz))
    events = spread(period.start_ms - DAY_MS, period.end_ms + DAY_MS, 2000)
    await ledger.usage.record(events)
    (row,) = await ledger.usage.rows(period, [Dimension.DAY], tz)
    here = [one for one in events if period.start_ms <= one.time_ms < period.end_ms]
    assert row == ReportRow(totals=totals_by_hand(here), day=day)
    assert await ledger.usage.totals(period) == totals_by_hand(here)


async def test_rows_are_grouped_and_ordered_by_the_dimensions_asked_for(ledger: Ledger) -> None:
    await ledger.usage.record(
        [
            an_event("a", model="sonnet", owner=Attribution(project="/p2", app="bot")),
            an_event("b", model="opus", owner=Attribution(project="/p1")),
            an_event("c", model="opus", provider="openrouter", time_ms=NOON - DAY_MS),
            an_event("d", agent=None, provider=None, model=None),
        ]
    )

    async def groups(*by: Dimension) -> list[tuple[object, ...]]:
        rows = await ledger.usage.rows(None, by, BERLIN)
        return [
            (*(getattr(row, one) for one in by), row.provider if Dimension.MODEL in by else None)
            for row in rows
        ]

    assert await groups(Dimension.MODEL) == [
        (None, None),
        ("opus", "anthropic"),
        ("opus", "openrouter"),
        ("sonnet", "anthropic"),
    ]
    assert await groups(Dimension.AGENT) == [(None, None), ("claude-code", None)]
    assert await groups(Dimension.DAY, Dimension.PROJECT) == [
        (date(2025, 11, 21), None, None),
        (date(2025, 11, 22), None, None),
        (date(2025, 11, 22), "/p1", None),
        (date(2025, 11, 22), "/p2", None),
    ]
    assert await groups(Dimension.APP) == [(None, None), ("bot", None)]


async def test_a_report_can_be_kept_to_one_agent_or_provider(ledger: Ledger) -> None:
    mine, other = an_event("a", agent="codex", provider="openai"), an_event("b")
    await ledger.usage.record([mine, other])
    only = {Dimension.AGENT: "codex"}
    rows = await ledger.usage.rows(None, [Dimension.PROVIDER], BERLIN, only)
    assert [row.provider for row in rows] == ["openai"]
    assert await ledger.usage.totals(None, only) == sum_by_hand([mine])
    assert await ledger.usage.totals(None, only | {Dimension.PROVIDER: "anthropic"}) == Totals()
    assert await ledger.usage.span({Dimension.PROVIDER: "nobody"}) == (None, None)


async def test_no_dimension_gives_one_row_and_no_usage_gives_none(ledger: Ledger) -> None:
    assert await ledger.usage.rows(None, [], BERLIN) == ()
    assert await ledger.usage.rows(None, [Dimension.DAY], BERLIN) == ()
    await ledger.usage.record([an_event("a"), an_event("b")])
    (row,) = await ledger.usage.rows(None, [], BERLIN)
    assert row.totals.requests == 2


async def test_a_period_that_ends_within_a_quarter_of_an_hour_is_widened_to_it(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a", time_ms=NOON + 14 * MINUTE_MS)])
    assert (await ledger.usage.totals(Period(NOON - HOUR_MS, NOON + 1))).requests == 1
    assert (await ledger.usage.totals(Period(NOON + 15 * MINUTE_MS - 1, NOON + HOUR_MS))).requests == 1
    assert (await ledger.usage.totals(Period(NOON - HOUR_MS, NOON))).requests == 0
    assert (await ledger.usage.totals(Period(NOON + 15 * MINUTE_MS, NOON + HOUR_MS))).requests == 0


@pytest.mark.parametrize("offset_ms", [0, 15 * MINUTE_MS, 7 * MINUTE_MS])
async def test_hours_count_from_the_start_of_the_period_and_none_is_left_out(
    ledger: Ledger, offset_ms: int
) -> None:
    period = Period(NOON + offset_ms - DAY_MS, NOON + offset_ms)
    events = spread(period.start_ms, period.end_ms, 40)
    await ledger.usage.record(events)
    hours = await ledger.usage.hourly_costs(period)
    assert len(hours) == 24
    assert sum(hours) == sum_by_hand(events).list_cost_nanos
    if offset_ms != 7 * MINUTE_MS:
        first = [one for one in events if one.time_ms < period.start_ms + HOUR_MS]
        assert hours[0] == totals_by_hand(first).list_cost_nanos


async def test_models_without_a_price_are_named_once_and_only_within_the_period(ledger: Ledger) -> None:
    unknown = [an_event(f"{n}", model=f"new-{n % 2}", cost=None) for n in range(4)]
    await ledger.usage.record([*unknown, an_event("known"), an_event("none", model=None, cost=None)])
    assert await ledger.usage.unpriced_models(None) == ("?", "new-0", "new-1")
    assert await ledger.usage.unpriced_models(Period(NOON - DAY_MS, NOON - HOUR_MS)) == ()


async def test_moments_at_the_ends_of_the_calendar_spoil_no_report(ledger: Ledger) -> None:
    absurd = [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)]
    times = [int(moment.timestamp()) * 1000 for moment in absurd]
    events = [an_event(str(time), time_ms=time) for time in (*times, NOON)]
    await ledger.usage.record(events)
    for tz in (BERLIN, ZoneInfo("America/New_York")):
        rows = await ledger.usage.rows(None, [Dimension.DAY], tz)
        assert [row.day for row in rows] == [date(1, 1, 1), date(2025, 11, 22), date(9999, 12, 31)]


async def test_a_report_asks_the_roll_ups_and_not_the_events(ledger: Ledger) -> None:
    await ledger.usage.record([an_event(f"m{n}") for n in range(100)])
    before = await ledger.usage.rows(None, list(Dimension), BERLIN)
    await ledger.usage.prune(NOON + DAY_MS)
    assert await ledger.usage.rows(None, list(Dimension), BERLIN) == before


@pytest.mark.parametrize("name", CHANGES)
async def test_a_year_by_day_week_and_month_is_the_same_from_days_and_from_quarters(
    ledger: Ledger, name: str
) -> None:
    tz = ZoneInfo(name)
    first = start_of(CHANGES[name].replace(day=1), tz)
    await ledger.usage.record(spread(first - 200 * DAY_MS, first + 200 * DAY_MS, 500))
    year = Period(start_of(date(2025, 3, 1), tz), start_of(date(2026, 3, 1), tz))
    asked = [[Dimension.DAY], [Dimension.WEEK], [Dimension.MONTH, Dimension.MODEL], [Dimension.MODEL]]
    from_quarters = [await ledger.usage.rows(year, by, tz) for by in asked]
    await ledger.usage.keep_days(tz, NOON)
    await ledger.usage.record(spread(first - 200 * DAY_MS, first + 200 * DAY_MS, 500))  # nothing new
    assert [await ledger.usage.rows(year, by, tz) for by in asked] == from_quarters
    more = [an_event(f"later{n}", time_ms=NOON + n * HOUR_MS) for n in range(100)]
    await ledger.usage.record(more)
    days = await ledger.usage.rows(year, [Dimension.DAY], tz)
    assert sum((row.totals for row in days), Totals()) == await ledger.usage.totals(
        Period(year.start_ms, year.end_ms + 1)
    )
    mondays = {row.week for row in await ledger.usage.rows(year, [Dimension.WEEK], tz)}
    assert mondays == {
        date.fromordinal(row.day.toordinal() - row.day.weekday()) for row in days if row.day is not None
    }
    months = await ledger.usage.rows(year, [Dimension.MONTH, Dimension.DAY], tz)
    assert all(row.month == row.day.replace(day=1) for row in months if row.day is not None)


async def test_hours_are_those_of_the_local_clock(ledger: Ledger) -> None:
    tz = ZoneInfo("Asia/Kathmandu")
    await ledger.usage.record([an_event("a", time_ms=NOON), an_event("b", time_ms=NOON + 20 * MINUTE_MS)])
    rows = await ledger.usage.rows(None, [Dimension.HOUR], tz)
    assert [row.hour for row in rows] == [NOON - 45 * MINUTE_MS, NOON + 15 * MINUTE_MS]
    assert [datetime.fromtimestamp((row.hour or 0) / 1000, tz).minute for row in rows] == [0, 0]


async def test_sessions_people_and_triggers_are_told_apart_and_kept_to(ledger: Ledger) -> None:
    def owned(n: int, **owner: str) -> UsageEvent:
        return an_event(f"m{n}", time_ms=NOON + n * MINUTE_MS, owner=Attribution(**owner))

    await ledger.usage.record(
        [
            owned(0, session="s1", sender="ann", trigger="human", branch="main"),
            owned(20, session="s1", sender="bob", trigger="human", branch="main"),
            owned(40, session="s2", trigger="cron", user="ann", team="red", feature="search", machine="box"),
        ]
    )
    rows = await ledger.usage.rows(None, [Dimension.SESSION, Dimension.SENDER], BERLIN)
    assert [(row.session, row.sender, row.totals.requests) for row in rows] == [
        ("s1", "ann", 1),
        ("s1", "bob", 1),
        ("s2", None, 1),
    ]
    by = [Dimension.TRIGGER, Dimension.USER, Dimension.TEAM, Dimension.FEATURE, Dimension.MACHINE]
    (row,) = await ledger.usage.rows(None, by, BERLIN, {Dimension.TRIGGER: "cron"})
    assert (row.trigger, row.user, row.team, row.feature, row.machine) == (
        "cron",
        "ann",
        "red",
        "search",
        "box",
    )
    (row,) = await ledger.usage.rows(None, [Dimension.BRANCH], BERLIN, {Dimension.SENDER: ("ann", "bob")})
    assert (row.branch, row.totals.requests) == ("main", 2)
    assert (await ledger.usage.totals(None, {Dimension.SESSION: "s2", Dimension.SENDER: ""})).requests == 1
    assert await ledger.usage.sessions() == {
        "s1": (NOON, NOON + 20 * MINUTE_MS),
        "s2": (NOON + 40 * MINUTE_MS, NOON + 40 * MINUTE_MS),
    }


async def test_a_quarter_of_an_hour_tells_how_many_requests_people_caused(ledger: Ledger) -> None:
    await ledger.usage.record(
        [
            an_event("a", owner=Attribution(session="s", trigger="human")),
            an_event("b", owner=Attribution(session="s", trigger="heartbeat")),
            an_event("c", owner=Attribution(session="t"), cost=None),
        ]
    )
    slices = await ledger.usage.slices(Period(NOON, NOON + 1))
    assert [(one.session, one.trigger, one.requests, one.human_turns, one.cost_nanos) for one in slices] == [
        ("s", "heartbeat", 1, 0, 1_000),
        ("s", "human", 1, 1, 1_000),
        ("t", None, 1, None, None),
    ]
    assert await ledger.usage.slices(Period(NOON + HOUR_MS, NOON + DAY_MS)) == ()


async def test_the_days_of_two_zones_do_not_take_turns_all_day(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a")])
    await ledger.usage.keep_days(BERLIN, NOON)
    await ledger.usage.keep_days(ZoneInfo("Asia/Kathmandu"), NOON + HOUR_MS)
    assert await ledger.notes.get("usage.days") == f"Europe/Berlin {NOON}"
    await ledger.usage.keep_days(ZoneInfo("Asia/Kathmandu"), NOON + DAY_MS)
    assert await ledger.notes.get("usage.days") == f"Asia/Kathmandu {NOON + DAY_MS}"


async def test_every_record_is_accounted_for(ledger: Ledger, stored: Stored) -> None:
    event = an_event("a")
    await ledger.usage.record([event, event, an_event("b", time_ms=NOON - 100 * DAY_MS)])
    await ledger.usage.record([event, an_event("c", agent="codex")])
    await ledger.usage.prune(NOON - DAY_MS)
    await ledger.usage.record([an_event("b", time_ms=NOON - 100 * DAY_MS)])
    assert await stored.look("select * from intake order by agent") == [
        ("claude-code", 5, 3, 1),
        ("codex", 1, 0, 0),
    ]


async def test_a_session_knows_the_files_that_it_was_read_from(ledger: Ledger, stored: Stored) -> None:
    owner = Attribution(session="s", project="/p")
    await ledger.usage.record(
        [an_event("a", owner=owner)],
        agent="claude-code",
        cursors=[cursor_at(1)],
        origins={"/log": [owner, Attribution(session="s")]},
    )
    assert await stored.look(
        "select session, path from origin join thread on thread.id = thread_id"
        " join log_file on log_file.id = file_id"
    ) == [("s", b"/log")]
