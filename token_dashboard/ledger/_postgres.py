"""The PostgreSQL driver: a connection that writes, one that reads, and one that looks at all of it for long.

Writers take turns, over all machines: a transaction begins by taking one advisory lock. What a batch adds to
the roll-ups is worked out from the rows that were read in the same transaction, so two writers must not
interleave; and with one writer at a time there are no deadlocks and nothing to repeat. Readers take no lock.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from itertools import count

import asyncpg

from token_dashboard.ledger import _postgres_months as months
from token_dashboard.ledger._database import Row, Value
from token_dashboard.ledger._migrations import is_current, newest
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.ledger._postgres_errors import translated
from token_dashboard.ledger._postgres_line import SCHEMA, Line, roll_back
from token_dashboard.ledger._selection import Selection
from token_dashboard.model.errors import LedgerTooNew

VERSION_TABLE = "committed"
_SELECT_VERSION = "select max(version) from schema_version"
"""One row that counts the transactions that wrote."""

_READ_S = 60.0
WRITE_S = 300.0
"""How long a statement may take before it is given up."""
_WRITERS = int.from_bytes(b"tokens")
"""The number of the lock that writers take."""
_TAKE_TURN = f"select pg_advisory_xact_lock({_WRITERS})"

_cursors = count(1)
_TABLES = (
    "select format('%I.%I', nspname, relname) from pg_catalog.pg_class"
    " join pg_catalog.pg_namespace on pg_namespace.oid = relnamespace"
    f" where nspname = '{SCHEMA}' and relkind in ('r', 'p', 'v') and not relispartition order by relname"
)
_LOCK_OUT = (
    "begin isolation level repeatable read read only; set local lock_timeout to {patience_ms};"
    " lock table {tables} in access share mode"
)
"""What a transaction sees is fixed after this: a table that was dropped or emptied before would be missed."""

_PLACES = re.compile(r"'[^']*'|\"[^\"]*\"|--[^\n]*|\?")
_INSERT = re.compile(
    r"insert into (?P<table>\w+) \((?P<columns>[^()]*)\) values \([?, ]*\)"
    r"(?P<rest>(?: on conflict \((?P<key>[^()]*)\).*)?)"
)


class PostgresTransaction:
    """Statements between ``begin`` and ``commit`` on the writing connection."""

    def __init__(self, name: str, connection: asyncpg.Connection, types: dict[str, tuple[str, ...]]) -> None:
        self._name = name
        self._connection = connection
        self._types = types
        self._has_written = False

    async def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        self._has_written = True
        with translated(self._name):
            await self._connection.execute(numbered(sql), *values)

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Rows to insert go as one statement of arrays, several times as fast as one by one."""
        self._has_written = True
        listed = rows if isinstance(rows, list) else list(rows)
        insert = _INSERT.fullmatch(sql)
        if insert is not None and insert["table"] == "event" and listed:
            await months.make_room(self, _picked(insert, months.KEY_COLUMNS, listed))
            sql = sql.replace("on conflict (key)", "on conflict (key, time_ms)")  # as split tables have it
            insert = _INSERT.fullmatch(sql)
        with translated(self._name):
            if insert is None or len(listed) < 2 or _has_repeats(insert, listed):
                await self._connection.executemany(numbered(sql), listed)
            else:
                columns = map(list, zip(*listed, strict=True))
                await self._connection.execute(await self._of_arrays(sql, insert), *columns)

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        with translated(self._name):
            return [tuple(row) for row in await self._connection.fetch(numbered(sql), *values)]

    async def pages(self, sql: str, rows: int) -> AsyncIterator[list[Row]]:
        """The rows of a statement of no values, so many at a time."""
        cursor = f"pages_{next(_cursors)}"
        with translated(self._name):
            await self._connection.execute(f"declare {cursor} no scroll cursor for {sql}")
        while page := await self.fetch(f"fetch {rows} from {cursor}"):
            yield page
        with translated(self._name):
            await self._connection.execute(f"close {cursor}")

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> None:
        """Add rows by the server's fastest way. It asks for them one by one."""
        self._has_written = True
        with translated(self._name):
            await self._connection.copy_records_to_table(table, columns=columns, records=rows)

    async def fetch_wanted(self, sql: str, wanted: Sequence[int]) -> list[Row]:
        with translated(self._name):
            for table, found in months.OF_WANTED.items():
                sql = sql.replace(f"cross join {table} ", f"cross join lateral ({found}) as {table} ")
            listed = "with wanted as (select unnest($1::bigint[]) as value)"
            return [tuple(row) for row in await self._connection.fetch(f"{listed} {sql}", wanted)]

    async def delete_events(self, which: Selection) -> None:
        await months.delete(self, which)

    async def commit(self) -> None:
        with translated(self._name):
            if self._has_written:
                await self._count()
            await self._connection.execute("commit")

    async def _count(self) -> None:
        """A team's machines aren't upgraded together: a newer one may have changed the tables meanwhile."""
        known = newest()
        counted = await self._connection.execute(
            f"update {VERSION_TABLE} set number = number + 1 where {known} = ({_SELECT_VERSION})"
        )
        if counted != "UPDATE 1":
            ((found,),) = await self._connection.fetch(_SELECT_VERSION)
            raise LedgerTooNew(path=self._name, found=str(found), known=str(known))

    async def _of_arrays(self, sql: str, insert: re.Match[str]) -> str:
        if sql not in self._types:
            prepared = await self._connection.prepare(numbered(sql), name="")  # a pooler's server keeps none
            self._types[sql] = tuple(one.name for one in prepared.get_parameters())
        arrays = ", ".join(f"${place}::{name}[]" for place, name in enumerate(self._types[sql], start=1))
        columns = f"{insert['table']} ({insert['columns']})"
        return f"insert into {columns} select * from unnest({arrays}){insert['rest']}"


