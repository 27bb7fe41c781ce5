"""Requests that have the same rates, added up."""

from typing import NamedTuple

from token_dashboard.model.money import Nanos
from token_dashboard.model.usage import UsageEvent


class Alike(NamedTuple):
    """Requests of one owner and one step of time, alike in all that decides on the rates of their prices."""

    example: UsageEvent
    """It has the owner, the tier and the step of all of them, and an input of the size of theirs."""
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
