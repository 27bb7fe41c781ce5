"""In which order groups of a report come. The first are found by the database: others needn't leave it."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.record import column
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order, Totals, costs_nanos, token_sums
from token_dashboard.model.report_order import places_in_order

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
    """Groups in an order, or in its reverse: all of them, or the first so many."""

    order: Order
    basis: CostBasis
    limit: int | None
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
        limit = "" if self.limit is None else f" limit {self.limit}"
        return First(join, f" order by {', '.join((*figures, *names))}{limit}")

    def places(
        self, by_name: Callable[[], Sequence[int]], totals: Sequence[Totals], times: Sequence[int]
    ) -> Sequence[int]:
        """The places of the groups in this order.

        Args:
            by_name: the places of all groups in the order of names, asked for where names decide.
            totals: of each group.
            times: of each group, if they are to be in the order of time.
        """
        if self.order is Order.NAME:
            named = by_name()
            return (named[::-1] if self.is_reversed else named)[: self.limit]
        is_time = self.order is Order.TIME
        figures: Sequence[int | None] = times if is_time else self._column(totals)
        most_first = self.is_reversed == is_time
        if len(set(figures)) == len(figures):
            return places_in_order(figures, most_first=most_first)[: self.limit]
        named = by_name()
        told = list(map(figures.__getitem__, named))
        return list(map(named.__getitem__, places_in_order(told, most_first=most_first)[: self.limit]))

    def _column(self, totals: Sequence[Totals]) -> Sequence[int | None]:
        if self.order is Order.TOKENS:
            return token_sums(totals)
        if self.order is Order.REQUESTS:
            return column(totals, "requests")
        return costs_nanos(totals, self.basis)

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