class PostgresDatabase:
    """A ledger on a server. Nothing is connected before it is needed."""

    def __init__(self, address: Address, patience_s: float, *, write_s: float | None = WRITE_S) -> None:
        self.name = address.name
        self._patience_ms = int(patience_s * 1000)
        self._reader = Line(address, patience_s, _READ_S)
        self._writer = Line(address, patience_s, write_s)
        self._watcher = Line(address, patience_s, write_s)
        self._types: dict[str, tuple[str, ...]] = {}

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresTransaction]:
        async with self._writer.turn:
            with translated(self.name):
                connection = await self._writer.begin(_TAKE_TURN)
            transaction = PostgresTransaction(self.name, connection, self._types)
            try:
                yield transaction
                await transaction.commit()
            except BaseException:
                await asyncio.shield(roll_back(connection))
                raise

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        async with self._reader.turn:
            with translated(self.name):
                return [tuple(row) for row in await self._reader.fetch(numbered(sql), *values)]

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[PostgresTransaction]:
        """See ``Database.moment``. Who drops a table, or makes a month, waits nonetheless."""
        async with self._watcher.turn:
            with translated(self.name):
                tables = ", ".join([name for (name,) in await self._watcher.fetch(_TABLES)])
                opening = _LOCK_OUT.format(patience_ms=self._patience_ms, tables=tables)
                connection = await self._watcher.begin("", opening)
            moment = PostgresTransaction(self.name, connection, self._types)
            try:
                ((found,),) = await moment.fetch(_SELECT_VERSION)
                is_current(int(found), self.name)
                yield moment
            finally:
                await asyncio.shield(roll_back(connection))

    async def version(self) -> int:
        ((number,),) = await self.fetch(f"select number from {VERSION_TABLE}")
        return int(number)

    async def release_free_pages(self) -> None:
        """The server's autovacuum does it by itself."""

    async def aclose(self) -> None:
        for line in (self._reader, self._writer, self._watcher):
            await line.aclose()


@lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """A statement with ``$1``, ``$2`` … for its ``?``, but those in quotes and comments."""
    numbers = count(1)
    return _PLACES.sub(lambda found: f"${next(numbers)}" if found[0] == "?" else found[0], sql)


def _has_repeats(insert: re.Match[str], rows: Sequence[Sequence[Value]]) -> bool:
    """Do some rows have the same key? One statement can't insert a row and then update it."""
    if insert["key"] is None:
        return False
    return len(set(_picked(insert, insert["key"].split(", "), rows))) < len(rows)


def _picked(
    insert: re.Match[str], names: Sequence[str], rows: Sequence[Sequence[Value]]
) -> list[tuple[Value, ...]]:
    """Some of the columns."""
    columns = insert["columns"].split(", ")
    places = [columns.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in rows]
