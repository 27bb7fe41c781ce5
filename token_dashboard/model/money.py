"""Money as whole billionths (nanos) of a currency unit, so that sums are exact.

An int64 of nanos holds nine billion units. Decimal stands at the edges only: where a text is read,
and where a rate is made.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TypeAlias

Nanos: TypeAlias = int
"""Billionths of a currency unit."""

NANOS_PER_UNIT = 1_000_000_000
MAX_NANOS = 2**63 - 1
USD = "USD"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency (ISO 4217, upper case). Amounts of two currencies are never added."""

    nanos: Nanos
    currency: str = USD

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.nanos + other.nanos, self.currency)

    @property
    def amount(self) -> str:
        """The exact amount as decimal text; see ``decimal_text``."""
        return decimal_text(self.nanos)


def parse_nanos(raw: str | int | Decimal) -> Nanos:
    """Read an amount as a vendor or an operator wrote it.

    Accepts ints, Decimals and plain decimal text (``"12.34"``, ``"-0.5"``, ``"1e-6"``). Floats are not
    accepted: parse JSON with ``parse_float=Decimal``. Digits beyond the ninth round half to even.

    Raises:
        ValueError: not a finite number, or larger than a signed 64-bit count of nanos.
    """
    if isinstance(raw, bool | float):
        raise ValueError(f"{raw!r} is no amount")  # noqa: TRY004 - one error for every bad amount
    try:
        value = Decimal(raw)
        if not value.is_finite() or value.adjusted() > 30:
            raise ValueError(f"{raw!r} is no amount")
        nanos = int((value * NANOS_PER_UNIT).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"{raw!r} is no amount") from error
    if abs(nanos) > MAX_NANOS:
        raise ValueError(f"{raw!r} is too large an amount")
    return nanos


def decimal_text(nanos: Nanos) -> str:
    """The exact amount as decimal text, at least two decimals: ``3.21``, ``-0.50``, ``0.000000001``."""
    sign = "-" if nanos < 0 else ""
    units, fraction = divmod(abs(nanos), NANOS_PER_UNIT)
    digits = f"{fraction:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{units}.{digits}"


def divide(numerator: int, denominator: int) -> int:
    """An integer quotient rounded half to even, exact for any size."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2):
        return quotient + 1
    return quotient
