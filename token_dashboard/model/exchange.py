"""What US dollars are worth in the currency that somebody wants to see."""

from bisect import bisect_right
from datetime import date
from decimal import Decimal
from operator import itemgetter

from token_dashboard.model.money import Money, Nanos, divide
from token_dashboard.model.record import record


@record
class Exchange:
    """A currency and its rates: how much of it a dollar was worth from a day on."""

    currency: str
    rates: tuple[tuple[date, Decimal], ...]
    """By day, never empty. One rate alone holds always; before the first day the first rate holds."""

    @property
    def is_fixed(self) -> bool:
        return len(self.rates) == 1

    def rate_on(self, day: date) -> Decimal:
        return self.rates[max(bisect_right(self.rates, day, key=itemgetter(0)) - 1, 0)][1]

    def of(self, nanos: Nanos, day: date) -> Nanos:
        """Dollars of a day in the currency, to the nearest billionth."""
        amount, dollars = self.rate_on(day).as_integer_ratio()
        return divide(amount * nanos, dollars)

    def money(self, nanos: Nanos) -> Money:
        return Money(nanos, self.currency)
