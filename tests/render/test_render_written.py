"""Numbers that are written without babel's help are written as babel writes them."""

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from babel.numbers import format_currency, format_decimal, get_currency_precision
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.money import MAX_NANOS, Money
from token_dashboard.render.language import language
from token_dashboard.render.written import Written

TAGS = ["en", "de", "zh", "en-GB", "en-IN", "en-ZA", "de-AT", "de-CH", "en-SE"]
CURRENCIES = ["USD", "EUR", "JPY", "KWD", "CNY", "XTS"]


def whole(text: str) -> str:
    for space in (" ", "\N{NARROW NO-BREAK SPACE}"):
        text = text.replace(space, "\N{NO-BREAK SPACE}")
    return text


@given(
    nanos=st.integers(10**9, MAX_NANOS) | st.integers(10**3, 10**6).map(lambda count: count * 5 * 10**6),
    tag=st.sampled_from(TAGS),
    currency=st.sampled_from(CURRENCIES),
)
def test_money_in_every_region(nanos: int, tag: str, currency: str) -> None:
    smallest = Decimal(1).scaleb(-get_currency_precision(currency))
    amount = Decimal(nanos).scaleb(-9).quantize(smallest, ROUND_HALF_EVEN)
    expected = whole(format_currency(amount, currency, locale=language(tag).locale))
    assert language(tag).money(Money(nanos, currency)) == expected


@given(count=st.integers(-(10**18), 10**18), tag=st.sampled_from(TAGS))
def test_counts_in_every_region(count: int, tag: str) -> None:
    assert language(tag).count(count) == whole(format_decimal(count, locale=language(tag).locale))


@given(
    counts=st.lists(
        st.integers(0, 10**6) | st.integers(0, 2**54) | st.integers(1, 10**7).map(lambda n: n * 5)
    ),
    tag=st.sampled_from(TAGS),
)
def test_tokens_of_all_requests_are_written_as_those_of_one(counts: list[int], tag: str) -> None:
    assert language(tag).tokens_of_all(counts) == list(map(language(tag).tokens, counts))


@given(
    nanos=st.lists(
        st.integers(0, 10**12)
        | st.integers(-(10**10), MAX_NANOS)
        | st.integers(0, 10**6).map(lambda count: count * 5 * 10**6)
    ),
    tag=st.sampled_from([*TAGS, "zh-TW"]),
    currency=st.sampled_from(CURRENCIES),
)
def test_money_of_all_rows_is_written_as_that_of_one(nanos: list[int], tag: str, currency: str) -> None:
    expected = [language(tag).money(Money(one, currency)) for one in nanos]
    assert language(tag).money_of_all(nanos, currency) == expected


@given(share=st.floats(0, 1) | st.integers(0, 20_000).map(lambda part: part / 20_000))
def test_shares_are_rounded_as_decimals_are(share: float) -> None:
    english = language("en")
    assert english.share(share) == english.percent(Decimal(repr(share)) * 100)


@pytest.mark.parametrize(
    "write",
    [
        lambda amount: format_decimal(amount, locale="hi_IN", format="#,##,##0"),
        lambda amount: format_decimal(amount, format="#,##0.00", locale="en"),
        lambda amount: f"{amount:,}" if amount > 9_999 else f"{amount}",
        lambda amount: "many",
    ],
)
def test_what_an_example_does_not_teach_is_left_to_who_knows(write: object) -> None:
    assert Written.like(write, 0) is None
