"""What US dollars are worth in the currency that somebody wants to see."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from token_dashboard.model.money import Money, Nanos, divide
from token_dashboard.model.record import record


@record
class Exchange:
    """A currency and its rates: how much of it a dollar was worth from a day on."""

    currency: str
    rates: Mapping[date, Decimal]
    """Never empty. One rate alone holds always; before the first day the first rate holds."""

    @property
    def is_fixed(self) -> bool:
        return len(self.rates) == 1

    def rate_on(self, day: date) -> Decimal:
        days = sorted(self.rates)
        return self.rates[days[max(bisect_right(days, day) - 1, 0)]]

    def of(self, nanos: Nanos, day: date) -> Nanos:
        """Dollars of a day in the currency, to the nearest billionth."""
        exact = Fraction(self.rate_on(day)) * nanos
        return divide(exact.numerator, exact.denominator)

    def money(self, nanos: Nanos) -> Money:
        return Money(nanos, self.currency)
