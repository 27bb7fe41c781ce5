"""Opens a ledger: makes, checks, migrates or moves aside its file, and closes it again."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiosqlite

from token_dashboard.ledger import _file
from token_dashboard.ledger._database import Row
from token_dashboard.ledger._migrations import Foreign, migrate, migrations, version_of
from token_dashboard.ledger._sqlite import (
    Damaged,
    SqliteDatabase,
    connect,
    fetch_all,
    patiently,
    translated,
)
from token_dashboard.ledger.alerts import AlertStore
from token_dashboard.ledger.askings import AskingStore
from token_dashboard.ledger.notes import NoteStore
from token_dashboard.ledger.outbox import OutboxStore
from token_dashboard.ledger.provider_facts import ProviderFacts
from token_dashboard.ledger.snapshots import SnapshotStore
from token_dashboard.ledger.status_pages import StatusPageStore
from token_dashboard.ledger.usage import UsageStore
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError, LedgerTooNew

PATIENCE_S = 30.0
"""How long a writer waits for another process."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is stored. Its stores may be used by many tasks at once."""

    path: Path
    moved_aside: Path | None
    """Where a damaged file was put, when this opening found one."""
    usage: UsageStore
    snapshots: SnapshotStore
    facts: ProviderFacts
    status_pages: StatusPageStore
    askings: AskingStore
    alerts: AlertStore
    outbox: OutboxStore
    notes: NoteStore


@asynccontextmanager
async def open_ledger(path: Path, clock: Clock, *, patience_s: float = PATIENCE_S) -> AsyncIterator[Ledger]:
    """The ledger at a path, made where there is none.

    Raises:
        LedgerTooNew: written by a newer version; the file is left as it is.
        LedgerLocked: another process holds it for longer than ``patience_s``.
        LedgerError: it can't be made or read, or is another program's database.
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
        yield Ledger(
            path=path,
            moved_aside=moved_aside,
            usage=UsageStore(database),
            snapshots=SnapshotStore(database),
            facts=ProviderFacts(database),
            status_pages=StatusPageStore(database),
            askings=AskingStore(database),
            alerts=AlertStore(database, clock),
            outbox=OutboxStore(database),
            notes=NoteStore(database),
        )


async def _open(path: Path, patience_s: float, stack: AsyncExitStack) -> SqliteDatabase:
    """Nothing is written before the file has proved to be a ledger of a version that we know."""
    with _writable(path):
        if reason := _file.refusal(path):
            raise LedgerError(path=str(path), reason=reason)
        _file.prepare(path)
    with translated(path):
        reader = await stack.enter_async_context(connect(path, is_read_only=True))
        version = await _version(path, reader, patience_s)
        with _writable(path):
            _file.close_to_others(path)
        writer = await stack.enter_async_context(connect(path, is_read_only=False))
        database = SqliteDatabase(path, reader, writer, patience_s)
        # Whoever closes last folds the log of writes (-wal) into the file, if it may write and has ever read.
        await database.patiently(lambda: fetch_all(writer, "pragma user_version"))
        stack.push_async_callback(reader.close)
        if version < len(migrations()):
            await _make_current(database, writer)
    return database


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
        version = await version_of(fetch)
    except Foreign as error:
        raise LedgerError(path=str(path), reason="it is a database of another program") from error
    known = len(migrations())
    if version > known:
        raise LedgerTooNew(path=str(path), found=str(version), known=str(known))
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
        await migrate(transaction)
