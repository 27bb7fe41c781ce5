"""The traps of DeepSeek's balance, one test each, named after the trap."""

import pytest
from provider_asking import ask
from vendor_server import VendorServer

from token_dashboard.model.errors import UnexpectedResponse
from token_dashboard.model.money import Money

pytestmark = pytest.mark.parametrize("vendor", ["deepseek"], indirect=True)


async def test_two_currencies_stay_two_balances(vendor: VendorServer) -> None:
    balances = (await ask(vendor)).balances
    assert [one.money for one in balances] == [Money(110_000_000_000, "CNY"), Money(3_210_000_000, "USD")]


async def test_a_negative_balance_is_kept_and_calls_are_known_to_fail(vendor: VendorServer) -> None:
    vendor.mood = "in-debt"
    snapshot = await ask(vendor)
    assert [one.money for one in snapshot.balances] == [Money(-350_000_000)]
    assert snapshot.is_usable is False


async def test_no_row_is_no_balance_of_zero(vendor: VendorServer) -> None:
    vendor.mood = "no-wallet"
    assert (await ask(vendor)).balances == ()


async def test_a_row_without_its_currency_is_no_dollars(vendor: VendorServer) -> None:
    del vendor.case["exchanges"][0]["response"]["body"]["balance_infos"][0]["currency"]
    with pytest.raises(UnexpectedResponse, match="currency"):
        await ask(vendor)
