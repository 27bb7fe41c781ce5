"""Figures as vendors write them, as types for the fields of a shape: the type names the unit on the wire.

What comes out is always the same: money in whole units of its currency, moments in epoch milliseconds,
counts as ints. Text or number makes no difference; nothing passes through a float; NaN, infinities, booleans
and empty text are refused, and so is what cannot be true, such as milliseconds where seconds belong.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import ClassVar, Self

import msgspec

from token_dashboard.model.money import USD, Money, parse_nanos

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FAR_MS = 10**14
"""The year 5138: a second count below it, written in milliseconds, is above it by far."""
_GO_UNITS_US = {"h": 3_600_000_000, "m": 60_000_000, "s": 1_000_000, "ms": 1000, "us": 1, "µs": 1}
_GO_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|h|m|s)", re.ASCII)


class Number(Decimal):
    """A number, as a JSON number or as decimal text; finite, and of no absurd size."""

    magnitude: ClassVar[int] = 18
    """Powers of ten: everything from a trillionth of a trillionth up to this is believed."""
    exponent: ClassVar[int] = 0
    """The unit on the wire, as a power of ten of what comes out."""

    def __new__(cls, raw: str | int | Decimal) -> Self:
        try:
            number = Decimal(cls.cleaned(raw))
            if not number.is_finite() or (number and not -40 <= number.adjusted() < 40):
                raise ValueError("not a number of a possible size")
            number = number.scaleb(cls.exponent) if cls.exponent else number
        except InvalidOperation:
            raise ValueError("not a number") from None
        if not number:
            return super().__new__(cls, 0)  # whatever its exponent was: 0E+999999 is none to reckon with
        if not -24 <= number.adjusted() < cls.magnitude:
            raise ValueError("not a number of a possible size")
        return super().__new__(cls, number)

    @classmethod
    def cleaned(cls, raw: str | int | Decimal) -> str | int | Decimal:
        return raw


class Amount(Number):
    """Money in units of its currency, under a billion, so that sums of a few stay in range."""

    magnitude = 9


class Cents(Amount):
    """Money in hundredths: ``"123.45"`` is 1.2345."""

    exponent = -2


class TenThousandths(Amount):
    """Money in units of 1e-4: ``125000`` is 12.50."""

    exponent = -4


class Micros(Amount):
    """Money in millionths."""

    exponent = -6


class NanoUnits(Amount):
    """Money in billionths."""

    exponent = -9


class Ticks(Amount):
    """Money in units of 1e-10, as xAI's ``cost_in_usd_ticks``."""

    exponent = -10


class WrittenAmount(Amount):
    """Money as written for people: ``$36.00``, ``-$1,234.50``. A comma parts thousands and nothing else."""

    @classmethod
    def cleaned(cls, raw: str | int | Decimal) -> str | int | Decimal:
        if not isinstance(raw, str):
            return raw
        found = re.fullmatch(r"(-?)\$?(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", raw.strip(), re.ASCII)
        if not found or (found[1] and found[2]):
            raise ValueError("not an amount")
        return f"{found[1] or found[2]}{found[3].replace(',', '')}{found[4] or ''}"


class Count(int):
    """A count of tokens, requests or bytes: whole and not negative; ``"311"`` is 311."""

    def __new__(cls, raw: str | int | Decimal) -> Self:
        number = Number(raw)
        if number < 0 or number != number.to_integral_value():
            raise ValueError("not a count")
        return super().__new__(cls, int(number))


class Currency(str):
    """A currency's code in capitals: ``usd`` is ``USD``."""

    __slots__ = ()

    def __new__(cls, raw: str | int | Decimal) -> Self:
        if not isinstance(raw, str) or not re.fullmatch("[A-Za-z]{3}", raw, re.ASCII):
            raise ValueError("not a currency")
        return super().__new__(cls, raw.upper())


class EpochS(int):
    """A moment in seconds since 1970, which comes out in milliseconds. 0 stays 0: often it means *none*."""

    per_ms: ClassVar[Decimal] = Decimal("0.001")
    """Units of the wire in a millisecond."""

    def __new__(cls, raw: str | int | Decimal) -> Self:
        time_ms = int(Number(raw) / cls.per_ms)
        # A moment between 1973 and 5138, or one in another unit.
        if time_ms and not _FAR_MS // 1000 <= time_ms < _FAR_MS:
            raise ValueError("not a moment in this unit")
        return super().__new__(cls, time_ms)


class EpochMs(EpochS):
    """A moment in milliseconds since 1970. A count of seconds is refused."""

    per_ms = Decimal(1)


class EpochUs(EpochS):
    """A moment in microseconds since 1970, which comes out in milliseconds."""

    per_ms = Decimal(1000)


class Iso(int):
    """A moment as RFC 3339 text, up to nanoseconds, which comes out in epoch milliseconds.

    Text without an offset, and a bare date, are read as UTC.
    """

    def __new__(cls, raw: str | int | Decimal) -> Self:
        if not isinstance(raw, str):
            raise ValueError("not a moment")  # noqa: TRY004 - msgspec takes a ValueError for a refusal
        try:
            moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", raw.strip(), count=1))
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return super().__new__(cls, epoch_ms(moment))
        except (ValueError, OverflowError):
            raise ValueError("not a moment") from None


class ProtoMoney(msgspec.Struct):
    """Google's ``Money``: whole ``units`` and ``nanos`` beside them, which bear the same sign."""

    currencyCode: Currency  # noqa: N815 - the vendor's name
    units: Amount | None = None
    nanos: NanoUnits | None = None

    @property
    def money(self) -> Money:
        zero = Decimal(0)
        return money((self.units or zero) + (self.nanos or zero), self.currencyCode)


def money(amount: Decimal, currency: str = USD) -> Money:
    """Money of an ``Amount``, or of a sum or difference of two."""
    return Money(parse_nanos(amount), currency)


def percent(used: Decimal | int, limit: Decimal | int) -> Decimal | None:
    """How much of a limit is used, 0 to 100 and beyond; ``None`` for a limit of nothing or less."""
    return Decimal(100) * used / limit if limit > 0 else None


def percent_of_fraction(used: Decimal) -> Decimal:
    """0.42 used is 42 %."""
    return 100 * used


def percent_of_remaining(remaining_percent: Decimal) -> Decimal:
    """82 % left is 18 % used."""
    return 100 - remaining_percent


def percent_of_remaining_fraction(remaining: Decimal) -> Decimal:
    """0.82 left is 18 % used."""
    return 100 - 100 * remaining


def epoch_ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def day_of(time_ms: int) -> date:
    """The UTC day of a moment."""
    return (_EPOCH + timedelta(milliseconds=time_ms)).date()


def day_start_ms(day: date) -> int:
    """The first moment of a UTC day."""
    return (day - _EPOCH.date()).days * 86_400_000


def duration_ms(text: str) -> int | None:
    """A length of time as Go writes it (``6m0s``, ``88ms``, ``37s``), in milliseconds; ``None`` for else."""
    parts = _GO_PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return int(sum(Decimal(number) * _GO_UNITS_US[unit] for number, unit in parts) / 1000)
