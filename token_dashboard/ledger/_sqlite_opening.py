"""Opens a ledger's file: makes, checks, migrates or moves it aside, and closes it again."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import aiosqlite

from token_dashboard.ledger import _file
from token_dashboard.ledger._database import Row
from token_dashboard.ledger._migrations import SQLITE, Foreign, is_current, migrate, version_of
from token_dashboard.ledger._sqlite import (
    Damaged,
    SqliteDatabase,
    connect,
    fetch_all,
    patiently,
    translated,
)
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError


@asynccontextmanager
async def open_sqlite(
    path: Path, clock: Clock, patience_s: float
) -> AsyncIterator[tuple[SqliteDatabase, Path | None]]:
    """The ledger in a file, made where there is none, and where a damaged file was put if one was there.

    Raises the errors of ``open_ledger``.
    """
    moved_aside = None
    async with AsyncExitStack() as stack:
        inode = _file.inode_of(path)
        try:
            database = await _open(path, patience_s, stack)
        except Damaged:
            await stack.aclose()
            with _writable(path):
                moved_aside = _file.move_aside(path, inode, clock.now_ms())
            database = await _open(path, patience_s, stack)
        yield database, moved_aside


async def _open(path: Path, patience_s: float, stack: AsyncExitStack) -> SqliteDatabase:
    """Nothing is written before the file has proved to be a ledger of a version that we know."""
    with _writable(path):
        if reason := _file.refusal(path):
            raise LedgerError(path=str(path), reason=reason)
        _file.prepare(path)
    with translated(path):
        if _file.is_half_written(path):
            await _undo(path, patience_s)
        reader = await stack.enter_async_context(connect(path, is_read_only=True))
        version = await _version(path, reader, patience_s)
        with _writable(path):
            _file.close_to_others(path)
        writer = await stack.enter_async_context(connect(path, is_read_only=False))
        database = SqliteDatabase(path, reader, writer, patience_s)
        # Whoever closes last folds the log of writes (-wal) into the file, if it may write and has ever read.
        await database.patiently(lambda: fetch_all(writer, "pragma user_version"))
        stack.push_async_callback(reader.close)
        if not is_current(version, database.name):
            await _make_current(database, writer)
    return database


async def _undo(path: Path, patience_s: float) -> None:
    """Have SQLite take back what a process that died had half written: it does so for one who may write."""
    async with connect(path, is_read_only=False) as connection:
        await patiently(lambda: fetch_all(connection, "select count(*) from sqlite_master"), patience_s)


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LedgerError(path=str(path), reason=error.strerror or str(error)) from error


async def _version(path: Path, reader: aiosqlite.Connection, patience_s: float) -> int:
    async def fetch(sql: str) -> list[Row]:
        return await patiently(lambda: fetch_all(reader, sql), patience_s)

    try:
        version = await version_of(fetch, SQLITE)
    except Foreign as error:
        raise LedgerError(path=str(path), reason="it is a database of another program") from error
    is_current(version, str(path))
    if _file.is_suspect(path):
        ((finding,),) = await fetch("pragma quick_check(1)")
        if finding != "ok":
            raise Damaged(path=str(path), reason=str(finding))
        _file.acquit(path)
    return version


async def _make_current(database: SqliteDatabase, writer: aiosqlite.Connection) -> None:
    # Both stand in the file's head: the first can only be set while the file is empty.
    for pragma in ("auto_vacuum = incremental", "journal_mode = wal"):
        await database.patiently(partial(fetch_all, writer, f"pragma {pragma}"))
    async with database.transaction() as transaction:
        await migrate(transaction, SQLITE)
