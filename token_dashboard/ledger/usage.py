"""Usage: recording it once however often it is seen, and how far each log was read."""

import asyncio
import logging
import os
from collections.abc import Sequence
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from token_dashboard.ledger import _active_hours, _days, _deletions, _intake
from token_dashboard.ledger._changes import Changes, changes
from token_dashboard.ledger._database import Database, Row, Transaction, upsert
from token_dashboard.ledger._hours import add_to_hours
from token_dashboard.ledger._intake import Origins
from token_dashboard.ledger._rows import EVENT_COLUMNS, SELECT_HELD, SERIES_COLUMNS, THREAD_COLUMNS, storable
from token_dashboard.ledger._selection import Selection
from token_dashboard.ledger._sums import add_to, remove_empty
from token_dashboard.ledger._withdrawn import brought_again, without_withdrawn
from token_dashboard.ledger.journal import first_changed_ms, next_recording
from token_dashboard.ledger.reports import UsageReports
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MEMBER_MASK, UsageEvent, group_of

_log = logging.getLogger(__name__)

_UPSERT_EVENT = upsert("event", ("key",), EVENT_COLUMNS)
_TOUCH_SERIES = (
    f"insert into series (id, {SERIES_COLUMNS}, first_ms, last_ms) values ({', '.join('?' * 16)})"
    " on conflict (id) do update set"
    " first_ms = case when excluded.first_ms < series.first_ms"
    " then excluded.first_ms else series.first_ms end,"
    " last_ms = case when excluded.last_ms > series.last_ms then excluded.last_ms else series.last_ms end"
)
_TOUCH_THREAD = (
    f"insert into thread (id, {THREAD_COLUMNS}, first_ms, last_ms) values ({', '.join('?' * 7)})"
    " on conflict (id) do update set"
    " first_ms = case when excluded.first_ms < thread.first_ms"
    " then excluded.first_ms else thread.first_ms end,"
    " last_ms = case when excluded.last_ms > thread.last_ms then excluded.last_ms else thread.last_ms end"
)
_ADD_TO_ROLLUP = add_to("rollup", "bucket_ms")
_REMOVE_EMPTY = remove_empty("rollup", "bucket_ms")
_SELECT_PRUNED = (
    "select key, role from wanted cross join pruned"
    f" where pruned.key between wanted.value and wanted.value + {MEMBER_MASK}"
)
_UPSERT_CURSOR = upsert(
    "log_file",
    ("agent", "path"),
    ("device", "inode", "size", "mtime_ns", "byte_offset", "lines", "tail", "state"),
)
_ADD_FILE = "insert into log_file (agent, path) values (?, ?) on conflict (agent, path) do nothing"
_UPSERT_REJECT = (
    "insert into reject (file_id, line, reason) select id, ?, ? from log_file where agent = ? and path = ?"
    " on conflict (file_id, line) do update set reason = excluded.reason"
)
_FORGET_REJECTS = "delete from reject where file_id = (select id from log_file where agent = ? and path = ?)"


_NO_ORIGINS: Origins = MappingProxyType({})


class Recorded(NamedTuple):
    """What recording a batch did. ``new`` over all batches is the number of requests that count."""

    new: int
    merged: int
    """Records that were repeats of requests already counted."""


