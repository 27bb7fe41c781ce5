"""The ledger counted from several sides, and opened down to single events. Reads only."""

import os
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

from token_dashboard.ledger._counts import Counts, Intake, Unequal, count_all
from token_dashboard.ledger._database import Database, Reader, Value
from token_dashboard.ledger._event_sums import sums_of_events
from token_dashboard.ledger._owners import COLUMNS, EVERYTHING, OF_THREADS, Only, kept_to
from token_dashboard.ledger._rows import SELECT_HELD, held_event
from token_dashboard.ledger._sums import SELECT_SUMS, totals_of
from token_dashboard.model.period import Period
from token_dashboard.model.report import TIMES, Dimension, Totals
from token_dashboard.model.usage import UsageEvent

_SELECT_HELD = (
    f"{SELECT_HELD.partition(' from ')[0]}, event.thread_id from"
    " (select * from event where role <> 2 and {}) as event"
    " join series on series.id = event.series_id join thread on thread.id = event.thread_id"
)
"""Which events, and how many of them, is decided before their owners are looked up."""
_ORIGINS = (
    "select distinct log_file.id, agent, path from log_file join origin on origin.file_id = log_file.id where"
)
_PAGE = 5_000
_FROM_THE_FIRST = (-(2**63), -1)
"""A time and a key that are before all others."""
_KEYS_AT_ONCE = 500

__all__ = ["Counts", "HeldEvent", "Intake", "ProofStore", "Unequal"]


class HeldEvent(NamedTuple):
    """An event that counts, and the number of the thread that it belongs to."""

    event: UsageEvent
    thread: int


