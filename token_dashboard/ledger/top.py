"""The groups of a report that come first, found by the database so that the others needn't leave it."""

from typing import NamedTuple

from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.report import CostBasis, Order

_COSTS = {
    CostBasis.COMPUTED: ("priced", "list"),
    CostBasis.LOGGED: ("recorded", "recorded"),
    CostBasis.AUTO: ("likely", "likely"),
}
"""How the columns of a basis begin: of the requests that have such a cost, of the cost."""


class Top(NamedTuple):
    """The first so many groups by cost, tokens or requests, the most first unless reversed."""

    order: Order
    basis: CostBasis
    limit: int
    is_reversed: bool = False


def grouped(columns: int) -> str:
    """Sums of no columns are one row even where nothing is found; others have a row for each group."""
    places = ", ".join(str(place + 1) for place in range(columns))
    return f" group by {places} having sum(rollup.requests) > 0" if columns else ""


def first(top: Top, columns: int) -> str:
    """The order of a ``Top``: what isn't known last, and names in the end so that it is always the same."""
    way = "asc" if top.is_reversed else "desc"
    if top.order is Order.COST:
        known, cost = _COSTS[top.basis]
        units, nanos = f"sum(rollup.{cost}_cost_units)", f"sum(rollup.{cost}_cost_nanos)"
        figures = [
            f"case when sum(rollup.{known}_requests) = 0 then 1 else 0 end",
            f"{units} + {nanos} / {NANOS_PER_UNIT} {way}",
            f"{nanos} % {NANOS_PER_UNIT} {way}",
        ]
    elif top.order is Order.TOKENS:
        figures = [f"sum(rollup.input_tokens) + sum(rollup.output_tokens) {way}"]
    else:
        figures = [f"sum(rollup.requests) {way}"]
    names = [str(place + 1) for place in range(columns)]
    return f" order by {', '.join((*figures, *names))} limit {top.limit}"
