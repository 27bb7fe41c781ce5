"""Reports as they are asked for: patterns, order, limits, parts, hours, another currency."""

from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from engine_wiring import Engine, Wiring

from token_dashboard.model.attribution import Attribution
from token_dashboard.model.exchange import Exchange
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS
from token_dashboard.model.report import CostBasis, Dimension, Order, Report
from token_dashboard.model.report_request import ReportRequest
from token_dashboard.model.stretch import Stretch, last
from token_dashboard.model.usage import UsageEvent, event_key

DOLLAR = 1_000_000_000


def used(n: int, at: int, model: str, cost: int | None = DOLLAR, **rest: Any) -> UsageEvent:
    return UsageEvent(
        key=event_key("codex", str(n)),
        time_ms=at,
        source="log",
        agent="codex",
        provider=rest.pop("provider", "openai"),
        model=model,
        input_tokens=rest.pop("tokens", 10),
        attribution=Attribution(**rest),
        list_cost_nanos=cost,
    )


@pytest.fixture
async def engine(wiring: Wiring) -> AsyncIterator[Engine]:
    """Four models over two days: on 21 November (UTC) five dollars, on the 22nd two and something unknown."""
    async with wiring.running() as engine:
        now = engine.clock.now_ms()
        await engine.ledger.usage.record(
            [
                used(1, now - DAY_MS, "gpt-5", 3 * DOLLAR, session="s1", project="/p"),
                used(2, now - DAY_MS, "gpt-5-mini", 2 * DOLLAR, session="s1", project="/p"),
                used(3, now - HOUR_MS, "claude-x", 2 * DOLLAR, session="s2", provider="anthropic", tokens=99),
                used(4, now - 2 * HOUR_MS, "odd[1]", None),
            ]
        )
        yield engine


async def ask(engine: Engine, *by: Dimension, **asked: Any) -> Report:
    return await engine.dashboard.history.answer(ReportRequest(by=by, **asked))


def models(report: Report) -> list[str | None]:
    return [row.model for row in report.rows]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (("gpt-5",), ["gpt-5"]),
        (("gpt-*",), ["gpt-5", "gpt-5-mini"]),
        (("claude-?", "gpt-5-mini"), ["claude-x", "gpt-5-mini"]),
        (("odd[1]",), ["odd[1]"]),
        (("odd[[]1]",), ["odd[1]"]),
        (("odd[1…",), ["odd[1]"]),
        (("g…ini",), ["gpt-5-mini"]),
    ],
)
async def test_a_value_is_meant_to_the_letter_or_else_as_a_pattern(
    engine: Engine, patterns: tuple[str, ...], found: list[str]
) -> None:
    report = await ask(engine, Dimension.MODEL, only={Dimension.MODEL: patterns}, order=Order.NAME)
    assert models(report) == found
    assert report.unmatched == {}


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("ab1", ["ab1"]),
        ("ab", ["ab1", "ab10", "ab2"]),
        ("ab…", ["ab1", "ab10", "ab2"]),
        ("a*1", ["ab1"]),
        ("ab?", ["ab1", "ab2"]),
    ],
)
async def test_the_first_characters_of_a_session_are_enough_but_a_pattern_is_the_whole(
    engine: Engine, pattern: str, found: list[str]
) -> None:
    now = engine.clock.now_ms()
    await engine.ledger.usage.record(
        [used(n, now, "gpt-5", session=name) for n, name in enumerate(("ab1", "ab2", "ab10"), 10)]
    )
    report = await ask(engine, Dimension.SESSION, only={Dimension.SESSION: (pattern,)}, order=Order.NAME)
    assert [row.session for row in report.rows] == found


async def test_what_nothing_matches_is_told(engine: Engine) -> None:
    some = await ask(engine, Dimension.MODEL, only={Dimension.MODEL: ("gpt-5", "o9-*")})
    assert (models(some), some.unmatched) == (["gpt-5"], {"model": ("o9-*",)})
    none = await ask(engine, Dimension.MODEL, only={Dimension.AGENT: ("nobody",)})
    assert (none.rows, none.total.requests, none.unmatched) == ((), 0, {"agent": ("nobody",)})


async def test_an_empty_value_keeps_to_what_is_not_known(engine: Engine) -> None:
    report = await ask(engine, Dimension.MODEL, only={Dimension.SESSION: ("",)})
    assert models(report) == ["odd[1]"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["gpt-5", "claude-x", "gpt-5-mini", "odd[1]"]),
        ({"order": Order.COST, "is_reversed": True}, ["claude-x", "gpt-5-mini", "gpt-5", "odd[1]"]),
        ({"order": Order.NAME}, ["claude-x", "gpt-5", "gpt-5-mini", "odd[1]"]),
        ({"order": Order.NAME, "is_reversed": True}, ["odd[1]", "gpt-5-mini", "gpt-5", "claude-x"]),
        ({"order": Order.TOKENS}, ["claude-x", "gpt-5", "gpt-5-mini", "odd[1]"]),
        (
            {"order": Order.COST, "cost_basis": CostBasis.LOGGED},
            ["claude-x", "gpt-5", "gpt-5-mini", "odd[1]"],
        ),
    ],
)
async def test_rows_stand_in_the_order_asked_for_and_the_unknown_last(
    engine: Engine, asked: dict[str, Any], found: list[str]
) -> None:
    assert models(await ask(engine, Dimension.MODEL, **asked)) == found
    first = await ask(engine, Dimension.MODEL, limit=2, **asked)
    assert models(first) == found[:2]
    assert first.rest is not None
    assert first.rest.groups == 2
    assert sum(row.totals.requests for row in first.rows) + first.rest.totals.requests == 4


