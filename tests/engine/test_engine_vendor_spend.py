"""Which of the figures that a vendor tells of its spend a threshold is held against."""

import pytest
from engine_wiring import Wiring
from own_providers import answer, holding, provider_that

from token_dashboard.analysis.thresholds import Thresholds
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Snapshot, Spend, SpendPeriod
from token_dashboard.providers._access import Access


def spent(scope: str, dollars: int, currency: str = "USD") -> Spend:
    return Spend(money=Money(dollars * 10**9, currency), period=SpendPeriod.MONTH, scope=scope)


async def told(wiring: Wiring, *spends: Spend) -> list[Money | None]:
    """What the owner is told of a month in which more than a dollar was spent."""

    async def tell(access: Access) -> Snapshot:
        return answer(access, spends=spends)

    wiring.accounts = [holding(provider_that(tell))]
    wiring.thresholds = Thresholds(monthly_spend=Money(10**9))
    async with wiring.running() as engine:
        await engine.collector.collect()
        judgement = await engine.dashboard.judgement()
    return [one.money for one in judgement.conditions]


@pytest.mark.parametrize("scope", ["team", "policy", "extra usage", "overage", "anthropic key"])
async def test_spend_counts_whatever_its_scope_is_called(wiring: Wiring, scope: str) -> None:
    assert await told(wiring, spent(scope, 5)) == [Money(5 * 10**9)]


async def test_the_widest_scope_decides_though_a_narrower_one_is_told_with_more(wiring: Wiring) -> None:
    narrow_first = (spent("key", 9), spent("policy", 8), spent("team", 5), spent("extra usage", 7))
    assert await told(wiring, *narrow_first) == [Money(5 * 10**9)]


async def test_of_scopes_that_nobody_can_compare_the_largest_decides_and_none_is_added(
    wiring: Wiring,
) -> None:
    assert await told(wiring, spent("blue", 3), spent("green", 5), spent("red", 4)) == [Money(5 * 10**9)]


@pytest.mark.parametrize("is_reversed", [False, True])
async def test_another_currency_of_the_same_scope_hides_nothing(wiring: Wiring, is_reversed: bool) -> None:
    both = [spent("account", 5), spent("account", 36, "CNY")]
    assert await told(wiring, *(reversed(both) if is_reversed else both)) == [Money(5 * 10**9)]


async def test_yuan_of_a_wide_scope_leave_the_dollars_of_a_narrow_one_to_decide(wiring: Wiring) -> None:
    assert await told(wiring, spent("account", 36, "CNY"), spent("key", 5)) == [Money(5 * 10**9)]


async def test_a_threshold_in_dollars_says_nothing_of_yuan(wiring: Wiring) -> None:
    assert await told(wiring, spent("account", 36, "CNY")) == []
