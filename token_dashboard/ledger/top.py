"""In which order groups of a report come. The first are found by the database: others needn't leave it."""

from collections.abc import Iterator, Mapping, Sequence
from operator import add
from typing import NamedTuple

from token_dashboard.model.money import NANOS_PER_UNIT
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order
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
        self, by_name: Sequence[int], sums: Mapping[str, Sequence[int]], times: Sequence[int]
    ) -> Sequence[int]:
        """The places of the groups in this order.

        Args:
            by_name: the places of all groups in the order of names.
            sums: the fields of ``Totals`` that aren't 0 everywhere.
            times: of each group, if they are to be in the order of time.
        """
        if self.order is Order.NAME:
            return (by_name[::-1] if self.is_reversed else by_name)[: self.limit]
        is_time = self.order is Order.TIME
        figures: Sequence[int | None] = times if is_time else self._column(sums)
        named = list(map(figures.__getitem__, by_name))
        first = places_in_order(named, most_first=self.is_reversed == is_time)[: self.limit]
        return list(map(by_name.__getitem__, first))

    def _column(self, sums: Mapping[str, Sequence[int]]) -> Sequence[int | None]:
        if self.order is Order.TOKENS:
            return list(map(add, sums["input_tokens"], sums["output_tokens"]))
        if self.order is Order.REQUESTS:
            return sums["requests"]
        priced, cost = _COSTS[self.basis]
        known = sums.get(f"{priced}_requests", ())
        if not known:
            return [None] * len(sums["requests"])
        nanos = sums[f"{cost}_cost_nanos"]
        return [figure if requests else None for figure, requests in zip(nanos, known, strict=True)]

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
