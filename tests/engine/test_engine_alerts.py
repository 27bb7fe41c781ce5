from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from alert_world import Reader
from engine_wiring import Engine, Wiring
from movable_clock import MovableClock
from vendor_server import VendorServer

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.ports import Channel
from token_dashboard.model.alert import AlertKind, AlertState, Severity
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.snapshot import Snapshot

PLENTY = Money(10**15)
"""More than any fixture's balance: everything is under it."""
NOTHING = Money(-(10**15))


class Owner(Reader):
    """Remembers what was told, as kind and state."""

    @property
    def told(self) -> list[tuple[str, AlertState]]:
        return [(alert.condition.kind.value, alert.state) for alert in self.alerts]


async def settle(engine: Engine, owner: Owner) -> None:
    await engine.collector.collect(everyone=True)
    courier = Courier(engine.ledger, engine.clock)
    courier.add(Channel(notifier=owner))
    await AlertDesk(engine.ledger, engine.clock, courier).settle(await engine.dashboard.judgement())
    await courier.deliver()


async def test_a_crossing_is_told_once_and_not_again_after_a_restart(wiring: Wiring) -> None:
    owner = Owner()
    wiring.thresholds = Thresholds(balance=PLENTY)
    for _ in range(2):
        async with wiring.running() as engine:
            await settle(engine, owner)
            await settle(engine, owner)
    assert owner.told == [("low_balance", AlertState.NEW)]


async def test_its_end_is_told_once(wiring: Wiring, clock: MovableClock) -> None:
    owner = Owner()
    for threshold in (PLENTY, NOTHING, NOTHING, PLENTY):
        wiring.thresholds = Thresholds(balance=threshold)
        async with wiring.running() as engine:
            await settle(engine, owner)
        clock.move(3600)
    assert owner.told == [
        ("low_balance", AlertState.NEW),
        ("low_balance", AlertState.RESOLVED),
        ("low_balance", AlertState.NEW),
    ]


async def test_two_processes_tell_it_once_between_them(wiring: Wiring) -> None:
    wiring.thresholds = Thresholds(balance=PLENTY)
    first, second = Owner(), Owner()
    async with wiring.running() as one, wiring.running() as other:
        await settle(one, first)
        await settle(other, second)
    assert len(first.told) + len(second.told) == 1


async def test_a_failed_provider_neither_raises_nor_ends_an_alert(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    owner = Owner()
    wiring.thresholds = Thresholds(balance=PLENTY)
    async with wiring.running() as engine:
        await settle(engine, owner)
        vendor.mood = "500"
        clock.move(3600)
        await settle(engine, owner)
        (alert,) = await engine.ledger.alerts.standing()
    assert owner.told == [("low_balance", AlertState.NEW)]
    assert alert.state is not AlertState.RESOLVED


async def test_a_spend_over_its_threshold_is_told_each_day_once_and_never_as_over(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner = Owner()
    wiring.thresholds = Thresholds(daily_spend=Money(1))
    async with wiring.running() as engine:
        for _ in range(3):
            await settle(engine, owner)
            await settle(engine, owner)
            clock.move(24 * 3600)
    assert owner.told == [("high_spend", AlertState.NEW)] * 3


async def test_the_status_shows_what_holds_now_and_since_when(wiring: Wiring, clock: MovableClock) -> None:
    wiring.thresholds = Thresholds(balance=PLENTY)
    async with wiring.running() as engine:
        await engine.collector.collect()
        (unsettled,) = (await engine.dashboard.cached()).alerts
        await settle(engine, Owner())
        begun = clock.now_ms()
        clock.move(60)
        (settled,) = (await engine.dashboard.cached()).alerts
    assert unsettled.state is AlertState.NEW
    assert (settled.state, settled.since_ms) == (AlertState.ONGOING, begun)


async def test_a_check_that_fails_does_not_hide_what_was_low_a_minute_before(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    wiring.thresholds = Thresholds(balance=PLENTY)
    async with wiring.running() as engine:
        await engine.collector.collect()
        vendor.mood = "500"
        clock.move(60)
        await engine.collector.collect(everyone=True)
        status = await engine.dashboard.cached()
    assert status.is_stale
    assert [alert.condition.kind.value for alert in status.alerts] == ["low_balance"]


async def test_a_runway_follows_the_balance_that_falls(wiring: Wiring, clock: MovableClock) -> None:
    async with wiring.running() as engine:
        await engine.collector.collect()
        (record,) = await engine.ledger.snapshots.latest()
        first = record.snapshot
        assert isinstance(first, Snapshot)
        start = first.balances[0].money.nanos
        await fall(engine, first, clock, dollars=1, hours=12)
        status = await engine.dashboard.cached()
    (runway,) = status.accounts[0].runways
    assert runway.per_day == Money(2 * 10**9)
    assert runway.empty_ms == clock.now_ms() + round((start - 10**9) / (2 * 10**9) * 86_400_000)


async def fall(engine: Engine, snapshot: Snapshot, clock: MovableClock, *, dollars: int, hours: int) -> None:
    """The same account later, with less in it."""
    clock.move(hours * 3600)
    balance = snapshot.balances[0]
    less = replace(balance, money=Money(balance.money.nanos - dollars * 10**9))
    later = replace(snapshot, taken_ms=clock.now_ms(), balances=(less,))
    await engine.ledger.snapshots.save(later, name="OpenRouter", next_check_ms=clock.now_ms() + 900_000)


async def test_a_key_that_ends_is_told_a_week_and_a_day_before_and_a_new_one_is_the_end_of_it(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    owner = Owner()
    ends_ms = clock.now_ms() + 3 * DAY_MS
    vendor.mangle = _key_that_ends(ends_ms)
    async with wiring.running() as engine:
        for wait_s in (0, 3600, 2 * 24 * 3600, 3600):
            clock.move(wait_s)
            await settle(engine, owner)
        (shown,) = (await engine.dashboard.cached()).accounts
        vendor.mangle = None
        await settle(engine, owner)
        (over,) = await engine.ledger.alerts.standing()
    assert over.state is AlertState.RESOLVED
    assert shown.snapshot is not None
    assert shown.snapshot.key_expires_ms == ends_ms
    assert [(one.condition.kind, one.state, one.condition.severity) for one in owner.alerts] == [
        (AlertKind.KEY_EXPIRING, AlertState.NEW, Severity.WARNING),
        (AlertKind.KEY_EXPIRING, AlertState.ESCALATED, Severity.CRITICAL),
    ]


def _key_that_ends(ends_ms: int) -> Callable[[bytes], bytes]:
    """OpenRouter's answers about a key that ends."""
    moment = datetime.fromtimestamp(ends_ms / 1000, UTC).isoformat()
    return lambda body: body.replace(b'"expires_at": null', f'"expires_at": "{moment}"'.encode())
