"""What caching saved, and what it cost: the price of a request beside that of the same input uncached."""

from datetime import UTC, datetime
from typing import NamedTuple

from token_dashboard.model.money import Nanos, divide
from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.sheet import PER, RateSheet

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


class CacheEffect(NamedTuple):
    """US dollars. What the request would have cost without a cache is its cost, plus saved, minus extra."""

    saved: Nanos
    """What the tokens that were read from a cache would have cost more as plain input."""
    extra: Nanos
    """What the tokens that were written to a cache cost more than plain input."""


NO_EFFECT = CacheEffect(0, 0)


def cache_effect(sheet: RateSheet, event: UsageEvent) -> CacheEffect:
    """By the rates that price the request: those of its tier and of the size of its prompt."""
    read, creation, creation_1h = event[7:10]
    if not read and not creation:
        return NO_EFFECT
    rates = sheet.rates_for(event)
    short = max(creation - creation_1h, 0)
    extra = short * (rates.cache_creation - rates.input) + creation_1h * (
        rates.cache_creation_1h - rates.input
    )
    return CacheEffect(divide(read * (rates.input - rates.cache_read), PER), divide(extra, PER))


def sizes_of(sheet: RateSheet) -> set[int]:
    """The sizes of a prompt beyond which another rate holds, in some tier of service or at some hour."""
    schedules = [sheet.base, *sheet.services.values(), *([sheet.peak.schedule] if sheet.peak else [])]
    return {over for schedule in schedules for over, _ in schedule.tiers}
