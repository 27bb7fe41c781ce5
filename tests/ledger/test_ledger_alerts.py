"""Alerts: each crossing is told once, by one process, and ends only when its figure was judged."""

import asyncio
from decimal import Decimal
from pathlib import Path

from ledger_world import NOON, SetClock

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS

KEY = "low_balance:openrouter:main:account:USD"


def low(key: str = KEY, *, severity: Severity = Severity.WARNING, nanos: int = 3_210_000_000) -> Condition:
    return Condition(
        key=key,
        kind=AlertKind.LOW_BALANCE,
        severity=severity,
        subject="openrouter",
        money=Money(nanos),
        threshold=Money(10_000_000_000),
        per_day=Money(4),
        empty_ms=NOON + DAY_MS,
    )


async def test_a_crossing_is_new_once_and_stands_until_it_is_resolved(ledger: Ledger) -> None:
    assert await ledger.alerts.settle([low()], {KEY}, NOON) == (
        Alert(condition=low(), state=AlertState.NEW, since_ms=NOON),
    )
    assert await ledger.alerts.settle([low(nanos=5)], {KEY}, NOON + 1) == ()
    (standing,) = await ledger.alerts.standing()
    assert standing == Alert(condition=low(nanos=5), state=AlertState.ONGOING, since_ms=NOON)
    over = Alert(condition=low(nanos=5), state=AlertState.RESOLVED, since_ms=NOON, resolved_ms=NOON + 2)
    assert await ledger.alerts.settle([], {KEY}, NOON + 2) == (over,)
    assert await ledger.alerts.settle([], {KEY}, NOON + 3) == ()
    assert await ledger.alerts.standing() == (over,)


async def test_a_restart_tells_nothing_again(path: Path, clock: SetClock) -> None:
    for expected in (1, 0):
        async with open_ledger(path, clock) as ledger:
            assert len(await ledger.alerts.settle([low()], {KEY}, NOON)) == expected


async def test_of_two_processes_that_see_a_crossing_one_may_tell_it(path: Path, clock: SetClock) -> None:
    async with open_ledger(path, clock) as one, open_ledger(path, clock) as other:
        for conditions in ([low()], []):
            told = await asyncio.gather(
                *(ledger.alerts.settle(conditions, {KEY}, NOON) for ledger in (one, other, one, other))
            )
            assert sorted(map(len, told)) == [0, 0, 0, 1]


async def test_what_was_not_judged_is_not_resolved(ledger: Ledger) -> None:
    await ledger.alerts.settle([low()], {KEY}, NOON)
    unrelated = {"low_balance:openrouter:main:account:US", "high_spend:openrouter:", "openrouter"}
    assert await ledger.alerts.settle([], unrelated, NOON + 1) == ()
    (standing,) = await ledger.alerts.standing()
    assert standing.state is AlertState.ONGOING


async def test_the_beginning_of_a_key_judges_all_that_begin_so(ledger: Ledger) -> None:
    days = [low(f"high_spend:{provider}:2025-11-2{day}") for provider in "ab" for day in (1, 2)]
    await ledger.alerts.settle(days, (), NOON)
    changed = await ledger.alerts.settle([days[1]], {"high_spend:a:"}, NOON + 1)
    assert [(one.condition.key, one.state) for one in changed] == [
        ("high_spend:a:2025-11-21", AlertState.RESOLVED)
    ]


async def test_growing_worse_is_told_once_even_if_it_wavers(ledger: Ledger) -> None:
    told = []
    for at_ms, severity in enumerate(
        (Severity.WARNING, Severity.CRITICAL, Severity.WARNING, Severity.CRITICAL)
    ):
        changed = await ledger.alerts.settle([low(severity=severity)], {KEY}, at_ms)
        told += [(one.condition.severity, one.state, one.since_ms) for one in changed]
    assert told == [(Severity.WARNING, AlertState.NEW, 0), (Severity.CRITICAL, AlertState.NEW, 0)]


async def test_a_crossing_that_comes_back_is_new_again(ledger: Ledger) -> None:
    await ledger.alerts.settle([low(severity=Severity.CRITICAL)], {KEY}, NOON)
    await ledger.alerts.settle([], {KEY}, NOON + 1)
    (again,) = await ledger.alerts.settle([low()], {KEY}, NOON + 2)
    assert (again.state, again.since_ms, again.resolved_ms) == (AlertState.NEW, NOON + 2, None)
    (standing,) = await ledger.alerts.standing()
    assert (standing.state, standing.since_ms) == (AlertState.ONGOING, NOON + 2)


async def test_a_resolved_alert_stands_for_a_day(ledger: Ledger, clock: SetClock) -> None:
    await ledger.alerts.settle([low()], {KEY}, NOON)
    await ledger.alerts.settle([], {KEY}, NOON)
    clock.time_ms = NOON + DAY_MS
    assert len(await ledger.alerts.standing()) == 1
    clock.time_ms = NOON + DAY_MS + 1
    assert await ledger.alerts.standing() == ()


async def test_a_window_condition_comes_back_exactly(ledger: Ledger) -> None:
    condition = Condition(
        key="window_used:claude:a:5h:90",
        kind=AlertKind.WINDOW_USED,
        severity=Severity.CRITICAL,
        subject="claude",
        percent=Decimal("90.10"),
        threshold_percent=Decimal(90),
        window="5h",
    )
    await ledger.alerts.settle([condition], (), NOON)
    (standing,) = await ledger.alerts.standing()
    assert standing.condition == condition
    assert str(standing.condition.percent) == "90.10"
