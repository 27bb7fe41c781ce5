"""The traps of OpenRouter's account API, one test each, named after the trap."""

from dataclasses import replace
from typing import Any

import pytest
from provider_asking import ask
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderUnavailable, RateLimited, UnexpectedResponse
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Snapshot, SpendPeriod
from token_dashboard.providers.openrouter import BOOKS_UNREAD, NEEDS_MANAGEMENT_KEY


def asked(vendor: VendorServer) -> list[tuple[str, str | None]]:
    return [(request.path, request.key) for request in vendor.requests]


def activity(vendor: VendorServer) -> Any:
    """What the vendor answers for the account's books in the present case; it may be changed."""
    exchanges = vendor.case["exchanges"]
    [answer] = [one["response"] for one in exchanges if one["request"]["path"] == "/activity"]
    return answer


def usd(snapshot: Snapshot) -> list[str]:
    return [balance.money.amount for balance in snapshot.balances]


def spent(snapshot: Snapshot, scope: str) -> dict[SpendPeriod, str]:
    return {spend.period: spend.money.amount for spend in snapshot.spends if spend.scope == scope}


async def test_balance_is_bought_minus_used_and_not_what_was_bought(vendor: VendorServer) -> None:
    assert usd(await ask(vendor)) == ["3.21"]


async def test_debt_is_shown_below_zero_and_not_clamped(vendor: VendorServer) -> None:
    vendor.mood = "negative-balance"
    assert usd(await ask(vendor)) == ["-1.20"]


async def test_a_plain_key_never_asks_for_credits_where_it_would_be_told_zeros(vendor: VendorServer) -> None:
    vendor.mood = "plain-key"
    snapshot = await ask(vendor)
    assert asked(vendor) == [("/key", "API key")]
    assert snapshot.balances == ()
    assert snapshot.notes == (NEEDS_MANAGEMENT_KEY,)


@pytest.mark.parametrize("case", ["plain-key-as-management-key", "plain-key-as-management-key-refused"])
async def test_a_plain_key_in_the_management_variable_shows_its_own_use_and_no_empty_wallet(
    vendor: VendorServer, case: str
) -> None:
    vendor.mood = case
    snapshot = await ask(vendor)
    assert snapshot.balances == ()
    assert spent(snapshot, "account") == {}
    assert spent(snapshot, "key") == {SpendPeriod.DAY: "0.50", SpendPeriod.LIFETIME: "3.25"}
    assert snapshot.notes == (NEEDS_MANAGEMENT_KEY,)


async def test_the_zeros_of_a_new_account_are_believed_from_a_management_key(vendor: VendorServer) -> None:
    vendor.mood = "new-account"
    snapshot = await ask(vendor)
    assert usd(snapshot) == ["0.00"]
    assert snapshot.notes == ()


@pytest.mark.parametrize("case", ["management-key-as-plain-key", "provisioning-key-as-plain-key"])
async def test_a_management_key_in_the_plain_variable_reads_the_account(
    vendor: VendorServer, case: str
) -> None:
    vendor.mood = case
    snapshot = await ask(vendor)
    assert usd(snapshot) == ["19.25"]
    assert spent(snapshot, "account") == {SpendPeriod.LIFETIME: "5.75"}
    assert snapshot.notes == ()


async def test_a_management_keys_own_zeros_are_not_told_as_spend(vendor: VendorServer) -> None:
    vendor.mood = "management-key-as-plain-key"
    assert spent(await ask(vendor), "key") == {}


async def test_a_management_key_alone_asks_for_the_credits_and_the_books(vendor: VendorServer) -> None:
    vendor.mood = "management-key-only"
    await ask(vendor)
    assert asked(vendor) == [("/credits", "management key"), ("/activity", "management key")]


async def test_two_keys_make_one_snapshot_with_scopes_kept_apart(vendor: VendorServer) -> None:
    snapshot = await ask(vendor)
    assert asked(vendor) == [
        ("/credits", "management key"),
        ("/key", "API key"),
        ("/activity", "management key"),
    ]
    assert spent(snapshot, "account") == {SpendPeriod.LIFETIME: "46.79"}
    assert spent(snapshot, "key") == {
        SpendPeriod.DAY: "0.42",
        SpendPeriod.WEEK: "2.90",
        SpendPeriod.MONTH: "12.15",
        SpendPeriod.LIFETIME: "31.42",
    }


async def test_use_under_the_owners_own_vendor_keys_is_not_added(vendor: VendorServer) -> None:
    before = await ask(vendor)
    vendor.cases["good"]["exchanges"][1]["response"]["body"]["data"]["byok_usage"] = 1000
    activity(vendor)["body"]["data"][0]["byok_usage_inference"] = 1000
    assert await ask(vendor) == before


async def test_a_null_limit_is_no_cap_and_not_unlimited_money(vendor: VendorServer) -> None:
    vendor.mood = "plain-key"
    snapshot = await ask(vendor)
    assert snapshot.caps == ()
    assert snapshot.balances == ()


async def test_a_cap_is_not_a_balance(vendor: VendorServer) -> None:
    own, budget = (await ask(vendor)).caps
    assert (own.scope, own.limit, own.remaining, own.period, own.resets_ms) == (
        "key", Money(20_000_000_000), Money(7_850_000_000), SpendPeriod.MONTH, None,
    )  # fmt: skip
    assert (budget.scope, budget.limit, budget.remaining, budget.period, budget.resets_ms) == (
        "workspace", Money(100_000_000_000), Money(68_800_000_000), SpendPeriod.MONTH, 1_796_083_200_000,
    )  # fmt: skip


