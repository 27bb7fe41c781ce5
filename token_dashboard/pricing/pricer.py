"""Puts list prices on usage events."""

from collections.abc import Iterable
from datetime import UTC, datetime

from token_dashboard.model.usage import UsageEvent
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.sheet import RateSheet, list_cost

_DAY_MS = 86_400_000
_UNPRICED = (None, None)


class Pricer:
    """Prices events by a book, each at the price in force on its UTC day."""

    def __init__(self, book: PriceBook) -> None:
        self._book = book
        self._sheets: dict[tuple[str | None, str | None, int], RateSheet | None] = {}

    def price(self, events: Iterable[UsageEvent]) -> list[UsageEvent]:
        """The events with ``list_cost_nanos`` and ``price_date`` set; both ``None`` where no price is known.

        The two are the last fields of an event, so an event is built anew from its others: a tenth of the
        time of ``_replace``, on a path that prices hundreds of thousands.
        """
        sheets = self._sheets
        make = tuple.__new__
        priced = []
        for event in events:
            key = (event.provider, event.model, event.time_ms // _DAY_MS)
            try:
                sheet = sheets[key]
            except KeyError:
                sheet = sheets[key] = self._find(*key)
            if sheet is None:
                priced.append(make(UsageEvent, event[:-2] + _UNPRICED))
            else:
                cost_and_date = (list_cost(sheet, event), sheet.from_date)
                priced.append(make(UsageEvent, event[:-2] + cost_and_date))
        return priced

    def _find(self, provider: str | None, model: str | None, day: int) -> RateSheet | None:
        return self._book.lookup(provider, model, datetime.fromtimestamp(day * 86_400, UTC).date())
