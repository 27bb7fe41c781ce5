"""Moments and costs as other programs tell them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation

from token_dashboard.agents._rfc3339 import EARLIEST_MS, LATEST_MS
from token_dashboard.model.money import MAX_NANOS, NANOS_PER_UNIT, Nanos

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def epoch_ms(moment: datetime) -> int:
    """A moment with an offset.

    Raises:
        ValueError: nothing that is counted here was used then.
    """
    return possible((moment - _EPOCH) // timedelta(milliseconds=1))


def possible(time_ms: int) -> int:
    """The same moment.

    Raises:
        ValueError: nothing that is counted here was used then.
    """
    if not EARLIEST_MS <= time_ms < LATEST_MS:
        raise ValueError("the time lies outside the years 2020 to 2099")
    return time_ms


def told_cost(given: object) -> Nanos | None:
    """Dollars; what is no amount is unknown. It may be below zero, as TokenLedger's of cached input."""
    try:
        nanos = int(Decimal(str(given)) * NANOS_PER_UNIT)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return nanos if abs(nanos) <= MAX_NANOS else None
