"""The prices in use: the operator's own, those that were fetched, those that came with the package."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from token_dashboard.config.places import state_dir
from token_dashboard.config.settings import Settings
from token_dashboard.engine.prices import Prices
from token_dashboard.pricing.edition import edition

if TYPE_CHECKING:
    from token_dashboard.pricing.book import PriceBook
    from token_dashboard.pricing.overrides import Override


def fetched_prices(environment: Mapping[str, str]) -> Path:
    """The file of the prices that the operator fetched, in the state folder beside the ledger."""
    return state_dir(environment) / "prices.json"


def price_book(settings: Settings, environment: Mapping[str, str]) -> "PriceBook":
    """All of them."""
    from token_dashboard.pricing.book import PriceBook

    return PriceBook.load(_own(settings), fetched_prices(environment))


def prices(settings: Settings, environment: Mapping[str, str]) -> Prices:
    """All of them, as they are at the moment."""
    own, fetched = _own(settings), fetched_prices(environment)
    return Prices(lambda: price_book(settings, environment), lambda: edition(own, fetched))


def _own(settings: Settings) -> "dict[str, Override]":
    return {model: price.rates() for model, price in settings.prices.overrides.items()}
