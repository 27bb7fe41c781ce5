"""Reports by any dimension, over any stretch, their first rows, and what is known of sessions."""

import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ledger_world import NOON, SetClock, an_event, totals_by_hand
from test_ledger_reports import BERLIN, spread

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger._database import Row, Value
from token_dashboard.ledger._sqlite import SqliteDatabase
from token_dashboard.ledger._sqlite_opening import open_sqlite
from token_dashboard.ledger._told_sums import SELECT_TOLD
from token_dashboard.ledger.reports import UsageReports
from token_dashboard.ledger.top import Top
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS, Period, start_of
from token_dashboard.model.report import Activity, CostBasis, Dimension, Order, ReportRow, Totals
from token_dashboard.model.usage import UsageEvent


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


async def test_a_week_that_two_months_share_is_one_place_in_the_order_of_weeks(ledger: Ledger) -> None:
    shared = [start_of(day, BERLIN) for day in (date(2025, 9, 30), date(2025, 10, 2))]
    await ledger.usage.record(
        [an_event(f"{time_ms}{model}", time_ms=time_ms, model=model) for time_ms in shared for model in "ab"]
    )
    for _ in range(2):
        rows = await ledger.usage.rows(None, [Dimension.WEEK, Dimension.MODEL, Dimension.MONTH], BERLIN)
        told = [(row.week, row.model, row.month) for row in rows]
        assert len(told) == 4
        assert told == sorted(told)
        await ledger.usage.keep_days(BERLIN, NOON)


async def test_a_period_without_an_end_is_the_same_from_days_and_from_quarters(ledger: Ledger) -> None:
    absurd = int(datetime(9999, 12, 31, 23, 59, tzinfo=UTC).timestamp()) * 1000
    await ledger.usage.record([*spread(NOON - 9 * DAY_MS, NOON, 100), an_event("late", time_ms=absurd)])
    since = Period(start_of(date(2025, 11, 18), BERLIN), 2**60)
    before = await ledger.usage.rows(since, [Dimension.DAY], BERLIN)
    await ledger.usage.keep_days(BERLIN, NOON)
    assert await ledger.usage.rows(since, [Dimension.DAY], BERLIN) == before
    assert [row.day for row in before][0::5] == [date(2025, 11, 18), date(9999, 12, 31)]


def asked_orders() -> list[tuple[Order, CostBasis, list[Dimension]]]:
    figures = [Order.COST, Order.TOKENS, Order.REQUESTS]
    return [
        *((order, CostBasis.COMPUTED, [Dimension.MODEL]) for order in figures),
        (Order.COST, CostBasis.LOGGED, [Dimension.HOUR, Dimension.MODEL]),
        (Order.COST, CostBasis.AUTO, [Dimension.MODEL, Dimension.DAY]),
        (Order.NAME, CostBasis.AUTO, [Dimension.USER, Dimension.WEEK, Dimension.MODEL]),
        (Order.TIME, CostBasis.AUTO, [Dimension.USER, Dimension.DAY]),
        (Order.TIME, CostBasis.AUTO, [Dimension.USER, Dimension.SESSION]),
    ]


def figure_of(row: ReportRow, order: Order, basis: CostBasis) -> int | None:
    if order is Order.COST:
        return row.totals.cost_nanos(basis)
    return row.totals.total_tokens if order is Order.TOKENS else row.totals.requests


