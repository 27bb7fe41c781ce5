"""What a report asks of the roll-ups, and the rows that it makes of their answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger._layers import times_of
from token_dashboard.model.period import Period
from token_dashboard.model.record import Records
from token_dashboard.model.report import TIMES, Activity, Dimension, ReportRow, Totals


class Groups(NamedTuple):
    """Groups of usage, as columns."""

    names: Mapping[Dimension, Sequence[Any]]
    """What they are of. The finest time is as the database has it, the others are dates."""
    totals: Records[Totals]

    def at(self, places: Sequence[int]) -> "Groups":
        """Those at these places."""
        return Groups(
            {one: _at(column, places) for one, column in self.names.items()}, self.totals.at(places)
        )


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
        times = self.times
        return tuple(one for one in self.by if one not in times[1:])

    def groups(self, names: Sequence[Sequence[Any]], totals: Records[Totals]) -> Groups:
        """From the columns that the database or who adds up in its stead gives, as they are ``named``."""
        told = dict(zip(self.named, names, strict=True))
        finest, *others = self.times or (None,)
        for time in others:
            told[time] = self._times(time, told[finest])
        return Groups(told, totals)

    def by_name(self, found: Groups) -> list[int]:
        """The places of the groups in the order of the dimensions."""
        names: Sequence[Any] = [self._in_order(one, found.names[one]) for one in self.by]
        if names:
            names = names[0] if len(names) == 1 else list(zip(*names, strict=True))
        return sorted(range(len(found.totals)), key=names.__getitem__ if names else None)

    def _in_order(self, one: Dimension, column: Sequence[Any]) -> Sequence[Any]:
        """What a dimension's groups are put in order by: of a week that two months share, not its part."""
        is_part = one is Dimension.WEEK and one in self.times[:1]
        return self._times(one, column) if is_part else column

    def rows(self, found: Groups, about: Sequence[Activity | None]) -> Records[ReportRow]:
        """``about`` are the activities of the groups' sessions, where they are wanted."""
        group: dict[str, Sequence[object]] = {}
        for one, column in found.names.items():
            if one not in TIMES:
                group[one.value] = [text or None for text in column]
            else:
                group[one.value] = self._times(one, column) if one is self.times[0] else column
        if about:
            group["activity"] = about
        return Records(ReportRow, len(found.totals), {**group, "totals": found.totals})

    def _times(self, wanted: Dimension, slots: Sequence[int]) -> Sequence[int | date]:
        """The times of groups as one dimension has them, from the slots of the finest one."""
        if wanted is Dimension.HOUR:
            return slots
        finest = self.times[0]
        return _at(times_of(wanted, finest, set(slots), self.tz, self.week_start), slots)


def _at(column: Sequence[Any] | Mapping[int, Any], places: Sequence[int]) -> list[Any]:
    return list(map(column.__getitem__, places))
