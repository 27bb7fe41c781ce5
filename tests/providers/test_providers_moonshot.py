"""The traps of Moonshot's balance, one test each, named after the trap."""

import pytest
from provider_asking import ask
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderUnavailable, WrongKey
from token_dashboard.model.money import Money

pytestmark = pytest.mark.parametrize("vendor", ["moonshot"], indirect=True)


async def test_yuan_are_not_shown_as_dollars(vendor: VendorServer) -> None:
    assert [one.money for one in (await ask(vendor)).balances] == [Money(49_580_000_000, "USD")]
    vendor.mood = "china"
    assert [one.money for one in (await ask(vendor)).balances] == [Money(120_500_000_000, "CNY")]


async def test_cash_in_debt_does_not_lessen_vouchers(vendor: VendorServer) -> None:
    vendor.mood = "cash-in-debt"
    snapshot = await ask(vendor)
    assert [one.money for one in snapshot.balances] == [Money(5_000_000_000)]
    assert snapshot.is_usable is True


async def test_nothing_left_means_that_calls_fail(vendor: VendorServer) -> None:
    vendor.mood = "nothing-left"
    assert (await ask(vendor)).is_usable is False


async def test_an_error_in_a_good_status_is_an_error(vendor: VendorServer) -> None:
    vendor.mood = "error-in-200"
    with pytest.raises(ProviderUnavailable, match="its code 50001"):
        await ask(vendor)


async def test_a_key_of_the_coding_plan_is_not_sent(vendor: VendorServer) -> None:
    vendor.mood = "coding-plan-key"
    with pytest.raises(WrongKey, match="Kimi coding plan key"):
        await ask(vendor)
    assert vendor.requests == []
