from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.money import MAX_NANOS, Money, decimal_text, divide, parse_nanos

nanos = st.integers(-MAX_NANOS, MAX_NANOS)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3.21", 3_210_000_000),
        ("-0.5", -500_000_000),
        ("0", 0),
        (7, 7_000_000_000),
        (Decimal("1E-6"), 1_000),
        ("0.0000000005", 0),
        ("0.0000000015", 2),
    ],
)
def test_an_amount_is_read_exactly_and_rounds_half_to_even_beyond_nanos(
    written: str | int | Decimal, expected: int
) -> None:
    assert parse_nanos(written) == expected


@pytest.mark.parametrize("written", ["NaN", "Infinity", "", "ten", "1,5", "1e40", True, 1.5, None])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        parse_nanos(written)


@given(nanos)
def test_an_amount_survives_being_written_and_read(amount: int) -> None:
    assert parse_nanos(decimal_text(amount)) == amount


def test_amounts_show_at_least_two_decimals_and_never_more_than_needed() -> None:
    assert [decimal_text(n) for n in (0, 1, -500_000_000, 1_234_500_000)] == [
        "0.00",
        "0.000000001",
        "-0.50",
        "1.2345",
    ]


def test_amounts_of_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="cannot add CNY to USD"):
        _ = Money(1, "USD") + Money(1, "CNY")


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**12))
def test_division_rounds_half_to_even(numerator: int, denominator: int) -> None:
    quotient = divide(numerator, denominator)
    error = 2 * (numerator - quotient * denominator)
    assert abs(error) <= denominator
    if abs(error) == denominator:
        assert quotient % 2 == 0
