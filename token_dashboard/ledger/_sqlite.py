"""The SQLite driver: one connection that writes, one that reads and never waits for it (WAL)."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import aiosqlite

from token_dashboard.ledger import _deletions, _file
from token_dashboard.ledger._database import Row, Transaction, Value
from token_dashboard.ledger._selection import Selection
from token_dashboard.model.errors import LedgerError, LedgerLocked

_T = TypeVar("_T")

_ATTEMPT_S = 0.1
"""How long SQLite itself waits for a lock. The rest of the patience is spent in the event loop, so that a
cancelled caller goes at once."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class Damaged(LedgerError):
    """The file is no database, or no longer one."""


class SqliteTransaction:
    """Statements between ``begin`` and ``commit`` on the writing connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, values: Sequence[Value] = ()) -> None:
        await fetch_all(self._connection, sql, values)

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        await self._connection.executemany(sql, rows)

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return await fetch_all(self._connection, sql, values)

    async def fetch_wanted(self, sql: str, wanted: Sequence[int]) -> list[Row]:
        listed = "[" + ",".join(map(str, wanted)) + "]"
        return await self.fetch(f"with wanted as (select value from json_each(?)) {sql}", (listed,))

    async def delete_events(self, which: Selection) -> None:
        where, values = which.where("time_ms")
        await self.execute(
            f"insert into pruned (key, role) select key, role from event where {where}"
            " on conflict (key) do nothing",
            values,
        )
        await self.execute(f"delete from event where {where}", values)
        if which.before_ms is not None:
            await _deletions.note_detail(self, which.before_ms)


class SqliteDatabase:
    """An open ledger file. Tasks of one process take turns at writing; processes wait for each other."""

    def __init__(
        self, path: Path, reader: aiosqlite.Connection, writer: aiosqlite.Connection, patience_s: float
    ) -> None:
        self.name = str(path)
        self._path = path
        self._reader = reader
        self._writer = writer
        self._patience_s = patience_s
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with self._turn:
            with translated(self._path):
                try:
                    await self.patiently(lambda: fetch_all(self._writer, "begin immediate"))
                    yield SqliteTransaction(self._writer)
                    await fetch_all(self._writer, "commit")
                except BaseException:
                    # The connection's thread works in order: even if this wait is cancelled too, the
                    # rollback comes before whatever the next task asks for.
                    await asyncio.shield(self._writer.rollback())
                    raise

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        with translated(self._path):
            return await self.patiently(lambda: fetch_all(self._reader, sql, values))

    @asynccontextmanager
    async def moment(self) -> AsyncIterator[Transaction]:
        with translated(self._path):
            async with connect(self._path, is_read_only=True) as connection:
                await self.patiently(lambda: fetch_all(connection, "begin"))
                yield SqliteTransaction(connection)

    async def version(self) -> int:
        ((version,),) = await self.fetch("pragma data_version")
        return int(version)

    async def release_free_pages(self) -> None:
        async with self._turn:
            with translated(self._path):
                # As a script, because each step of this statement frees one page and a query takes one step.
                await self.patiently(lambda: self._writer.executescript("pragma incremental_vacuum"))
                await fetch_all(self._writer, "pragma wal_checkpoint(truncate)")

    async def patiently(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """What the attempt gives, repeated while another process holds the lock."""
        return await patiently(attempt, self._patience_s)


async def patiently(attempt: Callable[[], Awaitable[_T]], patience_s: float) -> _T:
    """What the attempt gives, repeated while another process holds the lock."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience_s
    while True:
        try:
            return await attempt()
        except sqlite3.OperationalError as error:
            if _code(error) not in _HELD or loop.time() >= deadline:
                raise
        await asyncio.sleep(_ATTEMPT_S / 5)


async def fetch_all(connection: aiosqlite.Connection, sql: str, values: Sequence[Value] = ()) -> list[Row]:
    """The rows of a statement, run in the connection's thread."""
    return list(map(tuple, await connection.execute_fetchall(sql, values)))


@asynccontextmanager
async def connect(path: Path, *, is_read_only: bool) -> AsyncIterator[aiosqlite.Connection]:
    """A connection; it makes no file and begins no transaction by itself.

    Who is cancelled while it reads doesn't wait for the answer.
    """
    address = _address(path, "ro" if is_read_only else "rw")
    connection = aiosqlite.connect(address, uri=True, isolation_level=None, timeout=_ATTEMPT_S)
    try:
        await _whatever_happens(connection)
        yield connection
    except asyncio.CancelledError:
        if is_read_only:
            await _whatever_happens(_leave(connection))
        raise
    finally:
        await _whatever_happens(connection.close())


async def _leave(connection: aiosqlite.Connection) -> None:
    """Close a connection without waiting for its answers, also for one that it hasn't begun to look for."""
    closing = asyncio.ensure_future(connection.close())
    while not closing.done():
        with suppress(ValueError):  # it is closed already
            await connection.interrupt()
        await asyncio.wait({closing}, timeout=_ATTEMPT_S / 5)
    await closing


def _address(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"


async def _whatever_happens(work: Awaitable[object]) -> None:
    """Do the work to its end. Who is cancelled meanwhile leaves behind it.

    A connection's thread answers to the event loop, which must still be there when it does.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.gather(asyncio.shield(task), return_exceptions=True)
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turns what SQLite raises into our errors."""
    try:
        yield
    except sqlite3.Error as error:
        if _code(error) in _HELD:
            raise LedgerLocked(path=str(path)) from error
        if _code(error) in _DAMAGED:
            _file.suspect(path)
            raise Damaged(path=str(path), reason=str(error)) from error
        raise LedgerError(path=str(path), reason=str(error)) from error


def _code(error: sqlite3.Error) -> int | None:
    extended: int | None = getattr(error, "sqlite_errorcode", None)
    return None if extended is None else extended & 0xFF
