"""What the stores ask of a database, whichever engine it is.

The text of statements is common to SQLite and Postgres: ``?`` marks a parameter, upserts are ``insert … on
conflict``, sums are cast to bigint, and what isn't in another table is found by ``except`` (Postgres takes
quadratic time for ``not in (select …)``). What differs (migrations, how a list of integers becomes a table,
where the many events lie, how a lock is waited for) is the driver's.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from token_dashboard.ledger._selection import Selection

Value: TypeAlias = int | str | bytes | None
Row: TypeAlias = tuple[Any, ...]
"""A row's values have the types of the columns that the statement names."""


def upsert(table: str, key: Sequence[str], columns: Sequence[str]) -> str:
    """A statement that inserts a row, or gives the row of the same key new values in all other columns."""
    names = (*key, *columns)
    return (
        f"insert into {table} ({', '.join(names)})"
        f" values ({', '.join('?' * len(names))})"
        f" on conflict ({', '.join(key)}) do update set "
        + ", ".join(f"{name} = excluded.{name}" for name in columns)
    )


class Reader(Protocol):
    """Gives rows."""

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]: ...


class Transaction(Protocol):
    """Statements that happen together or not at all. It has the sole right to write while it is open."""

    async def execute(self, sql: str, values: Sequence[Value] = ()) -> None: ...

    async def execute_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None: ...

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Rows of a statement that changes nothing, as of what this transaction has done."""
        ...

    async def fetch_wanted(self, sql: str, wanted: Sequence[int]) -> list[Row]:
        """Rows of a statement that reads the integers as a table ``wanted (value)``."""
        ...

    async def delete_events(self, which: "Selection") -> None:
        """Delete the detail of events; their keys stay in ``pruned``."""
        ...


class Database(Protocol):
    """A ledger's storage. All methods raise ``LedgerError`` when it cannot be used."""

    name: str
    """What people call it."""

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Commits at the end of the block; an exception or cancellation inside rolls everything back.

        Raises ``LedgerLocked`` when another process keeps writing for too long.
        """
        ...

    async def fetch(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Rows as of the last commit. It doesn't wait for writers."""
        ...

    def moment(self) -> AbstractAsyncContextManager[Reader]:
        """All that is read in the block is of one moment, and nobody who writes waits for it."""
        ...

    async def version(self) -> int:
        """Another number whenever anything was committed, by whichever process."""
        ...

    async def release_free_pages(self) -> None:
        """Give the space of deleted rows back to the disk, where the engine doesn't do so by itself."""
        ...
