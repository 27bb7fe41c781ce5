"""Prices that the operator set: exact for the names they give, and for no other."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from token_dashboard.model.errors import ConfigError
from token_dashboard.model.money import parse_nanos
from token_dashboard.pricing.names import vendor_id
from token_dashboard.pricing.rows import ALWAYS, complete
from token_dashboard.pricing.sheet import RateSheet, Schedule

Override: TypeAlias = Mapping[str, str | int | float | Decimal | None]
"""US dollars a million tokens: ``inputPerMillion`` and ``outputPerMillion``, and if wanted
``cacheReadPerMillion``, ``cacheCreationPerMillion``, ``cacheCreation1hPerMillion``; ``webSearchEach``."""

_RATES = (
    "inputPerMillion",
    "cacheReadPerMillion",
    "cacheCreationPerMillion",
    "cacheCreation1hPerMillion",
    "outputPerMillion",
)


class Overrides:
    """The operator's prices, by ``<provider>/<model>`` or ``<model>`` alone; letter case doesn't matter."""

    def __init__(self, prices: Mapping[str, Override]) -> None:
        """Reads every price at once, so that a bad one is told at the start.

        Raises:
            ConfigError: a price that is missing, negative or no number.
        """
        self._sheets = {name.lower(): _sheet(name, price) for name, price in prices.items()}

    def find(self, provider: str | None, model: str) -> RateSheet | None:
        name = model.lower()
        if provider is not None:
            for place in (provider.lower(), vendor_id(provider)):
                if sheet := self._sheets.get(f"{place}/{name}"):
                    return sheet
        return self._sheets.get(name)


def _sheet(name: str, price: Override) -> RateSheet:
    rates = [_nanos(name, key, price.get(key)) for key in _RATES]
    for key in ("inputPerMillion", "outputPerMillion"):
        if price.get(key) is None:
            raise ConfigError(file="prices", path=f"$.prices[{name!r}].{key}", reason="is needed")
    return RateSheet(
        base=Schedule(complete(rates, is_claude="claude" in name.lower())),
        web_search=_nanos(name, "webSearchEach", price.get("webSearchEach")) or 0,
        from_date=ALWAYS,
        row=name,
        source="your configuration",
    )


def _nanos(name: str, key: str, value: str | float | Decimal | None) -> int | None:
    if value is None:
        return None
    try:
        # repr gives back the digits that were written: 0.1 is 0.1
        nanos = parse_nanos(repr(value) if isinstance(value, float) else value)
    except ValueError:
        nanos = -1
    if nanos < 0:
        raise ConfigError(
            file="prices",
            path=f"$.prices[{name!r}].{key}",
            reason=f"is {value!r}; a number from 0 up is needed",
        )
    return nanos
