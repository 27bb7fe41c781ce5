"""A language: its catalog of messages, and how it writes money, tokens, numbers and shares.

English stands in the code; ``locales/`` holds the others. ``scripts/catalogs.py`` keeps them in step.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache, reduce
from gettext import GNUTranslations, NullTranslations
from itertools import repeat
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    get_currency_precision,
    get_decimal_symbol,
)

from token_dashboard.model.money import NANOS_PER_UNIT, Money, Nanos, divide
from token_dashboard.render.written import Written

LOCALES = Path(__file__).parent / "locales"
TRANSLATED = {"de": "de", "zh": "zh_Hans"}
"""The catalog of each language other than English."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""Faces turn it into a plain space in the end, so that what they show can be searched."""

_MYRIADS = {"zh", "ja", "ko"}
_WHOLE = Decimal(1)
_SURELY_NEAR = 0.499
"""So far from a whole number of percent nobody asks which is nearer; what is between is rounded exactly."""
_EXACT = 2**53
"""The whole numbers up to here are floats too."""
_KEPT = 4096
"""How many figures of a kind are remembered: a long table says the same ones again and again."""


def N_(message: str) -> str:  # noqa: N802 - the name by which catalogs find a message that is translated later
    """Mark a message for the catalogs without translating it yet."""
    return message


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """How one language says it. No-break spaces within a figure keep it whole when a line is folded.

    There is one of each (``language``), so that it is told from others at no cost.
    """

    locale: Locale
    catalog: NullTranslations

    def gettext(self, message: str) -> str:
        return self.catalog.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.catalog.ngettext(one, many, count)

    def listed(self, parts: Iterable[str]) -> str:
        """The parts that aren't empty, with commas."""
        return self.gettext(", ").join(part for part in parts if part)

    def clauses(self, parts: Iterable[str]) -> str:
        """The parts that aren't empty, with semicolons."""
        return self.gettext("; ").join(part for part in parts if part)

    def sentences(self, parts: Iterable[str]) -> str:
        """The parts that aren't empty, one behind the other: with a space, where a language has that."""
        joint = self.gettext("{sentence} {next}")
        told = filter(None, parts)
        return reduce(lambda one, other: joint.format(sentence=one, next=other), told, next(told, ""))

    def with_remark(self, text: str, remark: str) -> str:
        """``41 d (Nov 21)``."""
        return self.gettext("{text} ({remark})").format(text=text, remark=remark)

    def money(self, money: Money) -> str:
        """With the decimals of its currency; ``<$0.01`` for what would round to nothing but isn't."""
        digits, written = self._writing(money.currency)
        unit = 10 ** (9 - digits)
        if written is not None and (money.nanos >= unit or not money.nanos):
            return written.text(divide(money.nanos, unit))
        smallest = _WHOLE.scaleb(-digits)
        exact = _units(money)
        if 0 < exact < smallest:
            return "<" + self._currency(smallest, money.currency)
        if -smallest < exact < 0:
            return ">" + self._currency(-smallest, money.currency)
        return self._currency(exact.quantize(smallest, ROUND_HALF_EVEN), money.currency)

    def money_of_all(self, nanos: Sequence[Nanos], currency: str) -> list[str]:
        """The same of thousands of amounts in one currency."""
        digits, written = self._writing(currency)
        unit = 10 ** (9 - digits)
        if written is None:
            return [self.money(Money(one, currency)) for one in nanos]
        texts = written.texts(list(map(divide, nanos, repeat(unit))))
        return [
            text if one >= unit or not one else self.money(Money(one, currency))
            for one, text in zip(nanos, texts, strict=True)
        ]

    def exact(self, money: Money) -> str:
        """The amount to its last digit, without its currency."""
        return money.amount.replace(".", get_decimal_symbol(self.locale))

    def about(self, money: Money) -> str:
        """An estimate: whole units from ten on, so that it doesn't look exact."""
        if abs(money.nanos) < 10 * NANOS_PER_UNIT:
            return f"≈{NO_BREAK}{self.money(money)}"
        return f"≈{NO_BREAK}{self._whole_units(money)}"

    def limit(self, money: Money) -> str:
        """An amount that a person chose: without decimals when it has none."""
        return self.money(money) if money.nanos % NANOS_PER_UNIT else self._whole_units(money)

    def tokens(self, count: int) -> str:
        """Three digits and a unit: ``12.4 M``, ``210 k``, ``1240万``."""
        return self._tokens(_three_digits(count))

    def tokens_of_all(self, counts: Sequence[int]) -> list[str]:
        """The same of thousands."""
        if max(counts, default=0) > _EXACT:
            return list(map(self.tokens, counts))
        rounded = list(map("%.3g".__mod__, counts))
        told = {one: self.tokens(int(float(one))) for one in set(rounded)}
        return list(map(told.__getitem__, rounded))

    @lru_cache(_KEPT)  # noqa: B019 - languages are few, and live as long as the process
    def _tokens(self, rounded: int) -> str:
        if self.locale.language in _MYRIADS:
            return _whole(format_compact_decimal(rounded, locale=self.locale, fraction_digits=1))
        for unit, message in _TOKEN_UNITS:
            if abs(rounded) >= unit:
                return _whole(self.gettext(message).format(number=self._tenths(divide(10 * rounded, unit))))
        return self.count(rounded)

    def _tenths(self, tenths: int) -> str:
        """With one decimal, unless that is 0."""
        written = self._with_decimal()
        if written is None or not 0 <= tenths < 10 * 1000:
            return format_decimal(Decimal(tenths) / 10, format="0.#", locale=self.locale)
        return written.text(tenths) if tenths % 10 else self.count(tenths // 10)

    @lru_cache  # noqa: B019 - languages are few, and live as long as the process
    def _with_decimal(self) -> Written | None:
        return Written.like(lambda number: format_decimal(number, format="0.0", locale=self.locale), 1)

    def count(self, count: int) -> str:
        """A whole number in full, with the language's grouping."""
        written = self._counting()
        return self._decimal(count) if written is None or count < 0 else written.text(count)

    @lru_cache  # noqa: B019 - languages are few, and live as long as the process
    def _counting(self) -> Written | None:
        return Written.like(self._decimal, 0)

    def _decimal(self, number: Decimal | int) -> str:
        return _whole(format_decimal(number, locale=self.locale))

    def percent(self, percent: Decimal) -> str:
        """Whole; what is not nothing is never 0 %, what is not all is never 100 %."""
        if 0 < percent < 1:
            return "<" + self._percent(1)
        if 99 < percent < 100:
            return self._percent(99)
        return self._percent(int(percent.quantize(_WHOLE, ROUND_HALF_EVEN)))

    def share(self, share: float) -> str:
        """A share of 0 to 1 as a percentage."""
        percent = 100 * share
        if 1.01 < percent < 98.99 and abs(percent - round(percent)) < _SURELY_NEAR:
            return self._percent(round(percent))
        return self.percent(Decimal(repr(share)) * 100)

    def shares_of_all(self, shares: Sequence[float]) -> list[str]:
        """The same of thousands."""
        percents = [100 * share for share in shares]
        whole = list(map(round, percents))
        told = {one: self._percent(one) for one in set(whole)}
        return [
            told[near]
            if 1.01 < percent < 98.99 and -_SURELY_NEAR < percent - near < _SURELY_NEAR
            else self.share(share)
            for share, percent, near in zip(shares, percents, whole, strict=True)
        ]

    @lru_cache(_KEPT)  # noqa: B019 - languages are few, and live as long as the process
    def _percent(self, whole: int) -> str:
        pattern = self.locale.percent_formats[None].pattern
        return _whole(pattern.replace("#,##0", format_decimal(whole, locale=self.locale)))

    @lru_cache  # noqa: B019 - languages are few, and live as long as the process
    def _writing(self, currency: str) -> tuple[int, Written | None]:
        """How many decimals a currency has, and how its amounts are written."""
        digits = get_currency_precision(currency)
        return digits, Written.like(lambda amount: self._currency(amount, currency), digits)

    def _whole_units(self, money: Money) -> str:
        pattern = re.sub(r"\.0+", "", self.locale.currency_formats["standard"].pattern)
        return self._currency(_units(money).quantize(_WHOLE), money.currency, pattern)

    @lru_cache(_KEPT)  # noqa: B019 - languages are few, and live as long as the process
    def _currency(self, amount: Decimal, currency: str, pattern: str | None = None) -> str:
        return _whole(
            format_currency(
                amount, currency, format=pattern, locale=self.locale, currency_digits=pattern is None
            )
        )


_TOKEN_UNITS = (
    (10**12, N_("{number} T")),
    (10**9, N_("{number} B")),
    (10**6, N_("{number} M")),
    (10**3, N_("{number} k")),
)


@lru_cache
def language(tag: str) -> Language:
    """The language of a tag like ``de``, ``de-AT``, ``zh_CN.UTF-8``; English for one we don't speak.

    A region chooses the formats (``en-GB``), the language chooses the words.
    """
    locale = _locale(re.split(r"[.@]", tag)[0].replace("-", "_"))
    catalog = TRANSLATED.get(locale.language)
    if catalog is None:
        return Language(locale, NullTranslations())
    with (LOCALES / catalog / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        return Language(locale, GNUTranslations(file))


def _locale(tag: str) -> Locale:
    for candidate in (tag, tag.partition("_")[0]):
        try:
            locale = Locale.parse(candidate)
        except (ValueError, UnknownLocaleError):
            continue
        if locale.language == "zh" and locale.script != "Hans":
            return Locale("zh", script="Hans")
        if locale.language == "en" or locale.language in TRANSLATED:
            return locale
    return Locale("en")


def _units(money: Money) -> Decimal:
    return Decimal(money.nanos).scaleb(-9)


def _three_digits(count: int) -> int:
    step: int = 10 ** max(len(str(abs(count))) - 3, 0)
    return divide(count, step) * step


def _whole(text: str) -> str:
    return text.replace(" ", NO_BREAK).replace("\N{NARROW NO-BREAK SPACE}", NO_BREAK)
