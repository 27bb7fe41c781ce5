"""What is to come, by what a real ledger saw."""

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from alert_world import at, dollars
from engine_wiring import Engine, Wiring
from movable_clock import MovableClock
from test_engine_budgets import use

from token_dashboard.model.budget import Scope
from token_dashboard.model.forecast import Method
from token_dashboard.model.period import DAY_MS, HOUR_MS
from token_dashboard.model.snapshot import Snapshot, UsageWindow


async def history(engine: Engine, clock: MovableClock) -> None:
    """Twenty days on which a balance fell by a dollar every six hours, and a week's window filled."""
    await engine.collector.collect()
    (record,) = await engine.ledger.snapshots.latest()
    first = record.snapshot
    assert isinstance(first, Snapshot)
    start = clock.now_ms()
    for step in range(81):
        clock.time_ms = start + step * 6 * HOUR_MS
        balance = replace(first.balances[0], money=dollars(100 - step))
        window = UsageWindow(
            name="7d",
            used_percent=Decimal(step % 28 * 2),
            resets_ms=start + (step // 28 + 1) * 7 * DAY_MS,
            duration_s=7 * 86_400,
        )
        told = replace(first, taken_ms=clock.now_ms(), balances=(balance,), windows=(window,))
        await engine.ledger.snapshots.save(told, name="OpenRouter", next_check_ms=clock.now_ms() + 900_000)


async def test_a_balance_that_falls_evenly_is_gone_when_it_is_gone(
    wiring: Wiring, clock: MovableClock
) -> None:
    async with wiring.running() as engine:
        await history(engine, clock)
        answer = await engine.dashboard.forecasts.forecast()
    (balance,) = answer.balances
    found = balance.exhaustion
    assert (balance.name, balance.balance) == ("OpenRouter", dollars(20))
    assert found is not None
    assert found.at_ms is not None
    assert abs(found.at_ms - (clock.now_ms() + 5 * DAY_MS)) <= 6 * HOUR_MS
    assert found.evidence.tested_days > 0
    assert found.early_ms is not None
    assert found.late_ms is not None
    assert found.early_ms <= found.at_ms <= found.late_ms


async def test_nothing_is_forecast_from_old_figures(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        await history(engine, clock)
        clock.move(3600)
        answer = await engine.dashboard.forecasts.forecast()
    assert [one.exhaustion for one in answer.balances] == [None]
    assert [one.exhaustion for one in answer.windows] == [None]


async def test_a_week_that_fills_too_slowly_is_not_used_up(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        await history(engine, clock)
        (window,) = (await engine.dashboard.forecasts.forecast()).windows
    assert window.exhaustion is not None
    assert (window.exhaustion.at_ms, window.exhaustion.evidence.method) == (None, Method.LINEAR)


async def test_a_filtered_forecast_is_made_of_that_part_alone(wiring: Wiring, clock: MovableClock) -> None:
    wiring.tz = ZoneInfo("UTC")
    async with wiring.running() as engine:
        await history(engine, clock)
        clock.time_ms = at("2026-12-21 00:00")
        for day in range(1, 21):
            moment = at(f"2026-12-{day:02} 12:00")
            await use(engine, 1, time_ms=moment)
            await use(engine, 9, provider="openai", model="gpt-5", time_ms=moment)
        forecast = engine.dashboard.forecasts.forecast
        everything, model, provider = (
            await forecast(),
            await forecast(Scope(model="claude-opus-4-5")),
            await forecast(Scope(provider="openrouter")),
        )
    assert everything.month is not None
    assert model.month is not None
    assert (everything.month.spent, model.month.spent) == (dollars(200), dollars(20))
    assert everything.month.expected is not None
    assert model.month.expected is not None
    assert [round(one.nanos / 10**9, 6) for one in (everything.month.expected, model.month.expected)] == [
        310,
        31,
    ]
    assert (model.balances, model.windows) == ((), ())
    assert (len(provider.balances), len(everything.balances)) == (1, 1)
    assert provider.month is not None
    assert provider.month.spent == dollars(0)


async def test_a_forecast_of_a_pattern_is_that_of_all_that_match(wiring: Wiring, clock: MovableClock) -> None:
    wiring.accounts = []
    async with wiring.running() as engine:
        clock.time_ms = at("2026-12-21 00:00")
        for day in range(1, 21):
            for model, cost in (("claude-opus-4-5", 1), ("claude-sonnet-4-5", 2), ("gpt-5", 9)):
                await use(engine, cost, model=model, time_ms=at(f"2026-12-{day:02} 12:00"))
        forecast = engine.dashboard.forecasts.forecast
        claude = await forecast(Scope(model="claude-*"))
        letters = await forecast(Scope(model="Claude-opus-4-5"))
        nobody = await forecast(Scope(model="claude-*", agent="nobody", project="/no/*"))
    assert claude.month is not None
    assert claude.month.expected is not None
    assert (claude.month.spent, round(claude.month.expected.nanos / 10**9, 6)) == (dollars(60), 93)
    assert (claude.scope.model, claude.unmatched) == ("claude-*", {})
    assert letters.month is not None
    assert nobody.month is not None
    assert (letters.month.spent, letters.unmatched) == (dollars(0), {"model": "Claude-opus-4-5"})
    assert (nobody.month.spent, nobody.unmatched) == (dollars(0), {"agent": "nobody", "project": "/no/*"})


async def test_models_without_a_price_are_named_and_a_month_of_them_is_not_known(
    wiring: Wiring, clock: MovableClock
) -> None:
    wiring.accounts = []
    async with wiring.running() as engine:
        await use(engine, None, model="house-blend")
        answer = await engine.dashboard.forecasts.forecast()
    assert (answer.month, answer.unpriced_models) == (None, ("house-blend",))


async def test_every_answer_expects_the_same_of_the_month(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        clock.time_ms = at("2026-12-21 09:30")
        for day in range(1, 21):
            await use(engine, 1 + day % 7, time_ms=at(f"2026-12-{day:02} 12:00"))
        month = (await engine.dashboard.forecasts.forecast()).month
        status, burn = await engine.dashboard.cached(), await engine.dashboard.burn()
    assert month is not None
    assert month.expected is not None
    assert month.expected.nanos > month.spent.nanos
    assert status.month_projection == burn.month_projection == month.expected


async def test_a_ledger_of_two_days_expects_nothing_anywhere(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        await use(engine, 5, time_ms=clock.now_ms() - 2 * DAY_MS)
        month = (await engine.dashboard.forecasts.forecast()).month
        status = await engine.dashboard.cached()
    assert month is not None
    assert (month.expected, status.month_projection) == (None, None)
