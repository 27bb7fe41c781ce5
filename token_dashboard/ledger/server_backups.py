"""A ledger on a server as a whole: copied to a file while others write to it, filled from such a file.

The file is an ordinary ledger of SQLite: it can be put back on a server or in a machine's own place, asked
for reports where it lies, and checked. Of its rows only a few thousand are held at a time.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from token_dashboard.ledger import _file
from token_dashboard.ledger._copies import PATIENCE_S, Told, connect, inspect, made_whole, reading, to_nobody
from token_dashboard.ledger._database import Reader, Value
from token_dashboard.ledger._migrations import newest
from token_dashboard.ledger._postgres import VERSION_TABLE, PostgresTransaction
from token_dashboard.ledger._postgres_line import SCHEMA
from token_dashboard.ledger._postgres_months import make_months
from token_dashboard.ledger._postgres_opening import open_postgres
from token_dashboard.ledger._sqlite import translated
from token_dashboard.ledger._sqlite_opening import open_sqlite
from token_dashboard.ledger.backups import Restored, copy
from token_dashboard.model.clock import Clock
from token_dashboard.model.keeping import Phase
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.secret import Secret

_PAGE = 5_000
_FILES_TABLES = (
    "select name from sqlite_master where type = 'table' and name <> 'schema_version'"
    " and name not like 'sqlite%' order by name"
)
_SERVERS_TABLES = (
    "select relname from pg_catalog.pg_class"
    f" where relnamespace = cast('{SCHEMA}' as regnamespace) and relkind in ('r', 'p')"
    f" and not relispartition and relname not in ('schema_version', '{VERSION_TABLE}') order by relname"
)
_KEYS = (
    "select key, time_ms, role from event union all"
    " select key, null, role from pruned where not exists (select 1 from event where event.key = pruned.key)"
)
_KEY_COLUMNS = ("key", "time_ms", "role")
_FORGET_NAME = "delete from note where key = 'ledger.id'"
"""By this name a team's machines know how far they have told it. Under another one, which the next of them
gives it, they tell everything again: also what they told after the backup was made, and what is there already
stays once."""
_COUNTERS = (
    "select cast(attrelid as regclass), attname, pg_get_serial_sequence(attrelid::regclass::text, attname)"
    " from pg_catalog.pg_attribute join pg_catalog.pg_class on pg_class.oid = attrelid"
    f" where relnamespace = cast('{SCHEMA}' as regnamespace) and attidentity <> ''"
)
_COUNT_ON = "select setval('{2}', greatest((select last_value from {2}), (select max({1}) from {0})))"
"""Never back: this alone isn't undone when the transaction fails."""
_STAY = "set local idle_in_transaction_session_timeout to '10min'"
"""What was there is checked in its file before it is given up here."""


class _Table(NamedTuple):
    """A table as it is in a file."""

    name: str
    columns: tuple[str, ...]
    order: tuple[str, ...]
    """Its key; all columns where it has none."""


async def back_up(url: Secret, target: Path, clock: Clock, *, replaces: bool, told: Told = to_nobody) -> None:
    """Write what the server holds at one moment into a ledger's file. Mode 0600.

    The target appears only when it is whole.

    Raises:
        LedgerError: see ``open_ledger``; or the file can't be written.
        FileExistsError: there is a file that isn't to be replaced, or what is no regular file.
        OSError: it can't be made there.
    """
    with made_whole(target, blamed=target, replaces=replaces, told=told) as part:
        async with open_postgres(url, PATIENCE_S, write_s=None) as database, database.moment() as moment:
            await _write(moment, part, target, clock, told)


async def replaced(file: Path, url: Secret, *, told: Told = to_nobody) -> int | None:
    """How many requests the ledger holds that a backup would replace; ``None``: there is nothing in it.

    Raises:
        LedgerError: the backup is no sound ledger; or see ``open_ledger``.
    """
    told(Phase.CHECKING, 0, None)
    await asyncio.to_thread(inspect, file, blamed=file)
    async with open_postgres(url, PATIENCE_S) as database, database.moment() as moment:
        return await _held(moment)


