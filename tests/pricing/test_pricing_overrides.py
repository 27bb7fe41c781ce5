"""The operator's own prices."""

from datetime import date

import pytest

from token_dashboard.model.errors import ConfigError
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.sheet import Rates, RateSheet

DAY = date(2026, 1, 15)


def sheet(prices: dict[str, dict[str, object]], provider: str | None, model: str) -> RateSheet | None:
    return PriceBook.load(prices).lookup(provider, model, DAY)


def test_a_pair_of_provider_and_model_changes_only_that_pair() -> None:
    prices = {"anthropic/claude-opus-4-5": {"inputPerMillion": "3", "outputPerMillion": "15"}}
    own = sheet(prices, "anthropic", "claude-opus-4-5")
    assert own is not None
    assert own.base.rates == Rates(3 * 10**9, 3 * 10**8, 375 * 10**7, 6 * 10**9, 15 * 10**9)
    assert (own.row, own.source) == ("anthropic/claude-opus-4-5", "your configuration")
    for provider, model in (
        ("anthropic", "claude-opus-4-6"),
        ("openrouter", "claude-opus-4-5"),
        (None, "claude-opus-4-5"),
    ):
        assert sheet(prices, provider, model) == sheet({}, provider, model)


def test_a_model_alone_is_meant_at_every_provider_and_a_pair_is_nearer() -> None:
    prices = {
        "house-model": {"inputPerMillion": 1, "outputPerMillion": 2.5},
        "proxy/house-model": {"inputPerMillion": "0", "outputPerMillion": "0", "webSearchEach": "0.01"},
    }
    anywhere, at_proxy = sheet(prices, None, "House-Model"), sheet(prices, "proxy", "house-model")
    assert anywhere is not None
    assert at_proxy is not None
    assert anywhere.base.rates == Rates(10**9, 10**9, 10**9, 10**9, 25 * 10**8)
    assert (at_proxy.base.rates, at_proxy.web_search) == (Rates(0, 0, 0, 0, 0), 10**7)


def test_every_rate_can_be_given_and_a_decimal_is_read_as_written() -> None:
    own = sheet(
        {
            "m": {
                "inputPerMillion": 0.1,
                "cacheReadPerMillion": "0.01",
                "cacheCreationPerMillion": 0.2,
                "cacheCreation1hPerMillion": "0.3",
                "outputPerMillion": 0.7,
            }
        },
        None,
        "m",
    )
    assert own is not None
    assert own.base.rates == Rates(100_000_000, 10_000_000, 200_000_000, 300_000_000, 700_000_000)


@pytest.mark.parametrize(
    ("price", "where"),
    [
        ({"inputPerMillion": "3"}, "outputPerMillion is needed"),
        ({"outputPerMillion": "3"}, "inputPerMillion is needed"),
        ({"inputPerMillion": "-1", "outputPerMillion": "1"}, "inputPerMillion is '-1'"),
        ({"inputPerMillion": "ten", "outputPerMillion": "1"}, "inputPerMillion is 'ten'"),
        ({"inputPerMillion": float("nan"), "outputPerMillion": "1"}, "inputPerMillion is nan"),
        ({"inputPerMillion": True, "outputPerMillion": "1"}, "inputPerMillion is True"),
    ],
)
def test_a_bad_price_is_told_at_the_start_with_its_place(price: dict[str, object], where: str) -> None:
    with pytest.raises(ConfigError, match="prices") as told:
        PriceBook.load({"m": price})
    assert where in str(told.value).replace("$.prices['m'].", "")
