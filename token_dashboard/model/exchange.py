"""What US dollars are worth in the currency that somebody wants to see."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from math import lcm
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

    def of(self, spent: Iterable[tuple[date, Nanos]]) -> Money:
        """Dollars of days in the currency: rounded once, to the nearest billionth, half to even."""
        sums: dict[Decimal, Nanos] = {}
        for day, nanos in spent:
            rate = self.rate_on(day)
            sums[rate] = sums.get(rate, 0) + nanos
        ratios = [(nanos, *rate.as_integer_ratio()) for rate, nanos in sums.items()]
        parts = lcm(*(dollars for _, _, dollars in ratios))
        exact = sum(nanos * amount * (parts // dollars) for nanos, amount, dollars in ratios)
        return Money(divide(exact, parts), self.currency)
