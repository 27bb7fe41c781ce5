import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.burn import (
    Drain,
    burn_rate,
    drain_of_history,
    drain_of_list_cost,
    runway,
)
from token_dashboard.model.burn import RunwayBasis
from token_dashboard.model.money import Money
from token_dashboard.model.period import DAY_MS, HOUR_MS, Period
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Balance

NOW = 1_790_000_000_000
DAY = Period(NOW - DAY_MS, NOW)
DOLLAR = 1_000_000_000


def spent(dollars: int, tokens: int = 0, requests: int = 1) -> Totals:
    return Totals(
        requests=requests, priced_requests=requests, list_cost_nanos=dollars * DOLLAR, input_tokens=tokens
    )


def test_a_rate_over_a_full_day_divides_by_24_hours() -> None:
    rate = burn_rate(spent(48, tokens=2400), DAY, first_event_ms=NOW - 9 * DAY_MS)
    assert rate.per_hour == Money(2 * DOLLAR)
    assert rate.per_day == Money(48 * DOLLAR)
    assert rate.per_month == Money(30 * 48 * DOLLAR)
    assert (rate.tokens_per_hour, rate.tokens_per_day) == (100, 2400)


def test_a_young_ledger_divides_by_what_it_has_seen() -> None:
    rate = burn_rate(spent(12), DAY, first_event_ms=NOW - 6 * HOUR_MS)
    assert rate.per_hour == Money(2 * DOLLAR)
    assert rate.observed_ms == 6 * HOUR_MS


def test_a_minute_of_use_is_not_extrapolated_to_a_fortune() -> None:
    assert burn_rate(spent(1), DAY, first_event_ms=NOW - 60_000).per_day == Money(24 * DOLLAR)


def test_idle_hours_count() -> None:
    assert burn_rate(spent(24), DAY, first_event_ms=NOW - 3 * DAY_MS).per_hour == Money(DOLLAR)


def test_without_a_price_the_rate_is_unknown_but_tokens_are_not() -> None:
    rate = burn_rate(Totals(requests=3, input_tokens=2400, unpriced_tokens=2400), DAY, NOW - 9 * DAY_MS)
    assert rate.per_day is None
    assert rate.tokens_per_day == 2400


def test_without_any_request_the_rate_is_zero() -> None:
    assert burn_rate(Totals(), DAY, None).per_day == Money(0)


def test_a_balance_falls_by_its_own_history_and_top_ups_do_not_count() -> None:
    history = [
        (NOW - 2 * DAY_MS, 10 * DOLLAR),
        (NOW - DAY_MS, 4 * DOLLAR),
        (NOW - DAY_MS + 1, 54 * DOLLAR),
        (NOW, 52 * DOLLAR),
    ]
    assert drain_of_history(history, "USD", NOW) == Drain(
        per_day=Money(4 * DOLLAR), basis=RunwayBasis.BALANCE_HISTORY
    )


def test_a_balance_seen_for_minutes_has_no_known_drain() -> None:
    assert drain_of_history([(NOW - 60_000, 5), (NOW, 4)], "USD", NOW) is None
    assert drain_of_history([], "USD", NOW) is None


def test_a_quiet_night_does_not_hide_a_busy_week() -> None:
    night = burn_rate(Totals(), DAY, NOW - 9 * DAY_MS)
    week = burn_rate(spent(70), Period(NOW - 7 * DAY_MS, NOW), NOW - 9 * DAY_MS)
    drain = drain_of_list_cost([night, week])
    assert drain is not None
    assert drain.per_day == Money(10 * DOLLAR)
    assert drain_of_list_cost([night]) is None


@pytest.mark.parametrize(
    ("left", "per_day", "empty_in_ms"),
    [(10, 5, 2 * DAY_MS), (10, 0, None), (0, 5, 0), (-3, 5, 0), (-3, None, 0), (10, None, None)],
)
def test_a_runway_ends_when_the_balance_is_gone(
    left: int, per_day: int | None, empty_in_ms: int | None
) -> None:
    drain = (
        None if per_day is None else Drain(per_day=Money(per_day * DOLLAR), basis=RunwayBasis.BALANCE_HISTORY)
    )
    found = runway("p", "default", Balance(money=Money(left * DOLLAR), scope="account"), [drain], NOW)
    assert found.empty_ms == (None if empty_in_ms is None else NOW + empty_in_ms)


def test_a_drain_in_another_currency_says_nothing_about_a_balance() -> None:
    drain = Drain(per_day=Money(DOLLAR, "USD"), basis=RunwayBasis.LIST_COST)
    found = runway("p", "default", Balance(money=Money(9, "CNY"), scope="account"), [drain], NOW)
    assert (found.per_day, found.basis, found.empty_ms) == (None, None, None)


@given(st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_faster_drain_never_lasts_longer(left: int, per_day: int) -> None:
    balance = Balance(money=Money(left), scope="account")
    slow, fast = (
        runway("p", "a", balance, [Drain(per_day=Money(n), basis=RunwayBasis.LIST_COST)], NOW).empty_ms
        for n in (per_day, 2 * per_day)
    )
    assert fast is not None
    assert slow is not None
    assert fast <= slow
