"""The price book: which row prices a model on a day.

Matching is strict, first hit: the operator's own price; for each vendor whose price it may be (see
``names.vendors``) the id as logged, its normalised spellings, the vendor's own prefixes with a boundary; else
the model has no price. Nothing is searched for and nothing is guessed.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from token_dashboard.model.money import Nanos
from token_dashboard.model.record import record
from token_dashboard.pricing import names
from token_dashboard.pricing.overrides import Override, Overrides
from token_dashboard.pricing.rows import Row, period_on, sheet_of
from token_dashboard.pricing.sheet import RateSheet
from token_dashboard.pricing.shelf import Shelf

DATA = Path(__file__).parent / "data"


class Entry(NamedTuple):
    """A row and whose it is."""

    vendor: str
    row: Row


@record
class Age:
    """How old the prices in use are."""

    as_of: date
    """The day on which the published lists were last read."""
    days: int
    is_refreshed: bool
    """Whether they come from a refresh, rather than with the package."""


class PriceBook:
    """Prices by provider, model and day. Files are read when they are first needed."""

    def __init__(self, *, overrides: Overrides, refreshed: Path | None, data: Path) -> None:
        self._overrides = overrides
        self._makers = Shelf(data / "first_party.json", refreshed)
        self._resellers = Shelf(data / "resellers.json")
        self._entries: dict[tuple[str | None, str], Entry | None] = {}
        self._sheets: dict[tuple[str | None, str, date], RateSheet | None] = {}
        self._listed_sheets: dict[tuple[str | None, str, str | None], RateSheet] = {}
        """By the day from which they hold."""

    @classmethod
    def load(
        cls,
        overrides: Mapping[str, Override] | None = None,
        refreshed_path: Path | None = None,
        *,
        data: Path = DATA,
    ) -> "PriceBook":
        """The checked-in ``data``, the operator's prices over it, and a refreshed book where there is one.

        Raises:
            ConfigError: a price of the operator's is no price.
        """
        return cls(overrides=Overrides(overrides or {}), refreshed=refreshed_path, data=data)

    def lookup(self, provider: str | None, model: str | None, day: date) -> RateSheet | None:
        """The price of a model on a UTC day; ``None`` when it isn't known or when there is no list price."""
        if not model:
            return None
        key = (provider, model, day)
        if key not in self._sheets:
            self._sheets[key] = self._overrides.find(provider, model) or self._listed(provider, model, day)
        return self._sheets[key]

    def models(self) -> tuple[str, ...]:
        """The ids of the makers' own lists that have a price."""
        return tuple(dict.fromkeys(row["id"] for row in self._makers.rows() if "prices" in row))

    def dearest(self, day: date) -> Nanos:
        """The highest rate of the makers' own lists on a UTC day: nanos of a dollar for a million tokens."""
        periods = (period_on(row, day.isoformat()) for row in self._makers.rows())
        rates: list[Nanos | None] = [rate for period in periods if period for rate in period["rates"]]
        return max(rate for rate in rates if rate is not None)

    def age(self, today: date) -> Age:
        """How old the prices of the vendors' own lists are."""
        as_of = date.fromisoformat(self._makers.as_of)
        return Age(as_of=as_of, days=(today - as_of).days, is_refreshed=self._makers.is_refreshed)

    def show(self, name: str) -> tuple[Entry, ...]:
        """Every row that a name matches, makers' first; ``vendor/model`` asks that vendor alone."""
        provider, _, model = name.partition("/")
        asked = self._find(names.vendor_id(provider), model) if model else None
        if asked is not None:
            return (asked,)
        every = dict.fromkeys((*self._makers.vendors, *self._resellers.vendors))
        return tuple(entry for vendor in every if (entry := self._find(vendor, name)) is not None)

    def entry(self, provider: str | None, model: str) -> Entry | None:
        """The row that prices a model, the operator's prices aside."""
        key = (provider, model)
        if key not in self._entries:
            found = (self._find(vendor, model) for vendor in dict.fromkeys(names.vendors(provider, model)))
            self._entries[key] = next(filter(None, found), None)
        return self._entries[key]

    def origin(self, provider: str | None, model: str) -> str:
        """Where a model's price is from: ``override`` (the operator's own), ``fetched`` or ``built-in``."""
        if self._overrides.find(provider, model) is not None:
            return "override"
        entry = self.entry(provider, model)
        return "fetched" if entry is not None and self._makers.was_fetched(entry.row) else "built-in"

    def _listed(self, provider: str | None, model: str, day: date) -> RateSheet | None:
        entry = self.entry(provider, model)
        if entry is None:
            return None
        period = period_on(entry.row, day.isoformat())
        if period is None:
            return None
        key = (provider, model, period.get("from"))
        if key not in self._listed_sheets:
            is_own = provider is not None and names.vendor_id(provider) == entry.vendor
            list_price_of = None if is_own else entry.vendor
            self._listed_sheets[key] = sheet_of(entry.vendor, entry.row, period, list_price_of=list_price_of)
        return self._listed_sheets[key]

    def _find(self, vendor: str, model: str) -> Entry | None:
        shelf = self._resellers if vendor in self._makers.resellers else self._makers
        row = shelf.find(vendor, model)
        return None if row is None else Entry(vendor, row)
