"""Vendors' daily figures: replaced day by day, summed by scope and currency, never mixed."""

from datetime import date, timedelta

from ledger_world import NOON

from token_dashboard.ledger import Ledger
from token_dashboard.model.money import MAX_NANOS, Money
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.snapshot import Balance, DailyCost, DailyUsage, Snapshot

MONDAY = date(2025, 11, 17)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
WHOSE = ("openai", "default")


def cost(
    day: date, nanos: int, currency: str = "USD", *, scope: str = "organization", line: str | None = None
) -> DailyCost:
    return DailyCost(day=day, scope=scope, money=Money(nanos, currency), line=line)


def used(day: date, tokens: int | None, model: str = "gpt-5.5") -> DailyUsage:
    return DailyUsage(day=day, scope="organization", model=model, input_tokens=tokens)


async def read(
    ledger: Ledger, *figures: DailyCost | DailyUsage, at_ms: int = NOON, whole_since: date | None = None
) -> None:
    """One reading of the vendor's books."""
    snapshot = Snapshot(
        provider="openai",
        account="default",
        taken_ms=at_ms,
        daily_costs=tuple(one for one in figures if isinstance(one, DailyCost)),
        daily_usage=tuple(one for one in figures if isinstance(one, DailyUsage)),
    )
    await ledger.snapshots.save(snapshot, name="OpenAI", next_check_ms=at_ms, books_since=whole_since)


async def costs(ledger: Ledger) -> list[DailyCost]:
    return [one for _, one in await ledger.facts.costs(MONDAY, WEDNESDAY)]


async def test_figures_come_back_as_they_were_told(ledger: Ledger) -> None:
    told = DailyUsage(
        day=TUESDAY,
        scope="organization",
        model="gpt-5.5",
        requests=3,
        input_tokens=10**17,
        cache_read_input_tokens=0,
        output_tokens=7,
        is_partial=True,
    )
    charged = DailyCost(
        day=TUESDAY, scope="organization", money=Money(-5, "EUR"), line="gpt-5.5, input", is_partial=True
    )
    await read(ledger, told, charged)
    assert await ledger.facts.usage(TUESDAY, TUESDAY) == [(WHOSE, told)]
    assert await ledger.facts.costs(TUESDAY, TUESDAY) == [(WHOSE, charged)]
    assert await ledger.facts.costs(MONDAY, MONDAY) == []


async def test_the_snapshot_that_is_kept_does_not_carry_them(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 5), used(MONDAY, 5))
    (record,) = await ledger.snapshots.latest()
    assert record.snapshot is not None
    assert (record.snapshot.daily_costs, record.snapshot.daily_usage) == ((), ())


async def test_a_day_that_is_told_again_is_replaced_whole_and_others_stay(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 5), cost(TUESDAY, 1, line="a"), cost(TUESDAY, 2, line="b"))
    await read(ledger, cost(TUESDAY, 9, line="a"), at_ms=NOON + 1)
    assert await costs(ledger) == [cost(MONDAY, 5), cost(TUESDAY, 9, line="a")]


async def test_the_same_day_of_another_scope_or_account_stays(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 5), cost(MONDAY, 1, scope="key"))
    await read(ledger, cost(MONDAY, 2, scope="key"), at_ms=NOON + 1)
    assert await costs(ledger) == [cost(MONDAY, 2, scope="key"), cost(MONDAY, 5)]


async def test_an_older_reading_that_comes_late_changes_nothing(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 9), at_ms=NOON)
    await read(ledger, cost(MONDAY, 5), cost(TUESDAY, 4), at_ms=NOON - 1)
    assert await costs(ledger) == [cost(MONDAY, 9), cost(TUESDAY, 4)]


async def test_a_day_without_rows_is_not_a_day_of_nothing(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 5))
    await read(ledger, at_ms=NOON + 1)
    assert await costs(ledger) == [cost(MONDAY, 5)]


async def test_another_keys_reading_does_not_leave_days_of_the_one_before(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 5), cost(TUESDAY, 6))
    await read(ledger, cost(WEDNESDAY, 1), at_ms=NOON + 1, whole_since=TUESDAY)
    assert await costs(ledger) == [cost(MONDAY, 5), cost(WEDNESDAY, 1)]


async def test_sums_keep_scopes_and_currencies_apart(ledger: Ledger) -> None:
    await read(
        ledger,
        cost(MONDAY, 5),
        cost(TUESDAY, -2),
        cost(TUESDAY, 4, "CNY"),
        cost(TUESDAY, 1, scope="key"),
    )
    assert await ledger.facts.spent(MONDAY, TUESDAY) == {
        WHOSE: [
            ("key", Money(1)),
            ("organization", Money(4, "CNY")),
            ("organization", Money(3)),
        ]
    }
    assert await ledger.facts.spent(WEDNESDAY, WEDNESDAY) == {}


async def test_sums_of_the_largest_amounts_are_exact(ledger: Ledger) -> None:
    await read(ledger, *(cost(MONDAY, MAX_NANOS, line=str(one)) for one in range(5)), cost(TUESDAY, -1))
    assert await ledger.facts.spent(MONDAY, TUESDAY) == {WHOSE: [("organization", Money(5 * MAX_NANOS - 1))]}


async def test_old_days_are_let_go(ledger: Ledger) -> None:
    await read(ledger, cost(MONDAY, 5), cost(TUESDAY, 6), used(MONDAY, 1), used(TUESDAY, None))
    await ledger.facts.prune(TUESDAY)
    assert await costs(ledger) == [cost(TUESDAY, 6)]
    assert await ledger.facts.usage(MONDAY, WEDNESDAY) == [(WHOSE, used(TUESDAY, None))]


async def test_a_key_of_another_payer_begins_a_history_of_its_own(ledger: Ledger) -> None:
    def held(nanos: int, wallet: str, at_ms: int) -> Snapshot:
        balance = Balance(money=Money(nanos), scope="account")
        return Snapshot(provider="o", account="a", taken_ms=at_ms, balances=(balance,), wallet=wallet)

    for day, (nanos, wallet) in enumerate([(90, "first"), (80, "first")]):
        await ledger.snapshots.save(held(nanos, wallet, day * DAY_MS), name="O", next_check_ms=0)
    assert await ledger.snapshots.balances("o", "a", "account", "USD", 0) == [(0, 90), (DAY_MS, 80)]
    await ledger.snapshots.save(held(3, "other", 2 * DAY_MS), name="O", next_check_ms=0)
    assert await ledger.snapshots.balances("o", "a", "account", "USD", 0) == [(2 * DAY_MS, 3)]
