"""What was seen of accounts, as reports read it."""

from decimal import Decimal

from ledger_world import NOON

from token_dashboard.ledger import Ledger
from token_dashboard.model.account_history import FigureKind
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period
from token_dashboard.model.snapshot import Balance, Snapshot, Spend, SpendPeriod, UsageWindow

DAY = Period(NOON - DAY_MS // 2, NOON + DAY_MS // 2)


def a_snapshot(taken_ms: int, left: int, percent: str) -> Snapshot:
    return Snapshot(
        provider="claude-oauth",
        account="default",
        taken_ms=taken_ms,
        balances=(Balance(money=Money(left, "CNY"), scope="account"),),
        windows=(UsageWindow(name="5h", used_percent=Decimal(percent)),),
        spends=(Spend(money=Money(5), period=SpendPeriod.MONTH, scope="account"),),
    )


async def save(ledger: Ledger, *snapshots: Snapshot) -> None:
    for one in snapshots:
        await ledger.snapshots.save(one, name="Claude", next_check_ms=0)


async def test_every_figure_tells_from_when_to_when_it_held(ledger: Ledger) -> None:
    await save(
        ledger,
        a_snapshot(NOON, 300, "10"),
        a_snapshot(NOON + HOUR_MS, 300, "12.5"),
        a_snapshot(NOON + 2 * HOUR_MS, 200, "12.5"),
    )
    found = await ledger.account_history.readings(DAY)
    told = [
        (one.figure.kind, one.value, (one.first_ms - NOON) // HOUR_MS, (one.last_ms - NOON) // HOUR_MS)
        for one in found
    ]
    assert told == [
        (FigureKind.BALANCE, Money(300, "CNY"), 0, 1),
        (FigureKind.BALANCE, Money(200, "CNY"), 2, 2),
        (FigureKind.SPEND, Money(5), 2, 2),
        (FigureKind.WINDOW, Decimal(10), 0, 0),
        (FigureKind.WINDOW, Decimal("12.5"), 1, 2),
    ]


async def test_what_was_seen_before_or_after_a_period_is_not_in_it(ledger: Ledger) -> None:
    await save(ledger, a_snapshot(NOON - 3 * DAY_MS, 300, "10"), a_snapshot(NOON + 3 * DAY_MS, 200, "20"))
    assert await ledger.account_history.readings(DAY) == ()