@pytest.mark.parametrize(("order", "basis", "by"), asked_orders())
@pytest.mark.parametrize("is_reversed", [False, True])
async def test_the_first_groups_are_those_that_sorting_all_would_give(
    ledger: Ledger, order: Order, basis: CostBasis, by: list[Dimension], is_reversed: bool
) -> None:
    chance = random.Random(3)
    for session in ("quiet", None):  # it began long ago, and was active last
        owner = Attribution(session=session, user="u0")
        await ledger.usage.record([an_event(f"old {session}", owner=owner, time_ms=NOON - 90 * DAY_MS)])
    events = [
        an_event(
            f"m{n}",
            time_ms=NOON + chance.randrange(4 * DAY_MS),
            model=f"model-{n % 17}",
            tokens=(chance.randrange(9), 0),
            cost=None if n % 17 == 5 else chance.randrange(4) * 10**9 + chance.randrange(10**9),
            recorded_cost_nanos=chance.choice([None, 2 * 10**9]),
            owner=Attribution(session=chance.choice(["s1", "s2", "s3", None]), user=f"u{n % 3}"),
        )
        for n in range(100)
    ]
    await ledger.usage.record(events)
    for _ in range(2):  # from quarters of an hour, and from days
        rows = await ledger.usage.rows(None, by, BERLIN, with_activity=Dimension.SESSION in by)
        if order is Order.NAME:
            expected = list(reversed(rows)) if is_reversed else list(rows)
        elif order is Order.TIME:
            lasts = [row.activity.last_ms or 0 if row.activity else 0 for row in rows]
            times = lasts if Dimension.SESSION in by else [row.day.toordinal() for row in rows if row.day]
            places = sorted(range(len(rows)), key=times.__getitem__, reverse=is_reversed)
            expected = [rows[place] for place in places]
        else:
            known = [row for row in rows if figure_of(row, order, basis) is not None]
            known.sort(key=lambda row: figure_of(row, order, basis) or 0, reverse=not is_reversed)
            expected = [*known, *(row for row in rows if figure_of(row, order, basis) is None)]
        for limit in (1, 6, len(rows) - 1, None):
            top = Top(order, basis, limit, is_reversed)
            found, total, groups = await ledger.usage.table(
                None, by, BERLIN, {}, top=top, with_activity=Dimension.SESSION in by
            )
            assert groups == len(rows)
            assert found == tuple(expected[:limit])
            assert total == Totals.summed([row.totals for row in rows])
        await ledger.usage.keep_days(BERLIN, NOON)


async def test_the_first_months_of_a_ledger_that_has_but_one_can_be_asked_for(ledger: Ledger) -> None:
    await ledger.usage.record([an_event("a")])
    await ledger.usage.keep_days(BERLIN, NOON)
    top = Top(Order.COST, CostBasis.COMPUTED, 5)
    (row,), _, groups = await ledger.usage.table(None, [Dimension.MONTH], BERLIN, {}, top=top)
    assert (groups, row.month) == (1, date(2025, 11, 1))


RARE = (
    {"recorded_cost_nanos": 77},
    {"recorded_cost_nanos": 0},
    {"recorded_cost_nanos": 10**12},
    {"cache_creation_1h_input_tokens": 3, "cache_creation_input_tokens": 4},
    {"reasoning_output_tokens": 5},
    {"web_searches": 2},
    {"list_cost_nanos": None},
    {"requests": None},
    {"requests": 4},
)


@pytest.mark.parametrize("rare", RARE, ids=str)
async def test_what_is_rare_is_told_as_soon_as_there_is_some(ledger: Ledger, rare: dict[str, object]) -> None:
    events = [an_event("plain")]
    await ledger.usage.record(events)
    await ledger.usage.keep_days(BERLIN, NOON)
    assert await ledger.usage.totals(None) == totals_by_hand(events)
    events.append(an_event("rare", **rare))
    await ledger.usage.record(events[1:])
    for by in ([Dimension.HOUR], [Dimension.DAY], [Dimension.MODEL]):
        (row,) = await ledger.usage.rows(None, by, BERLIN)
        assert row.totals == totals_by_hand(events)


class Interrupted:
    """A database beside which somebody else writes whenever it was asked which sums are told."""

    def __init__(self, database: SqliteDatabase, write: Callable[[], Awaitable[object]]) -> None:
        self._database = database
        self._write = write
        self.name = database.name
        self.transaction = database.transaction
        self.version = database.version
        self.release_free_pages = database.release_free_pages

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        rows = await self._database.fetch(sql, values)
        if sql == SELECT_TOLD:
            await self._write()
        return rows


async def test_what_another_process_writes_in_the_middle_of_a_question_is_right_or_absent(
    tmp_path: Path,
) -> None:
    place = tmp_path / "ledger.db"
    events = [an_event("plain"), an_event("rare", recorded_cost_nanos=77, web_searches=1)]
    async with open_ledger(place, SetClock()) as other, open_sqlite(place, SetClock(), 1) as (database, _):
        await other.usage.record(events[:1])
        await other.usage.keep_days(BERLIN, NOON)
        reports = UsageReports(Interrupted(database, lambda: other.usage.record(events[1:])))
        (row,) = await reports.rows(None, [Dimension.DAY], BERLIN)
    assert row.totals == totals_by_hand(events)


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
    assert (await ledger.usage.activities(["s", *map(str, range(1500))]))["s"] == told


