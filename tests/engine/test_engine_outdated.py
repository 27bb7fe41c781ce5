"""Figures of a day, week or month that is over by now, and of windows that have begun anew since."""

from decimal import Decimal

import pytest
from engine_wiring import Wiring
from movable_clock import MovableClock
from own_providers import answer, holding, provider_that

from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Snapshot, Spend, SpendPeriod, UsageWindow
from token_dashboard.providers._access import Access

HOUR_S = 3600


async def later(wiring: Wiring, clock: MovableClock, hours: float, **told: object) -> Snapshot:
    """What is shown of an account hours after its last answer, which came at noon on Friday the 20th."""

    async def tell(access: Access) -> Snapshot:
        return answer(access, **told)

    clock.move(-50.5 * HOUR_S)
    wiring.accounts = [holding(provider_that(tell))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        clock.move(hours * HOUR_S)
        (account,) = (await engine.dashboard.cached()).accounts
    assert account.snapshot is not None
    return account.snapshot


@pytest.mark.parametrize(
    ("hours", "left"),
    [
        (11, list(SpendPeriod)),
        (13, [SpendPeriod.WEEK, SpendPeriod.MONTH, SpendPeriod.LIFETIME]),
        (3 * 24, [SpendPeriod.MONTH, SpendPeriod.LIFETIME]),
        (11 * 24, [SpendPeriod.LIFETIME]),
        (366 * 24, [SpendPeriod.LIFETIME]),
    ],
    ids=["the same day", "the day after", "the week after", "the month after", "a year later"],
)
async def test_spend_of_a_period_that_is_over_is_not_shown_as_the_running_one(
    wiring: Wiring, clock: MovableClock, hours: float, left: list[SpendPeriod]
) -> None:
    spends = tuple(Spend(money=Money(5), period=period, scope="key") for period in SpendPeriod)
    shown = await later(wiring, clock, hours, spends=spends)
    assert [one.period for one in shown.spends] == left


@pytest.mark.parametrize(("hours", "is_over"), [(4, False), (5, True)])
async def test_a_window_known_by_its_length_alone_is_reset_when_that_has_passed(
    wiring: Wiring, clock: MovableClock, hours: float, is_over: bool
) -> None:
    window = UsageWindow(name="5h", used_percent=Decimal(90), duration_s=5 * HOUR_S)
    (shown,) = (await later(wiring, clock, hours, windows=(window,))).windows
    assert (shown.resets_ms is not None, shown.is_reset_inferred) == (is_over, is_over)


async def test_what_the_vendor_said_of_a_reset_and_windows_without_any_are_left_as_they_are(
    wiring: Wiring, clock: MovableClock
) -> None:
    windows = (
        UsageWindow(name="7d", used_percent=Decimal(1), duration_s=HOUR_S, resets_ms=9 * 10**12),
        UsageWindow(name="window", used_percent=Decimal(2)),
    )
    assert (await later(wiring, clock, 9000, windows=windows)).windows == windows