async def restore(file: Path, url: Secret, clock: Clock, *, keeps: Path, told: Told = to_nobody) -> Restored:
    """Give the ledger on a server what a backup holds, one of a server's or of a machine's own.

    It is one transaction: who reads meanwhile sees what was there, who writes waits. What was there, if
    anything, is first written to a file, ``keeps``.

    Raises:
        LedgerError: the backup is no sound ledger; or see ``open_ledger``.
        FileExistsError: there is a file of that name.
        OSError: it can't be made there.
    """
    told(Phase.CHECKING, 0, None)
    version = await asyncio.to_thread(inspect, file, blamed=file)
    async with (
        _up_to_date(file, version, clock) as current,
        open_postgres(url, PATIENCE_S, write_s=None) as database,
        database.transaction() as transaction,
    ):
        await transaction.execute(_STAY)
        kept = None
        if await _held(transaction) is not None:
            _file.prepare_folder(keeps)
            with made_whole(keeps, blamed=keeps, replaces=False, told=told) as part:
                await _write(transaction, part, keeps, clock, told)
            kept = keeps
        try:
            with translated(file), closing(connect(current, reading(current))) as source:
                source.execute("begin")  # it may be a ledger in use
                await _fill(transaction, source, told)
        except BaseException:  # it is still there
            if kept is not None:
                kept.unlink()
            raise
    return Restored(kept=kept)


async def _write(moment: PostgresTransaction, part: Path, blamed: Path, clock: Clock, told: Told) -> None:
    """Make an empty file a ledger that holds all that can be read."""
    async with open_sqlite(part, clock, PATIENCE_S):
        pass
    with translated(blamed), closing(connect(part, "mode=rw")) as target:
        for setting in ("journal_mode = off", "synchronous = off"):  # nobody needs half of it
            target.execute(f"pragma {setting}")
        tables = _tables(target)
        counted = [await moment.fetch(f"select count(*) from {table.name}") for table in tables]
        done, in_all = 0, sum(count for ((count,),) in counted)
        target.execute("begin")
        for table in tables:
            columns, places = ", ".join(table.columns), ", ".join("?" * len(table.columns))
            rows = f"select {columns} from {table.name} order by {', '.join(table.order)}"
            async for page in moment.pages(rows, _PAGE):
                target.executemany(f"insert into {table.name} ({columns}) values ({places})", page)
                done += len(page)
                told(Phase.COPYING, done, in_all)
        target.execute("commit")
        target.execute("pragma journal_mode = wal")


async def _held(reader: Reader) -> int | None:
    """Notes alone are nothing: looking at an empty ledger leaves some."""
    tables = [table for (table,) in await reader.fetch(_SERVERS_TABLES) if table != "note"]
    filled = " or ".join(f"exists (select 1 from {table})" for table in tables)
    ((is_filled, requests),) = await reader.fetch(
        f"select {filled}, (select cast(coalesce(sum(requests), 0) as bigint) from rollup)"
    )
    return int(requests) if is_filled else None


@asynccontextmanager
async def _up_to_date(file: Path, version: int, clock: Clock) -> AsyncIterator[Path]:
    """A file with what this one holds, and with the tables that this version of ours has."""
    if version == newest():
        yield file
        return
    with TemporaryDirectory() as folder:
        renewed = Path(folder) / "ledger.db"
        _file.prepare(renewed)
        await asyncio.to_thread(copy, file, reading(file), renewed, blamed=file)
        async with open_sqlite(renewed, clock, PATIENCE_S):
            pass
        yield renewed


async def _fill(transaction: PostgresTransaction, source: sqlite3.Connection, told: Told) -> None:
    """Take what there is out of all tables, and put in what the file holds."""
    for (table,) in await transaction.fetch(_SERVERS_TABLES):
        await transaction.execute(f"delete from {table}")
    days = source.execute(f"select distinct time_ms / {DAY_MS} from event")
    await make_months(transaction, {day for (day,) in days})
    sent = {
        table.name: (table.columns, f"select {', '.join(table.columns)} from {table.name}")
        for table in _tables(source)
        if table.name != "pruned"
    } | {"event_key": (_KEY_COLUMNS, _KEYS)}
    counted = [source.execute(f"select count(*) from ({rows})").fetchone() for _, rows in sent.values()]
    done, in_all = 0, sum(count for (count,) in counted)

    def passing(rows: str) -> Iterator[Sequence[Value]]:
        nonlocal done
        for row in source.execute(rows):
            if not done % _PAGE:
                told(Phase.COPYING, done, in_all)
            done += 1
            yield row

    for table, (columns, rows) in sent.items():
        await transaction.copy(table, columns, passing(rows))
        await transaction.execute(f"analyze {table}")
    for counter in await transaction.fetch(_COUNTERS):
        await transaction.fetch(_COUNT_ON.format(*counter))
    await transaction.execute(_FORGET_NAME)


def _tables(file: sqlite3.Connection) -> list[_Table]:
    return [_table(file, name) for (name,) in file.execute(_FILES_TABLES).fetchall()]


def _table(file: sqlite3.Connection, name: str) -> _Table:
    described = [(column, place) for _, column, _, _, _, place in file.execute(f"pragma table_info({name})")]
    key = sorted((place, column) for column, place in described if place)
    columns = tuple(column for column, _ in described)
    return _Table(name, columns, tuple(column for _, column in key) or columns)
