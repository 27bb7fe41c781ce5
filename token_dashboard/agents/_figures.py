"""Numbers as logs write them: counts of tokens, costs, moments."""

from decimal import Decimal
from typing import Annotated, TypeAlias

import msgspec

from token_dashboard.agents._rfc3339 import EARLIEST_MS, LATEST_MS, parse_ms
from token_dashboard.model.money import Nanos, parse_nanos
from token_dashboard.model.usage import MAX_TOKENS

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_TOKENS)] | None
"""Tokens of one class; a field of this type refuses what no request can have used."""


def cost_nanos(cost: Decimal | float | None) -> Nanos | None:
    """US dollars that a log recorded.

    Raises:
        ValueError: negative, no finite number, or too large.
    """
    if cost is None:
        return None
    nanos = parse_nanos(Decimal(repr(cost)) if isinstance(cost, float) else cost)
    if nanos < 0:
        raise ValueError("a negative cost")
    return nanos


def moment_ms(moment: float | str) -> int:
    """UTC epoch milliseconds of a time: RFC 3339 text, or a number of seconds, milli-, micro- or nanoseconds.

    The unit of a number is told from its size: between the years 2020 and 2099 no two units overlap.

    Raises:
        ValueError: another shape, or a time at which no log can have been written.
    """
    if isinstance(moment, str):
        return parse_ms(moment)
    if moment < 10**11:
        time_ms = moment * 1000
    else:
        time_ms = moment if moment < 10**14 else moment / 10 ** (3 if moment < 10**17 else 6)
    if not EARLIEST_MS <= time_ms < LATEST_MS:  # neither does NaN
        raise ValueError("the time lies outside the years 2020 to 2099")
    return int(time_ms + 0.0005)
