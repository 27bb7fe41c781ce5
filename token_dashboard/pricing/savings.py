"""What caching saved, and what it cost: the price of a request beside that of the same input uncached."""

from datetime import UTC, datetime
from typing import NamedTuple

from token_dashboard.model.alike import Alike
from token_dashboard.model.period import Period
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.sheet import RateSheet

_DAY_MS = 86_400_000


class Sheets:
    """The rate sheets of a book by model and UTC day, each looked for once."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._found: dict[tuple[str | None, str | None, int], RateSheet | None] = {}

    def on(self, provider: str | None, model: str | None, time_ms: int) -> RateSheet | None:
        """The price of a model on the UTC day of a moment; ``None`` when it isn't known."""
        day = time_ms // _DAY_MS
        key = (provider, model, day)
        if key not in self._found:
            date = datetime.fromtimestamp(day * 86_400, UTC).date()
            self._found[key] = self._book.lookup(provider, model, date)
        return self._found[key]

    def begins(self, provider: str | None, model: str | None, period: Period) -> set[int]:
        """When the prices of a model begin that are in force in a period; the first does so with it."""
        entry = self._book.entry(provider, model) if model else None
        found = {period.start_ms}
        for price in entry.row.get("prices", ()) if entry else ():
            if begin := price.get("from"):
                start_ms = int(datetime.fromisoformat(begin).replace(tzinfo=UTC).timestamp()) * 1000
                found |= {start_ms} if period.start_ms < start_ms < period.end_ms else set()
        return found


class CacheEffect(NamedTuple):
    """Millionths of a nano of a US dollar, so that nothing is rounded before all is added up.

    What requests would have cost without a cache is their cost, plus saved, minus extra.
    """

    saved: int
    """What the tokens that were read from a cache would have cost more as plain input."""
    extra: int
    """What the tokens that were written to a cache cost more than plain input."""


def cache_effect(sheet: RateSheet, requests: Alike) -> CacheEffect:
    """By the rates that price the requests: those of their tier, their hour and the size of their prompts."""
    rates = sheet.rates_for(requests.example)
    return CacheEffect(
        saved=requests.cache_read * (rates.input - rates.cache_read),
        extra=requests.cache_creation * (rates.cache_creation - rates.input)
        + requests.cache_creation_1h * (rates.cache_creation_1h - rates.input),
    )
