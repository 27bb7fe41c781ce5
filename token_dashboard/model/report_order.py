"""Puts figures in order."""

from collections.abc import Sequence


def places_in_order(figures: Sequence[int | None], *, most_first: bool) -> list[int]:
    """The places of figures in order: what isn't known comes last, and what is equal as it came."""
    told = [figure for figure in figures if figure is not None]
    if len(told) == len(figures):
        return sorted(range(len(told)), key=told.__getitem__, reverse=most_first)
    known = {place: figure for place, figure in enumerate(figures) if figure is not None}
    unknown = [place for place in range(len(figures)) if place not in known]
    return [*sorted(known, key=known.__getitem__, reverse=most_first), *unknown]