@pytest.mark.parametrize("case", ["numbers-as-text", "long-digits"])
async def test_digits_beyond_a_float_are_kept_as_text_and_as_number(vendor: VendorServer, case: str) -> None:
    vendor.mood = case
    assert usd(await ask(vendor)) == ["123456789.123456788"]


async def test_an_overdrawn_cap_stays_below_zero(vendor: VendorServer) -> None:
    vendor.mood = "numbers-as-text"
    (cap,) = (await ask(vendor)).caps
    assert cap.remaining == Money(-500_000_000)


async def test_overuse_of_the_free_allowance_is_shown_raw(vendor: VendorServer) -> None:
    vendor.mood = "overused-allowance"
    (window,) = (await ask(vendor)).windows
    assert (window.name, window.used_percent, window.duration_s) == ("free-requests-day", 120, 86_400)


async def test_a_cap_with_a_rhythm_we_do_not_know_keeps_its_amounts(vendor: VendorServer) -> None:
    vendor.mood = "overused-allowance"
    (cap,) = (await ask(vendor)).caps
    assert (cap.limit, cap.remaining, cap.period) == (Money(5_000_000_000), Money(4_000_000_000), None)


@pytest.mark.parametrize("limit", [0, -1, None])
async def test_an_allowance_without_a_limit_is_no_window(vendor: VendorServer, limit: int | None) -> None:
    data = vendor.cases["plain-key"]["exchanges"][0]["response"]["body"]["data"]
    data["free_model_daily_requests"] = {"limit": limit, "used": 3}
    vendor.mood = "plain-key"
    assert (await ask(vendor)).windows == ()


async def test_a_missing_figure_is_not_taken_for_zero(vendor: VendorServer) -> None:
    vendor.mood = "missing-usage"
    with pytest.raises(UnexpectedResponse, match=r"\$\.data\.total_usage"):
        await ask(vendor)


async def test_a_period_that_was_not_told_is_left_out_and_not_zero(vendor: VendorServer) -> None:
    vendor.mood = "overused-allowance"
    assert spent(await ask(vendor), "key") == {SpendPeriod.LIFETIME: "1.00"}


async def test_half_an_answer_is_no_snapshot(vendor: VendorServer) -> None:
    vendor.mood = "credits-fail-key-answers"
    with pytest.raises(ProviderUnavailable, match="500"):
        await ask(vendor)


async def test_endpoints_of_one_model_make_one_figure_a_day_without_a_float(vendor: VendorServer) -> None:
    claude, gpt = (await ask(vendor)).daily_costs
    assert (claude.model, claude.money) == ("anthropic/claude-opus-4.5", Money(300_000_000))
    assert (gpt.model, gpt.money) == ("openai/gpt-5.2", Money(1_250_000_000))


async def test_a_count_that_one_endpoint_does_not_tell_is_not_the_others_alone(vendor: VendorServer) -> None:
    del activity(vendor)["body"]["data"][1]["reasoning_tokens"]
    claude, _ = (await ask(vendor)).daily_usage
    assert (claude.output_tokens, claude.reasoning_output_tokens) == (2500, None)


async def test_what_was_written_to_a_cache_is_not_told_and_no_zero(vendor: VendorServer) -> None:
    assert [one.cache_creation_input_tokens for one in (await ask(vendor)).daily_usage] == [None, None]


async def test_counts_that_contradict_each_other_are_not_known_and_the_cost_is(vendor: VendorServer) -> None:
    vendor.mood = "contradicting-books"
    snapshot = await ask(vendor)
    assert (snapshot.daily_usage[0].input_tokens, snapshot.daily_usage[0].output_tokens) == (None, None)
    assert snapshot.daily_costs[0].money == Money(1_250_000_000)


async def test_a_day_that_is_not_over_is_not_claimed_to_be_complete(vendor: VendorServer) -> None:
    vendor.mood = "contradicting-books"
    snapshot = await ask(vendor)
    told = [(one.day.day, one.is_partial) for one in (*snapshot.daily_costs, *snapshot.daily_usage)]
    assert told == [(21, False), (22, True)] * 2


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 401, "body": {}},
        {"status": 403, "body": {}},
        {"status": 404, "body": {}},
        {"status": 500, "body": {}},
        {"text": "all is well"},
        {"body": {}},
        {"body": {"data": None}},
        {"body": {"data": [{"date": "yesterday", "model": "openai/gpt-5.2", "usage": 1}]}},
        {"body": {"data": [{"date": "2026-11-21", "model": "openai/gpt-5.2"}]}},
        {"body": {"data": [{"date": "2026-11-21", "model": "openai/gpt-5.2", "usage": True}]}},
    ],
)
async def test_books_that_cannot_be_read_are_told_of_and_lose_nothing_else(
    vendor: VendorServer, answer: dict[str, Any]
) -> None:
    whole = await ask(vendor)
    found = activity(vendor)
    found.clear()
    found.update(answer)
    assert await ask(vendor) == replace(whole, daily_usage=(), daily_costs=(), notes=(BOOKS_UNREAD,))


async def test_a_wait_that_is_asked_for_with_the_books_is_kept(vendor: VendorServer) -> None:
    activity(vendor).update(status=429, headers={"Retry-After": "120"})
    with pytest.raises(RateLimited) as caught:
        await ask(vendor)
    assert caught.value.retry_after_s == 120


async def test_an_account_that_used_nothing_has_books_without_days(vendor: VendorServer) -> None:
    vendor.mood = "new-account"
    snapshot = await ask(vendor)
    assert (snapshot.daily_costs, snapshot.notes) == ((), ())


async def test_the_label_of_a_key_which_shows_parts_of_it_is_not_kept(vendor: VendorServer) -> None:
    assert "sk-or" not in repr(await ask(vendor))