@pytest.mark.parametrize("order", [None, *Order])
@pytest.mark.parametrize("is_reversed", [False, True])
@pytest.mark.parametrize(
    "by",
    [
        (Dimension.SESSION,),
        (Dimension.HOUR,),
        (Dimension.DAY, Dimension.MODEL),
        (Dimension.SESSION, Dimension.MODEL, Dimension.HOUR),
        (Dimension.DAY, Dimension.PROJECT, Dimension.HOUR),
    ],
)
async def test_the_first_rows_are_the_beginning_of_all(
    engine: Engine, by: tuple[Dimension, ...], order: Order | None, is_reversed: bool
) -> None:
    whole = await ask(engine, *by, order=order, is_reversed=is_reversed)
    for limit in range(1, len(whole.rows)):
        first = await ask(engine, *by, order=order, is_reversed=is_reversed, limit=limit)
        assert first.rows == whole.rows[:limit]
        assert first.total == whole.total
        assert first.rest is not None
        assert first.rest.groups == len(whole.rows) - limit


async def test_a_limit_that_leaves_nothing_out_has_no_rest(engine: Engine) -> None:
    whole = await ask(engine, Dimension.MODEL)
    assert (await ask(engine, Dimension.MODEL, limit=4)) == whole
    assert whole.rest is None
    assert whole.unpriced_models == ("odd[1]",)


async def test_sessions_can_be_in_the_order_of_time_and_models_cannot(engine: Engine) -> None:
    report = await ask(engine, Dimension.SESSION, order=Order.TIME, is_reversed=True, limit=1)
    assert [row.session for row in report.rows] == ["s2"]
    with pytest.raises(ValueError, match="group by hour, day, week, month or session"):
        await ask(engine, Dimension.MODEL, order=Order.TIME)


async def test_a_session_comes_with_what_it_was_about(engine: Engine) -> None:
    report = await ask(engine, Dimension.SESSION)
    assert [row.session for row in report.rows] == ["s1", "s2", None]
    about = report.rows[0].activity
    assert about is not None
    assert (about.models, about.projects) == (("gpt-5", "gpt-5-mini"), ("/p",))
    assert report.rows[2].activity is None


async def test_parts_are_the_row_by_model_the_costliest_first(engine: Engine) -> None:
    report = await ask(engine, Dimension.DAY, has_parts=True)
    assert [[part.model for part in row.parts] for row in report.rows] == [
        ["gpt-5", "gpt-5-mini"],
        ["claude-x", "odd[1]"],
    ]
    for row in report.rows:
        assert sum(part.totals.requests for part in row.parts) == row.totals.requests


async def test_hours_count_back_from_now(engine: Engine) -> None:
    assert (await ask(engine, stretch=last("1h", date.max))).total.requests == 1
    assert (await ask(engine, stretch=last("3h", date.max))).total.requests == 2
    report = await ask(engine, stretch=Stretch(hours=36))
    assert report.total.requests == 4
    assert (report.since, report.end_ms) == (None, engine.clock.now_ms() + 1)


async def test_all_time_and_open_ends_are_the_same_requests_in_every_zone(engine: Engine) -> None:
    today = engine.dashboard.today()
    for tz in (ZoneInfo("UTC"), ZoneInfo("Asia/Kathmandu")):
        whole = await ask(engine, Dimension.DAY, tz=tz)
        assert whole.total.requests == 4
        assert (await ask(engine, Dimension.DAY, tz=tz, stretch=Stretch(until=today))).rows == whole.rows
        assert (await ask(engine, Dimension.DAY, tz=tz, stretch=Stretch(since=date.min))).rows == whole.rows


async def test_costs_are_shown_by_the_rate_of_each_day(engine: Engine) -> None:
    today = engine.dashboard.today()
    euros = Exchange(currency="EUR", rates=((date.min, Decimal("0.5")), (today, Decimal("0.9"))))
    report = await ask(engine, Dimension.MODEL, exchange=euros, limit=2)
    assert [row.shown_cost for row in report.rows] == [
        Money(1_500_000_000, "EUR"),
        Money(1_800_000_000, "EUR"),
    ]
    assert report.rest is not None
    assert report.rest.shown_cost == Money(DOLLAR, "EUR")
    assert (report.currency, report.shown_cost) == ("EUR", Money(4_300_000_000, "EUR"))
    assert report.total.list_cost == Money(7 * DOLLAR)
    hours = await ask(engine, Dimension.HOUR, exchange=euros, has_parts=True)
    assert (
        sum(part.shown_cost.nanos for row in hours.rows for part in row.parts if part.shown_cost)
        == 4_300_000_000
    )
    unknown = await ask(engine, Dimension.MODEL, exchange=euros, only={Dimension.MODEL: ("odd*",)})
    assert (unknown.rows[0].shown_cost, unknown.shown_cost) == (None, None)


async def test_a_total_in_another_currency_is_the_same_however_it_is_grouped(engine: Engine) -> None:
    today = engine.dashboard.today()
    await engine.ledger.usage.record(
        [
            used(n, engine.clock.now_ms() - n * HOUR_MS, f"m{n % 3}", 10**9 // n, project="/p")
            for n in range(5, 40)
        ]
    )
    for rates in ([(date.min, Decimal("0.917"))], [(date.min, Decimal("0.917")), (today, Decimal("0.9231"))]):
        euros = Exchange(currency="EUR", rates=tuple(rates))
        groupings = [(), (Dimension.MODEL,), (Dimension.DAY,), (Dimension.PROJECT, Dimension.HOUR)]
        assert len({(await ask(engine, *by, exchange=euros)).shown_cost for by in groupings}) == 1
