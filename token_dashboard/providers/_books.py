"""What vendors that keep their books by day have in common: how they page, and bills with repeated lines."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Generic, TypeVar

import msgspec

from token_dashboard.model.snapshot import DailyCost

Day = TypeVar("Day")


class BookPage(msgspec.Struct, Generic[Day]):
    """A page of days, as OpenAI and Anthropic turn them."""

    data: list[Day]
    has_more: bool
    next_page: str | None = None

    def cursor(self) -> str | None:
        """What ``Access.pages`` goes on with."""
        return (self.next_page or "") if self.has_more else None


def added_up(costs: Iterable[DailyCost]) -> tuple[DailyCost, ...]:
    """One figure for what a bill tells in several: of a project each, say, or of a purchase each."""
    sums: dict[tuple[date, str, str | None, str | None, str], DailyCost] = {}
    for cost in costs:
        at = (cost.day, cost.scope, cost.model, cost.line, cost.money.currency)
        known = sums.get(at)
        sums[at] = cost if known is None else replace(cost, money=known.money + cost.money)
    return tuple(sums.values())
