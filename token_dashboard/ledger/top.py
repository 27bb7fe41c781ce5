"""The groups of a report that come first, found by the database so that the others needn't leave it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order

_COSTS = {
    CostBasis.COMPUTED: ("priced", "list"),
    CostBasis.LOGGED: ("recorded", "recorded"),
    CostBasis.AUTO: ("likely", "likely"),
}
"""How the columns of a basis begin: of the requests that have such a cost, of the cost."""
_LIVES = (
    " join (select session as name, max(last_ms) as last_ms from thread group by session) as life"
    " on life.name = thread.session"
)
_LAST_ACTIVE = "max(case when thread.session = '' then 0 else life.last_ms end)"


class First(NamedTuple):
    """SQL that leaves the first groups."""

    join: str
    """What is needed beside the table ``thread``."""
    order: str


class Top(NamedTuple):
    """The first so many groups in an order, or in its reverse."""

    order: Order
    basis: CostBasis
    limit: int
    is_reversed: bool = False

    def of(self, by: Sequence[Dimension]) -> First:
        """Of groups that begin with these columns. What isn't known comes last; names decide in the end."""
        names = [str(place + 1) for place in range(len(by))]
        way = " desc" if self.is_reversed else ""
        if self.order is Order.NAME:
            figures, names = [], [f"{name}{way}" for name in names]
        elif self.order is Order.TIME:
            figures = [f"{self._time(by)}{way}"]
        else:
            figures = list(self._figures("" if self.is_reversed else " desc"))
        join = _LIVES if _LAST_ACTIVE + way in figures else ""
        return First(join, f" order by {', '.join((*figures, *names))} limit {self.limit}")

    def _time(self, by: Sequence[Dimension]) -> str:
        """The time of a group; of sessions, when they were last active."""
        return next((str(place + 1) for place, one in enumerate(by) if one in TIMES), _LAST_ACTIVE)

    def _figures(self, way: str) -> Iterator[str]:
        if self.order is Order.COST:
            known, cost = _COSTS[self.basis]
            units, nanos = f"sum(rollup.{cost}_cost_units)", f"sum(rollup.{cost}_cost_nanos)"
            yield f"case when sum(rollup.{known}_requests) = 0 then 1 else 0 end"
            yield f"{units} + {nanos} / {NANOS_PER_UNIT}{way}"
            yield f"{nanos} % {NANOS_PER_UNIT}{way}"
        elif self.order is Order.TOKENS:
            yield f"sum(rollup.input_tokens) + sum(rollup.output_tokens){way}"
        else:
            yield f"sum(rollup.requests){way}"
