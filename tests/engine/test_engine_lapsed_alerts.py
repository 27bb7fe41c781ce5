"""What was taken out of the settings, or is over by the calendar, doesn't stand for ever."""

from dataclasses import replace
from decimal import Decimal

from alert_world import Reader, at, dollars
from engine_wiring import Engine, Wiring
from movable_clock import MovableClock

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.ports import Channel
from token_dashboard.model.alert import AlertState
from token_dashboard.model.attribution import NOBODY
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Snapshot, UsageWindow
from token_dashboard.model.usage import UsageEvent, event_key

PLENTY = Money(10**15)
DAY_S = 86_400


async def look(engine: Engine, owner: Reader) -> None:
    courier = Courier(engine.ledger, engine.clock)
    courier.add(Channel(notifier=owner))
    await AlertDesk(engine.ledger, engine.clock, courier).settle(await engine.dashboard.judgement())
    await courier.deliver()


async def standing(engine: Engine) -> list[str]:
    known = await engine.ledger.alerts.standing()
    return [one.condition.kind.value for one in known if one.state is not AlertState.RESOLVED]


async def test_a_threshold_that_was_removed_ends_its_alert_without_a_word(wiring: Wiring) -> None:
    owner, wiring.thresholds = Reader(), Thresholds(balance=PLENTY, runway_days=Decimal(1000))
    async with wiring.running() as engine:
        await engine.collector.collect()
        await look(engine, owner)
        assert "low_balance" in await standing(engine)
    wiring.thresholds = Thresholds()
    async with wiring.running() as engine:
        await look(engine, owner)
        assert await standing(engine) == []
    assert "resolved warning" not in owner.heard
    assert "resolved critical" not in owner.heard


async def test_a_removed_accounts_alert_ends_a_day_after_it_was_last_asked_about(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, wiring.thresholds = Reader(), Thresholds(balance=PLENTY)
    async with wiring.running() as engine:
        await engine.collector.collect()
        await look(engine, owner)
    wiring.accounts = []
    async with wiring.running() as engine:
        await look(engine, owner)
        assert await standing(engine) == ["low_balance"]  # its host may not have been asked for keys yet
        clock.move(DAY_S)
        await look(engine, owner)
        assert await standing(engine) == []
    assert owner.heard == ["new critical"]


async def test_a_window_that_the_account_no_longer_has_is_nobodys_alert(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, wiring.thresholds = Reader(), Thresholds(window_percents=(Decimal(80),))
    async with wiring.running() as engine:
        await engine.collector.collect()
        (record,) = await engine.ledger.snapshots.latest()
        first = record.snapshot
        assert isinstance(first, Snapshot)
        for windows in ((UsageWindow(name="5h", used_percent=Decimal(90)),), ()):
            later = replace(first, taken_ms=clock.now_ms(), windows=windows)
            await engine.ledger.snapshots.save(later, name="X", next_check_ms=clock.now_ms() + 900_000)
            await look(engine, owner)
        assert await standing(engine) == []
    assert owner.heard == ["new critical"]


async def test_the_spend_of_a_day_is_over_with_the_day_though_nothing_is_used_since(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, wiring.accounts, wiring.thresholds = Reader(), [], Thresholds(daily_spend=dollars(5))
    clock.time_ms = at("2026-11-21 12:00")
    async with wiring.running() as engine:
        event = UsageEvent(
            key=event_key("claude-code", "m", "r"),
            time_ms=clock.now_ms(),
            source="log",
            agent="claude-code",
            provider="anthropic",
            model="claude-opus-4-5",
            input_tokens=1,
            output_tokens=0,
            attribution=NOBODY,
            list_cost_nanos=dollars(6).nanos,
            price_date="2026-11-01",
        )
        await engine.ledger.usage.record([event])
        await look(engine, owner)
        assert await standing(engine) == ["high_spend"]
        clock.time_ms = at("2026-11-22 00:05")
        await look(engine, owner)
        assert await standing(engine) == []
    assert owner.heard == ["new warning"]
