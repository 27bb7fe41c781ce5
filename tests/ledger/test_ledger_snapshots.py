"""Accounts: the last good answer, what is wrong since, and the history of figures."""

import random
from decimal import Decimal

from ledger_world import NOON, Stored

from token_dashboard.ledger import Ledger
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.model.snapshot import Balance, Cap, Snapshot, Spend, SpendPeriod, UsageWindow
from token_dashboard.model.status import Problem

FULL = Snapshot(
    provider="openrouter",
    account="main ✓",
    taken_ms=NOON,
    balances=(Balance(money=Money(-9_007_199_254_740_993), scope="account"),),
    spends=(Spend(money=Money(1, "CNY"), period=SpendPeriod.DAY, scope="key", is_partial=False),),
    windows=(
        UsageWindow(name="5h", used_percent=Decimal("42.10"), resets_ms=NOON + 1, duration_s=18_000),
        UsageWindow(name="7d", used_percent=Decimal("100.000000000000000000001")),
    ),
    caps=(
        Cap(limit=Money(5), remaining=None, scope="key", period=SpendPeriod.MONTH, resets_ms=7),
        Cap(limit=Money(5), remaining=Money(4), scope="account"),
    ),
    notes=("needs-management-key",),
)


def holding(nanos: int, at_ms: int, account: str = "main", scope: str = "account") -> Snapshot:
    balance = Balance(money=Money(nanos), scope=scope)
    return Snapshot(provider="openrouter", account=account, taken_ms=at_ms, balances=(balance,))


async def save(ledger: Ledger, snapshot: Snapshot) -> None:
    await ledger.snapshots.save(snapshot, name="OpenRouter", next_check_ms=snapshot.taken_ms + HOUR_MS)


async def history(ledger: Ledger, since_ms: int = 0) -> list[tuple[int, int]]:
    return await ledger.snapshots.balances("openrouter", "main", "account", "USD", since_ms)


async def test_a_snapshot_comes_back_exactly(ledger: Ledger) -> None:
    await save(ledger, FULL)
    (record,) = await ledger.snapshots.latest()
    assert record.snapshot == FULL
    assert [str(one.used_percent) for one in record.snapshot.windows] == [
        "42.10",
        "100.000000000000000000001",
    ]
    assert (record.provider, record.name, record.checked_ms) == ("openrouter", "OpenRouter", NOON)
    assert (record.attempted_ms, record.problem, record.failures) == (NOON, None, 0)
    assert record.next_check_ms == NOON + HOUR_MS


async def test_a_failure_keeps_the_last_good_answer_and_counts(ledger: Ledger) -> None:
    await save(ledger, FULL)
    for minute in (1, 2, 3):
        at_ms = NOON + minute * MINUTE_MS
        problem = Problem(key="provider_unavailable", since_ms=at_ms, params={"reason": f"try {minute}"})
        failures = await ledger.snapshots.fail(
            "openrouter", "main ✓", name="OpenRouter", problem=problem, at_ms=at_ms, next_check_ms=at_ms + 1
        )
        assert failures == minute
    (record,) = await ledger.snapshots.latest()
    assert record.snapshot == FULL
    assert (record.checked_ms, record.attempted_ms) == (NOON, NOON + 3 * MINUTE_MS)
    assert record.problem == Problem(
        key="provider_unavailable", since_ms=NOON + MINUTE_MS, params={"reason": "try 3"}
    )
    assert (record.failures, record.next_check_ms) == (3, NOON + 3 * MINUTE_MS + 1)


async def test_another_problem_begins_anew(ledger: Ledger) -> None:
    for at_ms, key in ((NOON, "rate_limited"), (NOON + 1, "credentials_rejected")):
        problem = Problem(key=key, since_ms=at_ms)
        await ledger.snapshots.fail("x", "a", name="X", problem=problem, at_ms=at_ms, next_check_ms=0)
    (record,) = await ledger.snapshots.latest()
    assert record.problem == Problem(key="credentials_rejected", since_ms=NOON + 1)
    assert (record.snapshot, record.checked_ms, record.failures) == (None, None, 2)


