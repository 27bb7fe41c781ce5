"""Asking another program's SQLite database while that program writes to it.

Each question opens the database and closes it: no lock of ours outlives an answer. In WAL mode a reader
needs two files beside the database. Where its program has them open, they are shared. Where it has closed
them, they are not made anew: the database is read as one that nobody changes, and the answer counts only if
nobody did. (A ``-wal`` that was left alone, as in a copied folder, has to be read; SQLite then makes its
``-shm``.)
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from token_dashboard.agents._regular_file import opened
from token_dashboard.agents._walk import with_wal
from token_dashboard.model.cursor import LogFile
from token_dashboard.model.errors import AgentLogError

BUSY = "its program is busy with it; it is read next time"
LARGEST_VALUE_BYTES = 64 << 20
"""A row with a longer text or blob is not read."""
_BUSY_S = 0.5
_ATTEMPTS = 5
_MAGIC = b"SQLite format 3\0"
_WAL_MODE = b"\2\2"

Value: TypeAlias = str | int | float | bytes | None
Row: TypeAlias = tuple[Value, ...]
Taken = TypeVar("Taken")


class Answer(NamedTuple, Generic[Taken]):
    """What was made of the rows of a query."""

    rows: list[Taken]
    is_cut: bool
    """The row behind these is too long to be read."""


def seen(path: str) -> LogFile:
    """A database and its ``-wal`` as ``stat`` sees them at this moment.

    Raises:
        AgentLogError: it cannot be opened, or is no regular file.
    """
    with opened(path) as (_, now):
        return with_wal(now)


def ask(path: str, sql: str, parameters: Sequence[Value], take: Callable[[Row], Taken]) -> Answer[Taken]:
    """The rows of a query, each through ``take``; only one is held at a time.

    Raises:
        AgentLogError: the file cannot be opened, or its program holds it for too long.
        ValueError: it is no database, it is damaged, or the query doesn't fit it.
    """
    for _ in range(_ATTEMPTS):
        options, before = _options(path)
        answer = _ask(path, options, sql, parameters, take)
        if "immutable" not in options or seen(path) == before:
            return answer
    raise AgentLogError(path=path, reason="it changes all the time")


def _options(path: str) -> tuple[str, LogFile]:
    """How a database can be opened, and how it looked when that was judged."""
    with opened(path) as (source, now):
        header = source.read(20) or b""
    if header[:16] != _MAGIC and header:
        raise ValueError("it is not a SQLite database, or it is encrypted")
    file = with_wal(now)
    is_alone = file.size == now.size and not Path(f"{path}-shm").exists()
    return "mode=ro&immutable=1" if header[18:] == _WAL_MODE and is_alone else "mode=ro", file


def _ask(
    path: str, options: str, sql: str, parameters: Sequence[Value], take: Callable[[Row], Taken]
) -> Answer[Taken]:
    taken: list[Taken] = []
    try:
        with closing(
            sqlite3.connect(f"{Path(path).as_uri()}?{options}", uri=True, timeout=_BUSY_S)
        ) as database:
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_VALUE_BYTES)
            database.text_factory = _text
            with closing(database.execute(sql, parameters)) as rows:
                taken.extend(map(take, rows))
    except sqlite3.DataError:
        return Answer(taken, is_cut=True)
    except sqlite3.DatabaseError as error:
        raise _told(path, error) from error
    return Answer(taken, is_cut=False)


def _text(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _told(path: str, error: sqlite3.DatabaseError) -> AgentLogError | ValueError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return AgentLogError(path=path, reason=BUSY)
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return ValueError("the database is damaged or encrypted")
    if code == sqlite3.SQLITE_ERROR:
        return ValueError(str(error))
    return AgentLogError(path=path, reason=str(error))
