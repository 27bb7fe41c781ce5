"""What is usual: the past four weeks of an owner's own use.

Usual is what a *busy* hour, quarter or request was like: half of everything was used in busier ones. Unlike a
median it doesn't fall when a bot's cheap heartbeats fill the nights, and a single odd hour doesn't move it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from token_dashboard.model.period import BUCKET_MS, DAY_MS
from token_dashboard.model.series import UsageSlice

PAST_MS = 28 * DAY_MS
"""How much past watchers look at."""
_LEAST_DAYS = 3


def busy(figures: Iterable[tuple[int, int]]) -> int:
    """Of (figure, weight) pairs, the lowest figure by which half of the weight is reached; 0 of none."""
    ordered = sorted(figures)
    half = sum(weight for _, weight in ordered)
    for figure, weight in ordered:
        half -= 2 * weight
        if half <= 0:
            return figure
    return 0


def between(slices: Sequence[UsageSlice], start_ms: int, end_ms: int) -> Sequence[UsageSlice]:
    """The slices, oldest first, that begin in a stretch of time."""
    return slices[bisect_left(slices, start_ms, key=_start) : bisect_left(slices, end_ms, key=_start)]


def is_known(past: Sequence[UsageSlice], figures: int, least: int) -> bool:
    """Whether there is enough past to say what is usual: so many figures of it, from three days or more."""
    return figures >= least and len({one.start_ms // DAY_MS for one in past}) >= _LEAST_DAYS


def quarter_of(time_ms: int) -> int:
    """Where the quarter of an hour begins that a moment lies in."""
    return time_ms // BUCKET_MS * BUCKET_MS


def cost(one: UsageSlice) -> int:
    """Its cost, or nothing where the price isn't known: never more than was spent."""
    return one.cost_nanos or 0


def _start(one: UsageSlice) -> int:
    return one.start_ms