class ProofStore:
    """Independent counts of what the ledger holds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> Counts:
        """Every count that an audit compares, of one moment."""
        async with self.moment() as reader:
            return await count_all(reader)

    def moment(self) -> AbstractAsyncContextManager[Reader]:
        """All that is read in the block is of one moment."""
        return self._database.moment()

    async def figure(self, period: Period | None, only: Only = EVERYTHING) -> Totals:
        """The sums over single events; see ``UsageReports.totals`` for those that reports show."""
        where, values = _within(period, only)
        sums = SELECT_SUMS.replace("rollup.", "summed.")
        (row,) = await self._database.fetch(
            f"select {sums} from ({sums_of_events('event', where)}) as summed",
            values,
        )
        return totals_of(row)

    async def events(self, period: Period | None, only: Only = EVERYTHING) -> AsyncIterator[HeldEvent]:
        """The events that count, in no order that means anything; memory stays bounded."""
        where, values = _within(period, only)
        page = f"{where} and key > ? order by key limit {_PAGE}"
        sql, behind = f"{_SELECT_HELD.format(page)} order by event.key", -1
        while rows := await self._database.fetch(sql, [*values, behind]):
            for row in rows:
                yield HeldEvent(held_event(row[:-1])[0], row[-1])
            behind = rows[-1][0]

    async def newest(self, period: Period | None, only: Only, limit: int | None) -> list[HeldEvent]:
        """The newest events that count, in order of time; without a limit all, and all are held at once."""
        if limit is None:
            every = [one async for one in self.events(period, only)]
            return sorted(every, key=lambda one: (one.event.time_ms, one.event.key))
        where, values = _within(period, only)
        newest = f"{where} order by time_ms desc, key desc limit ?"
        rows = await self._database.fetch(
            f"{_SELECT_HELD.format(newest)} order by event.time_ms desc, event.key desc", [*values, limit]
        )
        return [HeldEvent(held_event(row[:-1])[0], row[-1]) for row in reversed(rows)]

    async def by_time(
        self, period: Period | None, only: Only, limit: int | None
    ) -> AsyncIterator[list[HeldEvent]]:
        """The newest events that count, in order of time, page by page; without a limit all of them."""
        if limit is not None and limit <= _PAGE:
            if newest := await self.newest(period, only, limit):
                yield newest
            return
        where, values = _within(period, only)
        behind = _FROM_THE_FIRST if limit is None else await self._before_the_newest(where, values, limit)
        page = f"{where} and (time_ms, key) > (?, ?) order by time_ms, key limit {_PAGE}"
        sql = f"{_SELECT_HELD.format(page)} order by event.time_ms, event.key"
        while rows := await self._database.fetch(sql, [*values, *behind]):
            yield [HeldEvent(held_event(row[:-1])[0], row[-1]) for row in rows]
            behind = rows[-1][1], rows[-1][0]

    async def _before_the_newest(self, where: str, values: Sequence[Value], limit: int) -> tuple[int, int]:
        """The time and the key just before the newest ``limit`` events."""
        rows = await self._database.fetch(
            f"select time_ms, key from event where role <> 2 and {where}"
            " order by time_ms desc, key desc limit 1 offset ?",
            [*values, limit],
        )
        return rows[0] if rows else _FROM_THE_FIRST

    async def intake(self) -> dict[str, Intake]:
        """What was handed over for each agent; ``''`` is no agent's."""
        rows = await self._database.fetch("select agent, records, merged, pruned from intake")
        return {agent: Intake(*counts) for agent, *counts in rows}

    async def origins(self, threads: Collection[int]) -> dict[int, tuple[tuple[str, str], ...]]:
        """The files that each thread's records were read from, as (agent, path), in order of reading."""
        found: dict[int, tuple[tuple[str, str], ...]] = {}
        for thread in threads:
            rows = await self._database.fetch(f"{_ORIGINS} thread_id = ? order by log_file.id", (thread,))
            if not rows:  # a host may have told more of the session than its log does: another thread
                rows = await self._database.fetch(
                    f"{_ORIGINS} thread_id in (select other.id from thread as mine join thread as other"
                    " on other.session = mine.session where mine.id = ? and mine.session <> '')"
                    " order by log_file.id",
                    (thread,),
                )
            found[thread] = tuple((agent, os.fsdecode(path)) for _, agent, path in rows)
        return found

    async def known(self, keys: Collection[int]) -> set[int]:
        """Those of some requests that the ledger has, or had before their detail was deleted."""
        found: set[int] = set()
        ordered = sorted(keys)
        for start in range(0, len(ordered), _KEYS_AT_ONCE):
            some = ordered[start : start + _KEYS_AT_ONCE]
            marks = ", ".join("?" * len(some))
            for table in ("event", "pruned"):
                rows = await self._database.fetch(f"select key from {table} where key in ({marks})", some)
                found |= {key for (key,) in rows}
        return found

    async def values(self, word: str) -> Mapping[Dimension, Sequence[str]]:
        """What the ledger holds, in each dimension but times, that contains a word; case doesn't matter.

        Databases may know the case of English letters alone: others are found to the letter, too.
        """
        found: dict[Dimension, Sequence[str]] = {}
        patterns = [f"%{_literal(text)}%" for text in (word.lower(), word)]
        for dimension in Dimension:
            if dimension not in TIMES:
                column = COLUMNS[dimension]
                table = "thread" if dimension in {Dimension.SESSION, Dimension.SENDER} else "series"
                rows = await self._database.fetch(
                    f"select {column} from {table} where lower({column}) like ? escape '!'"
                    f" or {column} like ? escape '!'"
                    f" group by {column} order by length({column}), {column} limit 20",
                    patterns,
                )
                found[dimension] = [text for (text,) in rows if text]
        return {dimension: texts for dimension, texts in found.items() if texts}


def _literal(text: str) -> str:
    """A pattern for ``like`` that only this text matches."""
    return "".join(f"!{letter}" if letter in "%_!" else letter for letter in text)


def _within(period: Period | None, only: Only) -> tuple[str, list[Value]]:
    """SQL that holds for the events of a figure, and its values."""
    arms, values = ["1 = 1"], list[Value]()
    for table, dimensions in (("series", COLUMNS.keys() - OF_THREADS), ("thread", OF_THREADS)):
        if only.keys() & dimensions:
            where, texts = kept_to(only, dimensions)
            arms.append(f"{table}_id in (select id from {table} where {where})")
            values += texts
    if period is not None:
        arms.append("time_ms >= ? and time_ms < ?")
        values += [period.start_ms, period.end_ms]
    return " and ".join(arms), values
