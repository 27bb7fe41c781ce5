"""Several accounts of one provider, their keys, and who is asked when."""

from datetime import date, timedelta

from engine_wiring import INTERVAL_S, Wiring, account_at
from movable_clock import MovableClock
from own_providers import answer, holding, provider_that, records
from vendor_server import VendorServer

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Balance, DailyCost, Snapshot, Spend, SpendPeriod
from token_dashboard.model.status import Account, Status
from token_dashboard.providers._access import Access

DAY_S = 86_400


def account(status: Status, name: str) -> Account:
    return next(one for one in status.accounts if one.account == name)


async def test_each_account_is_asked_with_its_own_key_and_kept_for_itself(
    wiring: Wiring, vendor: VendorServer
) -> None:
    async with VendorServer.playing("openrouter", "negative-balance") as other:
        wiring.accounts.append(account_at(other, "work", label="The other one"))
        async with wiring.running() as engine:
            await engine.collector.collect()
            status = await engine.dashboard.cached()
    assert [(one.account, one.name) for one in status.accounts] == [
        ("default", "OpenRouter"),
        ("work", "The other one"),
    ]
    amounts = [one.snapshot.balances[0].money.amount for one in status.accounts if one.snapshot]
    assert amounts == ["3.21", "-1.20"]
    assert [one.runways[0].account for one in status.accounts] == ["default", "work"]


async def test_an_account_that_fails_leaves_the_others_of_its_provider_alone(
    wiring: Wiring, vendor: VendorServer
) -> None:
    async with VendorServer.playing("openrouter", "429-seconds") as other:
        wiring.accounts.append(account_at(other, "work"))
        async with wiring.running() as engine:
            await engine.collector.collect()
            vendor.requests.clear()
            other.requests.clear()
            await engine.collector.collect(everyone=True)
            found = await records(engine)
    assert vendor.requests
    assert not other.requests
    assert found["default"].problem is None
    assert found["work"].problem is not None
    assert found["work"].problem.params["provider"] == "OpenRouter work"


async def test_an_account_that_is_held_back_or_switched_off_is_neither_asked_nor_shown(
    wiring: Wiring,
) -> None:
    async def unasked(access: Access) -> Snapshot:
        raise AssertionError(access)

    provider = provider_that(unasked)
    wiring.accounts = [
        holding(provider, "held", held_back_by="allowUndocumented"),
        holding(provider, "off", is_enabled=False),
        holding(provider, "nowhere", base_url=None, held_back_by="baseUrl"),
    ]
    async with wiring.running() as engine:
        await engine.collector.collect(everyone=True)
        assert await engine.collector.next_check_ms() is None
        assert (await engine.dashboard.cached()).accounts == ()
        (info,) = await engine.dashboard.providers()
    assert [one.account for one in info.accounts] == ["held", "nowhere", "off"]


