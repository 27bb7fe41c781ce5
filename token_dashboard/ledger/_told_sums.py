"""Which sums a ledger has something in. Most logs tell no costs, for one: half of the sums aren't read then.

It is found in the roll-up by day, a row or two for each session. No count and no cost is below zero, so what
is nothing over a day is nothing in each part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import repeat
from operator import add, mul
from typing import NamedTuple

from token_dashboard.ledger._database import Row
from token_dashboard.ledger._sums import Sums
from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.record import Records
from token_dashboard.model.report import Totals


class _Rare(NamedTuple):
    """Sums that are the same as others, or 0, unless a condition holds somewhere."""

    condition: str
    otherwise: Mapping[str, str | None]


_RARE = (
    _Rare("cache_creation_1h_input_tokens <> 0", {"cache_creation_1h_input_tokens": None}),
    _Rare("reasoning_output_tokens <> 0", {"reasoning_output_tokens": None}),
    _Rare("web_searches <> 0", {"web_searches": None}),
    _Rare("priced_requests <> requests", {"priced_requests": "requests"}),
    _Rare("unpriced_tokens <> 0", {"unpriced_tokens": None}),
    _Rare("open_sums <> 0", {"open_sums": None}),
    _Rare(
        "recorded_requests <> 0 or recorded_cost_units <> 0 or recorded_cost_nanos <> 0",
        {
            "recorded_requests": None,
            "recorded_cost_units": None,
            "recorded_cost_nanos": None,
            "likely_requests": "priced_requests",
            "likely_cost_units": "list_cost_units",
            "likely_cost_nanos": "list_cost_nanos",
            "unknown_cost_tokens": "unpriced_tokens",
            "doubtful_requests": None,
        },
    ),
)
_MONEY = ("list_cost", "recorded_cost", "likely_cost")

SELECT_TOLD = (
    "select "
    + ", ".join(f"max(case when {one.condition} then 1 else 0 end)" for one in _RARE)
    + " from day_rollup"
)


class ToldSums(NamedTuple):
    """The sums that are read, and what the others are: the same as another, or 0."""

    names: tuple[str, ...]
    otherwise: Mapping[str, str | None]

    @classmethod
    def of(cls, found: Row) -> "ToldSums":
        """From the row of ``SELECT_TOLD``; of an empty ledger it has no values."""
        otherwise: dict[str, str | None] = {}
        for one, is_told in zip(_RARE, found, strict=True):
            if not is_told:
                otherwise |= one.otherwise
        return cls(tuple(name for name in Sums._fields if name not in otherwise), otherwise)

    @property
    def columns(self) -> str:
        """SQL for the sums of each row of ``rollup``."""
        return ", ".join(f"rollup.{name}" for name in self.names)

    @property
    def select(self) -> str:
        """SQL for the sums of each group of rows of ``rollup``."""
        return ", ".join(f"cast(sum(rollup.{name}) as bigint)" for name in self.names)

    def totals(self, columns: Sequence[Sequence[int]]) -> Records[Totals]:
        """Of each group, from the columns of ``select``."""
        known: dict[str, Sequence[int]] = dict(zip(self.names, columns, strict=True))
        for cost in _MONEY:
            if (units := known.pop(f"{cost}_units", None)) is not None:
                nanos = map(mul, units, repeat(NANOS_PER_UNIT))
                known[f"{cost}_nanos"] = list(map(add, nanos, known[f"{cost}_nanos"]))
        for one in fields(Totals):
            name: str | None = one.name
            while name is not None and name not in known:
                name = self.otherwise[name]
            if name is not None:
                known[one.name] = known[name]
        return Records(Totals, len(columns[0]), known)


ALL_SUMS = ToldSums(Sums._fields, {})