class UsageStore(UsageReports):
    """Usage events, their roll-ups, and the cursors of the logs that they come from."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._database = database

    async def record(
        self,
        events: Sequence[UsageEvent],
        *,
        agent: str | None = None,
        cursors: Sequence[Cursor] = (),
        rejects: Sequence[Reject] = (),
        restarted: Sequence[str] = (),
        origins: Origins = _NO_ORIGINS,
        are_copies: bool = False,
    ) -> Recorded:
        """Store priced events and how far the agent's files were read, in one transaction.

        ``restarted`` are paths that are read from their start again: what was rejected in them is void.
        ``origins`` say whose records each of the files held. Copies are what another ledger has: of them,
        imported requests that were taken back here stay away.
        """
        gained = 0
        async with self._database.transaction() as transaction:
            if are_copies:
                events = await without_withdrawn(transaction, events)
            else:
                events = await brought_again(transaction, events)
            for name in dict.fromkeys(event.agent for event in events):
                gained += await _record(transaction, name, [one for one in events if one.agent == name])
            await _store_progress(transaction, agent or "", cursors, rejects, restarted)
            await _intake.remember_origins(transaction, agent or "", origins)
        return Recorded(new=gained, merged=len(events) - gained)

    async def keep_days(self, tz: ZoneInfo, now_ms: int) -> None:
        """Make reports by whole days, weeks or months of a zone fast from now on.

        Who may only read, or comes while another writes, gets the same figures more slowly.
        """
        try:
            await _days.keep_days(self._database, tz, now_ms)
        except LedgerError as error:
            _log.info("sums by day are not kept: %s", error)

    async def cursors(self, agent: str) -> dict[str, Cursor]:
        """How far each file of an agent was read, by path."""
        rows = await self._database.fetch(
            "select path, device, inode, size, mtime_ns, byte_offset, lines, tail, state from log_file"
            " where agent = ? and byte_offset is not null",
            (agent,),
        )
        return {
            path: Cursor(LogFile(path, int(device), int(inode), size, mtime_ns), offset, lines, tail, state)
            for path, device, inode, size, mtime_ns, offset, lines, tail, state in (
                (os.fsdecode(row[0]), *row[1:]) for row in rows
            )
        }

    async def rejects(self, agent: str | None = None, limit: int = 100) -> tuple[Reject, ...]:
        """Lines that could not be read, of one agent or of all, by file and line."""
        rows = await self._database.fetch(
            "select path, line, reason from reject join log_file on log_file.id = reject.file_id"
            " where agent = coalesce(?, agent) order by path, line limit ?",
            (agent, limit),
        )
        return tuple(Reject(path=os.fsdecode(path), line=line, reason=reason) for path, line, reason in rows)

    async def prune(self, before_ms: int, told: int | None = None) -> int:
        """Delete the detail of requests before a moment, and say of how many. Their roll-ups stay.

        Their keys stay too, so that reading an old log again doesn't count them twice. Where another ledger
        is to be told, and was of all recordings up to ``told``, what it wasn't stays, with what is later.
        """
        async with self._database.transaction() as transaction:
            untold_ms = None if told is None else await first_changed_ms(transaction, told)
            before_ms = before_ms if untold_ms is None else min(before_ms, untold_ms)
            await _active_hours.mend(transaction)
            deleted = await _deletions.delete_detail(transaction, Selection(before_ms))
        if deleted:
            await self._database.release_free_pages()
        return deleted


async def merge_in(transaction: Transaction, agent: str | None, events: Sequence[UsageEvent]) -> Changes:
    """Store events of one agent beside and into what is held of them: requests of two never merge."""
    held: list[Row] = []
    pruned: list[Row] = []
    if await _has_some_of(transaction, agent):
        groups = await asyncio.to_thread(_groups, events)
        held = await transaction.fetch_wanted(SELECT_HELD, groups)
        pruned = await _pruned(transaction, groups)
    batch = await next_recording(transaction)
    # A batch takes tens of milliseconds of arithmetic, which would hold up whoever waits for an answer.
    written = await asyncio.to_thread(changes, events, held, pruned, batch)
    await _write(transaction, written)
    return written


async def _record(transaction: Transaction, agent: str | None, events: Sequence[UsageEvent]) -> int:
    """Merge events of one agent in, and note that they came. Gives the requests that newly count."""
    written = await merge_in(transaction, agent, events)
    await _active_hours.note(transaction, storable(agent or ""), written.active, written.lost)
    merged = len(events) - written.inserted
    await _intake.count(transaction, storable(agent or ""), records=len(events), merged=merged)
    return written.gained


async def _has_some_of(transaction: Transaction, agent: str | None) -> bool:
    """Whether anything of an agent was ever recorded: what is new altogether needn't be searched for."""
    ((has_some,),) = await transaction.fetch(
        "select exists (select 1 from series where agent = ?)", (storable(agent or ""),)
    )
    return bool(has_some)


async def _pruned(transaction: Transaction, groups: Sequence[int]) -> list[Row]:
    ((has_some,),) = await transaction.fetch("select exists (select 1 from intake where pruned > 0)")
    return await transaction.fetch_wanted(_SELECT_PRUNED, groups) if has_some else []


def _groups(events: Sequence[UsageEvent]) -> list[int]:
    """In the order of the tables that are searched for them."""
    return sorted({group_of(event[0]) for event in events})


async def _write(transaction: Transaction, written: Changes) -> None:
    await transaction.execute_many(_TOUCH_SERIES, written.series)
    await transaction.execute_many(_TOUCH_THREAD, written.threads)
    await transaction.execute_many(_UPSERT_EVENT, written.events)
    await transaction.execute_many(_ADD_TO_ROLLUP, written.rollups)
    if written.emptied:
        await transaction.execute_many(_REMOVE_EMPTY, written.emptied)
    await add_to_hours(transaction, written.rollups, written.emptied)
    await _days.add_to_days(transaction, written.rollups, written.emptied)


async def _store_progress(
    transaction: Transaction,
    agent: str,
    cursors: Sequence[Cursor],
    rejects: Sequence[Reject],
    restarted: Sequence[str],
) -> None:
    if restarted:
        await transaction.execute_many(_FORGET_REJECTS, [(agent, os.fsencode(path)) for path in restarted])
    if cursors:
        await transaction.execute_many(_UPSERT_CURSOR, [_cursor_row(agent, cursor) for cursor in cursors])
    if rejects:
        paths = sorted({os.fsencode(reject.path) for reject in rejects})
        await transaction.execute_many(_ADD_FILE, [(agent, path) for path in paths])
        await transaction.execute_many(
            _UPSERT_REJECT,
            [(one.line, storable(one.reason), agent, os.fsencode(one.path)) for one in rejects],
        )


def _cursor_row(agent: str, cursor: Cursor) -> tuple[str | int | bytes, ...]:
    file = cursor.file
    return (
        agent,
        os.fsencode(file.path),
        str(file.device),
        str(file.inode),
        file.size,
        file.mtime_ns,
        cursor.offset,
        cursor.lines,
        cursor.tail,
        cursor.state,
    )