async def test_what_the_books_add_up_to_stands_where_the_vendor_tells_no_sum(
    wiring: Wiring, clock: MovableClock
) -> None:
    async def books(access: Access) -> Snapshot:
        month = access.today.replace(day=1)
        days = [month - timedelta(days=1), month, access.today]
        costs = [
            DailyCost(day=day, scope="organization", money=Money(nanos), is_partial=day == access.today)
            for day, nanos in zip(days, (100, 20, 3), strict=True)
        ]
        told = Spend(money=Money(2), period=SpendPeriod.DAY, scope="key")
        return answer(access, daily_costs=tuple(costs), spends=(told,))

    wiring.accounts = [holding(provider_that(books))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        (shown,) = (await engine.dashboard.cached()).accounts
        assert shown.snapshot is not None
        clock.move(DAY_S)
        (later,) = (await engine.dashboard.cached()).accounts
        assert later.snapshot is not None
    assert [(one.period, one.scope, one.money.nanos, one.is_partial) for one in shown.snapshot.spends] == [
        (SpendPeriod.DAY, "key", 2, True),
        (SpendPeriod.DAY, "organization", 3, True),
        (SpendPeriod.MONTH, "organization", 23, True),
    ]
    assert [one.scope for one in later.snapshot.spends if one.period is SpendPeriod.DAY] == []


async def test_books_that_are_behind_what_a_key_has_spent_already_add_up_to_nothing(wiring: Wiring) -> None:
    async def books(access: Access) -> Snapshot:
        cost = DailyCost(day=access.today.replace(day=1), scope="account", money=Money(5))
        told = Spend(money=Money(6), period=SpendPeriod.MONTH, scope="key")
        return answer(access, daily_costs=(cost,), spends=(told,))

    wiring.accounts = [holding(provider_that(books))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        (shown,) = (await engine.dashboard.cached()).accounts
    assert shown.snapshot is not None
    assert [one.scope for one in shown.snapshot.spends if one.period is SpendPeriod.MONTH] == ["key"]


async def test_two_keys_of_one_wallet_are_one_wallet(wiring: Wiring) -> None:
    async def purse(access: Access) -> Snapshot:
        own = Balance(money=Money(2 * 10**9), scope="key")
        shared = Balance(money=Money(10**9), scope="account")
        return answer(access, balances=(shared, own), wallet=access.wallet("org-1"))

    wiring.accounts = [holding(provider_that(purse), one, one) for one in ("default", "work")]
    wiring.thresholds = Thresholds(balance=Money(5 * 10**9))
    async with wiring.running() as engine:
        await engine.collector.collect()
        status = await engine.dashboard.cached()
        burn = await engine.dashboard.burn()
    assert [one.shares_wallet_with for one in status.accounts] == [None, "Some"]
    told = [(one.account, one.scope) for one in burn.runways]
    assert told == [("default", "account"), ("default", "key"), ("work", "key")]
    warned = sorted(one.condition.key for one in status.alerts)
    assert warned == [
        "low_balance:some:default:account:USD",
        "low_balance:some:default:key:USD",
        "low_balance:some:work:key:USD",
    ]


async def test_a_threshold_holds_for_each_account_by_itself(wiring: Wiring) -> None:
    async def told(access: Access) -> Snapshot:
        low = access.account == "low"
        day = Spend(money=Money(1 if low else 7 * 10**9), period=SpendPeriod.DAY, scope="account")
        return answer(access, nanos=10**9 if low else 90 * 10**9, spends=(day,))

    wiring.accounts = [holding(provider_that(told), one, one) for one in ("low", "spent")]
    wiring.thresholds = Thresholds(balance=Money(5 * 10**9), daily_spend=Money(5 * 10**9))
    async with wiring.running() as engine:
        await engine.collector.collect()
        alerts = (await engine.dashboard.cached()).alerts
        names = engine.dashboard.names
    today = date(2026, 11, 22)
    assert {(one.condition.key, one.condition.account) for one in alerts} == {
        ("low_balance:some:low:account:USD", "low"),
        (f"high_spend:some:spent:{today}", "spent"),
    }
    assert (names["some"], names["some:low"]) == ("Some", "Some low")


async def test_a_stale_account_keeps_its_own_alert_and_no_other_accounts(
    wiring: Wiring, clock: MovableClock
) -> None:
    failing: set[str] = set()

    async def told(access: Access) -> Snapshot:
        if access.account in failing:
            raise access.unavailable("gone")
        return answer(access, nanos=1 if not failing else 90 * 10**9)

    wiring.accounts = [holding(provider_that(told), one, one) for one in ("a", "b")]
    wiring.thresholds = Thresholds(balance=Money(5 * 10**9))
    async with wiring.running() as engine:
        await engine.collector.collect()
        desk = AlertDesk(engine.ledger, clock, Courier(engine.ledger, clock))
        await desk.settle(await engine.dashboard.judgement())
        failing.add("a")
        clock.move(3 * INTERVAL_S)
        await engine.collector.collect(everyone=True)
        status = await engine.dashboard.cached()
    assert [one.condition.account for one in status.alerts] == ["a"]
