"""What somebody asks of a report, whichever door they come through."""

from collections.abc import Mapping, Sequence
from dataclasses import field
from zoneinfo import ZoneInfo

from token_dashboard.model.exchange import Exchange
from token_dashboard.model.record import record
from token_dashboard.model.report import TIMES, CostBasis, Dimension, Order
from token_dashboard.model.stretch import ALWAYS, Stretch


@record
class ReportRequest:
    """A table of usage. What isn't said is as a person most likely wants it."""

    by: tuple[Dimension, ...] = ()
    """Nothing: the total alone."""
    stretch: Stretch = ALWAYS
    only: Mapping[Dimension, Sequence[str]] = field(default_factory=dict)
    """Keeps to values of dimensions: each to the letter or, if there is no such value, as a shell's pattern
    (``claude-*``). '' is what isn't known."""
    cost_basis: CostBasis = CostBasis.COMPUTED
    order: Order | None = None
    """``None``: by the dimensions where one of them is a time, else the costliest first."""
    is_reversed: bool = False
    limit: int | None = None
    """Rows at the most; the others are told as one."""
    tz: ZoneInfo | None = None
    """``None``: the owner's."""
    week_start: int = 0
    """On which day weeks begin; 0 is Monday."""
    has_parts: bool = False
    """Each group by model, too."""
    exchange: Exchange | None = None
    """The currency that costs are shown in as well."""

    @property
    def order_meant(self) -> Order:
        if self.order is not None:
            return self.order
        return Order.NAME if any(one in TIMES for one in self.by) else Order.COST
