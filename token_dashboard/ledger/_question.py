"""What a report asks of the roll-ups, and the rows that it makes of their answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger._database import Row
from token_dashboard.ledger._layers import time_of
from token_dashboard.ledger._sums import Sums, totals_of
from token_dashboard.model.period import Period
from token_dashboard.model.report import TIMES, Dimension, ReportRow

_WIDTH = len(Sums._fields)


class Question(NamedTuple):
    """What is summed, and by what."""

    period: Period | None
    by: tuple[Dimension, ...]
    tz: ZoneInfo
    only: Mapping[Dimension, str | tuple[str, ...]]
    week_start: int

    @classmethod
    def of(
        cls,
        period: Period | None,
        by: Sequence[Dimension],
        tz: ZoneInfo,
        only: Mapping[Dimension, str | tuple[str, ...]],
        week_start: int,
    ) -> "Question":
        """A model belongs to a provider: grouping by one groups by both."""
        needed = [Dimension.PROVIDER] if Dimension.MODEL in by else []
        return cls(period, tuple(dict.fromkeys((*by, *needed))), tz, only, week_start)

    @property
    def key(self) -> tuple[object, ...]:
        """Something that a dictionary can hold."""
        return self.period, self.by, self.tz.key, tuple(self.only.items()), self.week_start

    def rows(self, found: Iterable[Row]) -> tuple[ReportRow, ...]:
        """In the order of the dimensions. Each answer has the owners, one slot of time if any, the sums."""
        times = [one for one in TIMES if one in self.by]
        owners = [one for one in self.by if one not in times]
        width = len(owners) + bool(times)
        rows: list[ReportRow] = []
        for row in found:
            group: dict[str, Any] = {one: text or None for one, text in zip(owners, row, strict=False)}
            for time in times:
                group[time] = time_of(time, times[0], row[width - 1], self.tz, self.week_start)
            rows.append(ReportRow.of(totals=totals_of(row[width : width + _WIDTH]), **group))
        rows.sort(key=lambda row: [_sortable(getattr(row, one)) for one in self.by])
        return tuple(rows)


def _sortable(value: Any) -> Any:
    return "" if value is None else value
