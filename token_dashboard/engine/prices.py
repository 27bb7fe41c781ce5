"""The prices in use, as they are at the moment: a service outlives many a book."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from token_dashboard.ledger import Ledger

if TYPE_CHECKING:
    from token_dashboard.pricing.book import PriceBook
    from token_dashboard.pricing.pricer import Pricer

_PRICED_WITH = "prices.edition"
"""The ledger's note of the prices that requests without one were last looked up in."""


class _Held(NamedTuple):
    edition: str
    book: "PriceBook"
    pricer: "Pricer"


class Prices:
    """A price book and what prices by it, read when they are first needed, and anew when they changed."""

    def __init__(self, load: "Callable[[], PriceBook]", edition: Callable[[], str]) -> None:
        """``edition`` gives another text when ``load`` would give other prices."""
        self._load = load
        self._edition = edition
        self._held: _Held | None = None

    @property
    def edition(self) -> str:
        return self._edition()

    @property
    def book(self) -> "PriceBook":
        return self._current().book

    @property
    def pricer(self) -> "Pricer":
        return self._current().pricer

    def _current(self) -> _Held:
        edition = self._edition()
        if self._held is None or self._held.edition != edition:
            from token_dashboard.pricing.pricer import Pricer  # noqa: PLC0415 - seldom needed

            book = self._load()
            self._held = _Held(edition, book, Pricer(book))
        return self._held


async def price_late(ledger: Ledger, prices: Prices) -> None:
    """Price what had no price when it was recorded, if prices changed since that was last done."""
    edition = prices.edition
    if await ledger.notes.get(_PRICED_WITH) == edition:
        return
    from token_dashboard.ledger import late_prices, upkeep  # noqa: PLC0415 - only when prices changed

    await late_prices.price_late(upkeep.Upkeep.of(ledger), prices.pricer.price)
    await ledger.notes.set(_PRICED_WITH, edition)
