"""Budgets and the spend of a month, from requests in a real ledger to what the owner is told."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from alert_world import Reader, at, dollars
from engine_wiring import Engine, Wiring
from movable_clock import MovableClock

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.ports import Channel
from token_dashboard.model.alert import Alert
from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.budget import Budget, BudgetPeriod, Scope, UnpricedPolicy, Verdict
from token_dashboard.model.money import Money
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Snapshot, Spend, SpendPeriod
from token_dashboard.model.usage import UsageEvent, event_key

KOLKATA = ZoneInfo("Asia/Kolkata")
"""Its days begin at half past the hour, UTC."""
DAILY = Budget(name="daily", period=BudgetPeriod.DAY, amount=dollars(10))


@pytest.fixture(autouse=True)
def nobody_is_asked(wiring: Wiring) -> None:
    wiring.accounts = []


async def use(
    engine: Engine,
    spent: float | None,
    *,
    provider: str = "anthropic",
    model: str = "claude-opus-4-5",
    owner: Attribution = NOBODY,
    time_ms: int | None = None,
) -> None:
    """One request that costs so many dollars, a million tokens long; ``None``: nobody knows its price."""
    before = (await engine.ledger.usage.totals(None)).requests
    event = UsageEvent(
        key=event_key("claude-code", f"m{before}", "r"),
        time_ms=engine.clock.now_ms() if time_ms is None else time_ms,
        source="log",
        agent="claude-code",
        provider=provider,
        model=model,
        input_tokens=1_000_000,
        output_tokens=0,
        attribution=owner,
        list_cost_nanos=None if spent is None else dollars(spent).nanos,
        price_date=None if spent is None else "2026-11-01",
    )
    await engine.ledger.usage.record([event])


async def look(engine: Engine, owner: Reader) -> None:
    courier = Courier(engine.ledger, engine.clock)
    courier.add(Channel(notifier=owner))
    await AlertDesk(engine.ledger, engine.clock, courier).settle(await engine.dashboard.judgement())
    await courier.deliver()


def steps(alerts: Sequence[Alert]) -> list[tuple[str, Decimal | None]]:
    return [(one.state.value, one.condition.threshold_percent) for one in alerts]


async def test_a_daily_budget_in_a_half_hour_zone_tells_each_step_of_each_day_once(
    wiring: Wiring, clock: MovableClock
) -> None:
    owner, wiring.tz, wiring.budgets = Reader(), KOLKATA, (DAILY,)
    crossed = [("new", 50), ("escalated", 80), ("escalated", 100)]
    clock.time_ms = at("2026-11-20 23:45", KOLKATA)
    async with wiring.running() as engine:
        await use(engine, 9.9)
        await look(engine, Reader(name="of the day before"))
    for day in range(2):
        clock.time_ms = at(f"2026-11-{21 + day} 00:15", KOLKATA)
        for spent in (4.99, 0.01, 2.99, 0.01, 1.99, 0.01, 50):
            async with wiring.running() as engine:  # a restart between any two
                await use(engine, spent)
                await look(engine, owner)
                await look(engine, owner)
            clock.move(3600)
    assert steps(owner.alerts) == crossed * 2


async def test_what_was_spent_up_to_midnight_of_the_budgets_own_zone_is_of_the_day_before(
    wiring: Wiring, clock: MovableClock
) -> None:
    wiring.budgets = (replace(DAILY, time_zone=KOLKATA.key),)
    clock.time_ms = at("2026-11-21 12:00", KOLKATA)
    async with wiring.running() as engine:
        await use(engine, 9, time_ms=at("2026-11-20 23:59", KOLKATA))
        await use(engine, 5, time_ms=at("2026-11-21 00:00", KOLKATA))
        (state,) = await engine.judge.budgets.states(clock.now_ms())
    assert (state.spent, state.left, state.verdict) == (dollars(5), dollars(5), Verdict.GO)


@pytest.mark.parametrize(
    "scope",
    [
        Scope(provider="openai"),
        Scope(model="gpt-5.2"),
        Scope(agent="claude-code", provider="openai"),
        Scope(app="shop"),
        Scope(project="/srv/shop"),
        Scope(user="ada"),
        Scope(feature="search"),
        Scope(team="growth", user="ada"),
        Scope(sender="ann"),
    ],
)
async def test_a_scope_counts_what_matches_all_of_it(wiring: Wiring, scope: Scope) -> None:
    mine = Attribution(
        app="shop", project="/srv/shop", user="ada", feature="search", team="growth", sender="ann"
    )
    wiring.budgets = (replace(DAILY, scope=scope), replace(DAILY, name="all"))
    async with wiring.running() as engine:
        await use(engine, 1, owner=Attribution(user="bob", team="growth"))
        await use(engine, 4, provider="openai", model="gpt-5.2", owner=mine)
        scoped, everything = await engine.judge.budgets.states(engine.clock.now_ms())
    assert (scoped.spent, everything.spent) == (dollars(4), dollars(5))


async def test_a_model_without_a_price_is_named_once_a_period(wiring: Wiring, clock: MovableClock) -> None:
    owner, wiring.budgets = Reader(), (DAILY,)
    async with wiring.running() as engine:
        for _ in range(2):
            await use(engine, None, model="house-blend")
            await use(engine, 1)
            await look(engine, owner)
        (state,) = await engine.judge.budgets.states(clock.now_ms())
    (told,) = owner.alerts
    assert told.condition.kind == "unpriced_usage"
    assert [(one.name, one.after) for one in told.condition.causes] == [("house-blend", Decimal(1_000_000))]
    assert (state.spent, state.verdict) == (dollars(2), Verdict.UNKNOWN)


@pytest.mark.parametrize(
    ("policy", "spent", "verdict"),
    [
        (UnpricedPolicy.ASK, None, Verdict.UNKNOWN),
        (UnpricedPolicy.DENY, None, Verdict.STOP),
        (UnpricedPolicy.IGNORE, dollars(0), Verdict.GO),
        (UnpricedPolicy.ASSUME_MAX, dollars(600), Verdict.STOP),
    ],
)
async def test_where_nothing_has_a_price_the_policy_says_what_it_counts_for(
    wiring: Wiring, policy: UnpricedPolicy, spent: Money | None, verdict: Verdict
) -> None:
    wiring.budgets = (replace(DAILY, unpriced=policy),)
    async with wiring.running() as engine:
        await use(engine, None, model="house-blend")
        (state,) = await engine.judge.budgets.states(engine.clock.now_ms())
    assert (state.spent, state.verdict) == (spent, verdict)


async def test_a_budget_that_was_removed_is_over_without_a_word(wiring: Wiring) -> None:
    owner, wiring.budgets = Reader(), (DAILY,)
    async with wiring.running() as engine:
        await use(engine, 6)
        await look(engine, owner)
        assert len((await engine.dashboard.alerts()).standing) == 1
    wiring.budgets = ()
    async with wiring.running() as engine:
        await look(engine, owner)
        alerts = await engine.dashboard.alerts()
        (known,) = await engine.ledger.alerts.standing()
    assert steps(owner.alerts) == [("new", 50)]
    assert (alerts.standing, len(alerts.resolved), known.state) == ((), 1, "resolved")


async def test_a_months_spend_by_the_logs_is_told_once_a_month(wiring: Wiring, clock: MovableClock) -> None:
    owner, wiring.thresholds = Reader(), Thresholds(monthly_spend=dollars(10))
    async with wiring.running() as engine:
        for day in ("2026-11-02", "2026-11-20", "2026-11-29", "2026-12-01", "2026-12-02"):
            clock.time_ms = at(f"{day} 12:00")
            await use(engine, 6)
            await look(engine, owner)
    assert [(one.condition.key, one.condition.money) for one in owner.alerts] == [
        ("high_month_spend:anthropic:2026-11", dollars(12)),
        ("high_month_spend:anthropic:2026-12", dollars(12)),
    ]


async def test_what_the_vendor_says_of_its_month_goes_before_the_logs(
    wiring: Wiring, clock: MovableClock
) -> None:
    """At Tokyo's first morning of December the vendor's November still runs."""
    wiring.tz, wiring.thresholds = ZoneInfo("Asia/Tokyo"), Thresholds(monthly_spend=dollars(10))
    clock.time_ms = at("2026-11-30 16:00")
    async with wiring.running() as engine:
        await use(engine, 99)
        spend = Spend(money=dollars(11), period=SpendPeriod.MONTH, scope="account")
        said = Snapshot(provider="anthropic", account="default", taken_ms=clock.now_ms(), spends=(spend,))
        judgement = engine.judge.judge([said], [], await logged(engine), clock.now_ms())
    (condition,) = judgement.conditions
    assert (condition.key, condition.money) == ("high_month_spend:anthropic:default:2026-11", dollars(11))


async def logged(engine: Engine) -> dict[SpendPeriod, dict[str, Totals]]:
    totals = {"anthropic": await engine.ledger.usage.totals(None)}
    return {SpendPeriod.DAY: totals, SpendPeriod.MONTH: totals}
