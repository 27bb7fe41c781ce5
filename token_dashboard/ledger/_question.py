"""What a report asks of the roll-ups, and the rows that it makes of their answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger._database import Row
from token_dashboard.ledger._layers import time_of
from token_dashboard.ledger._told_sums import ToldSums
from token_dashboard.model.period import Period
from token_dashboard.model.record import records
from token_dashboard.model.report import TIMES, Activity, Dimension, ReportRow


class Groups(NamedTuple):
    """The groups that were found, as columns, in the order of the dimensions that they are grouped by."""

    names: Sequence[Sequence[Any]]
    """What they are of, as it is ``named``."""
    sums: Sequence[Sequence[int]]
    """The sums that are told."""
    groups: int
    """How many groups there are; there may be more than are here."""


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

    @property
    def times(self) -> tuple[Dimension, ...]:
        """Those of the dimensions that are times, finest first."""
        return tuple(one for one in TIMES if one in self.by)

    @property
    def named(self) -> tuple[Dimension, ...]:
        """What a row of the answer begins with: of the times, the finest tells the others."""
        return tuple(one for one in self.by if one not in self.times[1:])

    def sort(self, names: list[Row]) -> None:
        """Put rows that begin with what is ``named`` in the order of the dimensions."""
        names.sort(key=self._place if len(self.times) > 1 else None)  # no two begin with the same

    def rows(self, found: Groups, told: ToldSums, about: Mapping[str, Activity]) -> tuple[ReportRow, ...]:
        """``about`` are the activities of sessions, where they are wanted."""
        group: dict[str, Sequence[object]] = {}
        for one, column in zip(self.named, found.names, strict=True):
            if one in self.times:
                for time in self.times:
                    known = {slot: self._time(time, slot) for slot in set(column)}
                    group[time.value] = [known[slot] for slot in column]
                continue
            group[one.value] = [text or None for text in column]
            if about and one is Dimension.SESSION:
                group["activity"] = list(map(about.get, column))
        totals = told.totals(found.sums)
        return tuple(records(ReportRow, len(totals), {**group, "totals": totals}))

    def _time(self, time: Dimension, slot: int) -> int | date:
        return time_of(time, self.times[0], slot, self.tz, self.week_start)

    def _place(self, row: Row) -> list[Any]:
        """Where a row comes, where one column of it tells several dimensions."""
        known = dict(zip(self.named, row, strict=False))
        slot = known[self.times[0]]
        return [self._time(one, slot) if one in self.times else known[one] for one in self.by]
