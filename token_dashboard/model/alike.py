"""Requests that have the same rates, added up, and what tells them from others."""

from typing import NamedTuple

from token_dashboard.model.money import Nanos
from token_dashboard.model.usage import UsageEvent


class Lines(NamedTuple):
    """Where the rates of prices change."""

    moments: frozenset[int] = frozenset()
    """Starts of UTC days, epoch milliseconds, with which another price is in force."""
    minutes: frozenset[int] = frozenset()
    """Of the UTC day. Where there are any, rates may depend on the weekend, too."""
    sizes: frozenset[int] = frozenset()
    """Prompts of more tokens have other rates."""


class Alike(NamedTuple):
    """Requests alike in all that decides on the rates of their prices."""

    example: UsageEvent
    """It has the provider, the model and the tier of all of them, the moment of one of them, or that of the
    hour in which it was made, and an input of the size of theirs."""
    list_cost_nanos: Nanos | None
    """``None``: of none of them a price was known."""
    requests: int
    plain: int
    """Input that was neither read from a cache nor written to one."""
    cache_read: int
    cache_creation: int
    """Cache writes that live five minutes."""
    cache_creation_1h: int
    output: int
    reasoning: int
    """The part of ``output`` that is reasoning."""
    web_searches: int
