"""What is told of accounts that fail, from the provider's answers to the owner's messages."""

from decimal import Decimal

from alert_world import Reader, dollars
from engine_wiring import INTERVAL_S, Engine, Wiring
from movable_clock import MovableClock
from own_providers import API, answer, holding, provider_that

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.ports import Channel
from token_dashboard.model.snapshot import Snapshot, UsageWindow
from token_dashboard.providers._access import Access

HOUR = 3600 // INTERVAL_S
"""Polls."""


class Vendor:
    """It answers, is out of order, or takes the key no longer."""

    def __init__(self, wiring: Wiring, *names: str) -> None:
        self.mood = "good"
        wiring.accounts = [holding(provider_that(self._told, id=one, name=one)) for one in names]

    async def _told(self, access: Access) -> Snapshot:
        if self.mood in {"down", access.provider.id}:
            raise access.unavailable("gone")
        if self.mood == "refusing":
            raise access.rejected(API, "401")
        return answer(access, nanos=9 * 10**9)


async def polls(
    engine: Engine, owner: Reader, clock: MovableClock, times: int, *, everyone: bool = False
) -> None:
    courier = Courier(engine.ledger, clock)
    courier.add(Channel(notifier=owner))
    for _ in range(times):
        clock.move(INTERVAL_S)
        await engine.collector.collect(everyone=everyone)
        await AlertDesk(engine.ledger, clock, courier).settle(await engine.dashboard.judgement())
        await courier.deliver()


def heard(owner: Reader) -> list[tuple[str, str]]:
    return [(one.condition.kind.value, one.state.value) for one in owner.alerts]


async def test_an_outage_that_lasts_is_told_once_and_so_is_its_end(
    wiring: Wiring, clock: MovableClock
) -> None:
    vendor, owner = Vendor(wiring, "openrouter", "deepseek"), Reader()
    for mood, hours in (("good", 1), ("openrouter", 5), ("good", 2)):
        vendor.mood = mood
        async with wiring.running() as engine:
            await polls(engine, owner, clock, hours * HOUR)
    assert heard(owner) == [("provider_outage", "new"), ("provider_outage", "resolved")]
    assert {one.condition.subject for one in owner.alerts} == {"openrouter"}


async def test_an_outage_of_half_an_hour_is_not_told(wiring: Wiring, clock: MovableClock) -> None:
    vendor, owner = Vendor(wiring, "openrouter", "deepseek"), Reader()
    async with wiring.running() as engine:
        for mood, times in (("good", 1), ("openrouter", 2), ("good", 8)):
            vendor.mood = mood
            await polls(engine, owner, clock, times)
    assert heard(owner) == []


async def test_when_nobody_can_be_reached_it_is_our_network_and_told_once(
    wiring: Wiring, clock: MovableClock
) -> None:
    vendor, owner = Vendor(wiring, "openrouter", "deepseek", "venice"), Reader()
    async with wiring.running() as engine:
        for mood, hours in (("good", 1), ("down", 9), ("good", 2)):
            vendor.mood = mood
            await polls(engine, owner, clock, hours * HOUR)
    assert heard(owner) == [("data_stopped", "new"), ("data_stopped", "resolved")]
    assert {one.condition.subject for one in owner.alerts} == {"*"}


async def test_old_figures_make_no_alert_but_the_one_that_says_so(
    wiring: Wiring, clock: MovableClock
) -> None:
    vendor, owner = Vendor(wiring, "openrouter"), Reader()
    async with wiring.running() as engine:
        await polls(engine, owner, clock, HOUR)
        vendor.mood = "refusing"
        await polls(engine, owner, clock, HOUR)
        wiring.thresholds = Thresholds(balance=dollars(10))
        await polls(engine, owner, clock, 5 * HOUR)
    assert heard(owner) == [("data_stopped", "new")]


async def test_an_outage_stays_shown_between_the_rare_tries(wiring: Wiring, clock: MovableClock) -> None:
    vendor, owner = Vendor(wiring, "openrouter"), Reader()
    async with wiring.running() as engine:
        await polls(engine, owner, clock, 1)
        vendor.mood = "down"
        await polls(engine, owner, clock, 3 * HOUR)
        clock.move(5 * 3600)
        shown = (await engine.dashboard.cached()).alerts
    assert [one.condition.kind for one in shown] == ["provider_outage"]


async def test_a_window_that_was_nearly_used_up_tells_that_it_has_begun_anew(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, wiring.thresholds = Reader(), Thresholds(window_percents=(Decimal(80),))
    begun_ms = clock.now_ms()
    used = iter([50, 90, 90, 40, 95, 1, 1, 1, 1, 2])
    """The fall to 40 is a recount within the window."""

    async def told(access: Access) -> Snapshot:
        nonlocal begun_ms
        percent = next(used)
        if percent == 1 and access.now_ms - begun_ms > 3600_000:
            begun_ms = access.now_ms
        end_ms = begun_ms + 5 * 3600_000
        window = UsageWindow(name="5h", used_percent=Decimal(percent), resets_ms=end_ms, duration_s=5 * 3600)
        return answer(access, windows=(window,))

    wiring.accounts = [holding(provider_that(told))]
    async with wiring.running() as engine:
        await polls(engine, owner, clock, 10, everyone=True)
        shown = (await engine.dashboard.cached()).alerts
    assert heard(owner) == [("window_used", "new"), ("window_reset", "new")]
    assert shown == ()
