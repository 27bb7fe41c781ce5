"""What a vendor billed beside what our events cost, and what the gap between them is made of."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from token_dashboard.model.money import Money, Nanos
from token_dashboard.model.record import record


class GapKind(StrEnum):
    """Why the vendor's figure is another one than ours."""

    MISSING_DAY = "missing_day"
    """The vendor billed a day of which there is no event."""
    UNPRICED_MODEL = "unpriced_model"
    """We know the tokens and no price."""
    LATE_DATA = "late_data"
    """The vendor hasn't closed the day, or doesn't tell of it yet."""
    OTHER_USE = "other_use"
    """The vendor counted more tokens than our events have, or a model that they don't have: another machine
    or program."""
    NOT_BILLED = "not_billed"
    """Our events have more than the vendor counted: a subscription's, or another account's. Negative."""
    PRICE = "price"
    """The same tokens at another price: a service tier, a discount, a price list that is out of date."""
    UNEXPLAINED = "unexplained"
    """The vendor tells no tokens by which this could be explained."""


@record
class GapPart:
    """A part of the gap, by day or by model."""

    kind: GapKind
    money: Money
    """The vendor's minus ours."""
    day: date | None = None
    """UTC."""
    model: str | None = None


@record
class Reconciliation:
    """UTC days of one provider. Only US dollars are compared."""

    provider: str
    since: date
    until: date
    """Included."""
    billed: Money
    logged: Money
    """The list cost of our events."""
    gap: Money
    """Billed minus logged; the parts add up to it."""
    parts: tuple[GapPart, ...]
    """The largest first."""
    days: int
    """How many days the vendor tells of."""
    tolerance_percent: Decimal
    others: tuple[Money, ...] = ()
    """What was billed in other currencies, which is compared with nothing."""

    @property
    def unexplained(self) -> Money:
        return Money(sum(one.money.nanos for one in self.parts if one.kind is GapKind.UNEXPLAINED))

    @property
    def apart(self) -> Money:
        """The parts without their signs, added up: two that cancel each other don't agree with the vendor."""
        return Money(sum(abs(one.money.nanos) for one in self.parts))

    @property
    def gap_percent(self) -> Decimal | None:
        """Of what was billed, without a sign; ``None`` when that is nothing and the gap isn't."""
        return self._percent(abs(self.gap.nanos))

    @property
    def is_within(self) -> bool:
        percent = self._percent(self.apart.nanos)
        return percent is not None and percent <= self.tolerance_percent

    def _percent(self, nanos: Nanos) -> Decimal | None:
        if not self.billed.nanos:
            return None if nanos else Decimal(0)
        return Decimal(nanos) * 100 / self.billed.nanos
