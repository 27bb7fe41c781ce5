"""Puts figures in order."""

from collections.abc import Sequence
from typing import Any


def places_in_order(figures: Sequence[int | None], *, most_first: bool) -> list[int]:
    """The places of figures in order: what isn't known comes last, and what is equal as it came."""
    if None not in figures:
        key: Any = figures.__getitem__
        return sorted(range(len(figures)), key=key, reverse=most_first)
    known = {place: figure for place, figure in enumerate(figures) if figure is not None}
    unknown = [place for place in range(len(figures)) if place not in known]
    return [*sorted(known, key=known.__getitem__, reverse=most_first), *unknown]