async def test_success_ends_the_problem(ledger: Ledger) -> None:
    problem = Problem(key="rate_limited", since_ms=1)
    await ledger.snapshots.fail("openrouter", "main ✓", name="O", problem=problem, at_ms=1, next_check_ms=2)
    await save(ledger, FULL)
    (record,) = await ledger.snapshots.latest()
    assert (record.problem, record.failures, record.snapshot) == (None, 0, FULL)


async def test_a_thousand_equal_answers_with_jittering_resets_are_one_row_a_figure(
    ledger: Ledger, stored: Stored
) -> None:
    chance = random.Random(3)
    for poll in range(1000):
        snapshot = Snapshot(
            provider="claude",
            account="a",
            taken_ms=NOON + poll * 1000,
            balances=FULL.balances,
            spends=FULL.spends,
            windows=(
                UsageWindow(
                    name="5h",
                    used_percent=Decimal("42.0") if poll % 2 else Decimal(42),
                    resets_ms=NOON + HOUR_MS + chance.randrange(5000),
                ),
            ),
        )
        await save(ledger, snapshot)
    for table in ("balance_history", "window_history", "spend_history"):
        assert await stored.look(f"select count(*) from {table}") == [(1,)]
    assert await ledger.snapshots.windows("claude", "a", "5h", 0) == [
        (NOON, Decimal(42)),
        (NOON + 999_000, Decimal(42)),
    ]


async def test_a_history_tells_each_change_and_until_when_the_last_figure_was_confirmed(
    ledger: Ledger,
) -> None:
    for hour, nanos in enumerate((9, 9, 9, 7, 7, 50)):
        await save(ledger, holding(nanos, hour * HOUR_MS))
    assert await history(ledger) == [
        (0, 9),
        (2 * HOUR_MS, 9),
        (3 * HOUR_MS, 7),
        (4 * HOUR_MS, 7),
        (5 * HOUR_MS, 50),
    ]


async def test_what_held_when_the_history_begins_stands_at_its_beginning(ledger: Ledger) -> None:
    for day, nanos in ((0, 9), (10, 9), (11, 7)):
        await save(ledger, holding(nanos, day * DAY_MS))
    assert await history(ledger, 4 * DAY_MS) == [(4 * DAY_MS, 9), (10 * DAY_MS, 9), (11 * DAY_MS, 7)]
    assert await history(ledger, 10 * DAY_MS + 5) == [(10 * DAY_MS, 9), (11 * DAY_MS, 7)]
    assert await history(ledger, 20 * DAY_MS) == [(11 * DAY_MS, 7)]


async def test_answers_of_a_clock_that_was_set_back_fall_into_their_place(ledger: Ledger) -> None:
    for at_ms, nanos in ((100, 9), (50, 8), (60, 8), (100, 7)):
        await save(ledger, holding(nanos, at_ms))
    assert await history(ledger) == [(50, 8), (60, 8), (100, 7)]


async def test_accounts_scopes_and_currencies_have_histories_of_their_own(ledger: Ledger) -> None:
    await save(ledger, holding(1, 1))
    await save(ledger, holding(2, 2, account="other"))
    await save(ledger, holding(3, 3, scope="key"))
    assert await history(ledger) == [(1, 1)]
    assert await ledger.snapshots.balances("openrouter", "main", "account", "EUR", 0) == []


async def test_spend_is_the_last_figure_of_each_utc_day(ledger: Ledger) -> None:
    def spent(nanos: int, at_ms: int) -> Snapshot:
        day = Spend(money=Money(nanos), period=SpendPeriod.DAY, scope="key")
        month = Spend(money=Money(nanos + 100), period=SpendPeriod.MONTH, scope="key")
        return Snapshot(provider="o", account="a", taken_ms=at_ms, spends=(day, month))

    for hours, nanos in ((1, 10), (23, 40), (25, 3), (49, 3)):
        await save(ledger, spent(nanos, hours * HOUR_MS))
    found = await ledger.snapshots.spends("o", "a", "key", "USD", SpendPeriod.DAY, 0)
    assert found == [(0, 40), (DAY_MS, 3), (2 * DAY_MS, 3)]
    since = await ledger.snapshots.spends("o", "a", "key", "USD", SpendPeriod.MONTH, DAY_MS + 5)
    assert since == [(DAY_MS, 103), (2 * DAY_MS, 103)]
