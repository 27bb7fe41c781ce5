"""The prices in use: the operator's own, those that were fetched, those that came with the package."""

from collections.abc import Mapping
from pathlib import Path

from token_dashboard.config.places import state_dir
from token_dashboard.config.settings import Settings
from token_dashboard.pricing.book import PriceBook


def fetched_prices(environment: Mapping[str, str]) -> Path:
    """The file of the prices that the operator fetched, in the state folder beside the ledger."""
    return state_dir(environment) / "prices.json"


def price_book(settings: Settings, environment: Mapping[str, str]) -> PriceBook:
    """All of them."""
    own = {model: price.rates() for model, price in settings.prices.overrides.items()}
    return PriceBook.load(own, fetched_prices(environment))