async def test_hours_are_those_of_the_clock_from_hours_and_from_quarters(ledger: Ledger) -> None:
    events = spread(NOON - 3 * DAY_MS, NOON, 200)
    await ledger.usage.record(events)
    for tz, shift_ms in ((BERLIN, 0), (ZoneInfo("Asia/Kolkata"), HOUR_MS // 2), (ZoneInfo("UTC"), 0)):
        by_hand: dict[int, list[UsageEvent]] = {}
        for event in events:
            by_hand.setdefault((event.time_ms - shift_ms) // HOUR_MS * HOUR_MS + shift_ms, []).append(event)
        rows = await ledger.usage.rows(None, [Dimension.HOUR], tz)
        assert {row.hour: row.totals for row in rows} == {
            hour: totals_by_hand(some) for hour, some in by_hand.items()
        }
        hours = sorted(by_hand)
        for start_ms, end_ms in ((hours[5], hours[-5]), (hours[5] + HOUR_MS // 4, hours[-5] + HOUR_MS // 2)):
            found = await ledger.usage.rows(Period(start_ms, end_ms), [Dimension.HOUR], tz)
            within = [one for one in events if start_ms <= one.time_ms < end_ms]
            assert sum(row.totals.requests for row in found) == len(within)
            assert [row for row in found if row.hour not in {hours[5], hours[-5]}] == [
                row for row in rows if row.hour is not None and hours[5] < row.hour < hours[-5]
            ]


@pytest.mark.parametrize("name", ["UTC", "America/St_Johns", "Asia/Kolkata"])
async def test_an_hour_has_begun_before_its_requests_however_old_they_are(ledger: Ledger, name: str) -> None:
    times = [-(10**13) - 1, -HOUR_MS // 4, 0, HOUR_MS // 4]
    await ledger.usage.record([an_event(f"m{time_ms}", time_ms=time_ms) for time_ms in times])
    rows = await ledger.usage.rows(None, [Dimension.HOUR], ZoneInfo(name))
    for time_ms in times:
        assert any(row.hour is not None and 0 <= time_ms - row.hour < HOUR_MS for row in rows)


async def test_many_sessions_tell_the_same_as_each_alone(ledger: Ledger) -> None:
    owners = [Attribution(session=f"s{n}", project=f"/p{n % 7}", user=f"u{n % 3}") for n in range(1100)]
    events = [an_event(f"m{n}", time_ms=NOON + n * MINUTE_MS, owner=one) for n, one in enumerate(owners)]
    before, after = NOON - 40 * DAY_MS, NOON + 40 * DAY_MS
    events += [
        an_event("old", model="old", time_ms=before, owner=Attribution(session="s3", conversation="first")),
        an_event("new", agent="codex", time_ms=after, owner=owners[4]),
        an_event("whose", time_ms=NOON),
    ]
    await ledger.usage.record(events)
    period = Period(start_of(date(2025, 11, 22), BERLIN), start_of(date(2025, 11, 30), BERLIN))
    for only in ({}, {Dimension.USER: "u1"}):
        found = []
        for _ in range(2):  # from quarters of an hour, and from days
            found.append(
                await ledger.usage.rows(period, [Dimension.SESSION], BERLIN, only, with_activity=True)
            )
            await ledger.usage.keep_days(BERLIN, NOON)
        assert found[0] == found[1]
        assert len(found[0]) == 1101 if not only else len(found[0]) == 367
    told = {row.session: row.activity for row in found[1]}
    assert told["s4"] == (await ledger.usage.activities(["s4"]))["s4"]


async def test_models_without_a_price_are_named_for_what_is_kept_to(ledger: Ledger) -> None:
    mine = an_event("a", model="mine", cost=None, owner=Attribution(session="s"))
    await ledger.usage.record([mine, an_event("b", model="other", cost=None, agent="codex")])
    assert await ledger.usage.unpriced_models(None, {Dimension.SESSION: "s"}) == ("mine",)
    assert await ledger.usage.unpriced_models(None, {Dimension.AGENT: ("codex", "x")}) == ("other",)
