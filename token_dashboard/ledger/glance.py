"""A short look at a ledger without an event loop, for a scan that finds nothing new.

Whatever is unusual about the ledger is a ``LedgerError`` here; opening it properly deals with that.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from token_dashboard.ledger import _file
from token_dashboard.ledger._migrations import migrations
from token_dashboard.model.cursor import LogFile
from token_dashboard.model.errors import LedgerError

_SELECT_READ = (
    "select cast(path as text), cast(device as integer), cast(inode as integer), size, mtime_ns"
    " from log_file where agent = ? and byte_offset is not null"
)
_SET_NOTE = "insert into note (key, body) values (?, ?) on conflict (key) do update set body = excluded.body"


class Glance:
    """An open ledger of this version."""

    def __init__(self, path: Path, reader: sqlite3.Connection) -> None:
        self._path = path
        self._reader = reader

    def note(self, key: str) -> str | None:
        """See ``NoteStore``."""
        rows = self._reader.execute("select body from note where key = ?", (key,)).fetchall()
        return str(rows[0][0]) if rows else None

    def set_note(self, key: str, text: str) -> None:
        with closing(_connected(self._path, "rw")) as writer:
            writer.execute(_SET_NOTE, (key, text))

    def has_read(self, agent: str, files: Iterable[LogFile]) -> bool:
        """Whether all of these were read as they are now."""
        return set(self._reader.execute(_SELECT_READ, (agent,))).issuperset(files)


@contextmanager
def glance(path: Path) -> Iterator[Glance]:
    """Look at a ledger.

    Raises:
        LedgerError: there is none, it has another version, is held by another process, may be damaged.
    """
    try:
        with closing(_connected(path, "ro")) as reader:
            ((version,),) = reader.execute("select max(version) from schema_version")
            if version != len(migrations()) or _file.is_suspect(path):
                raise LedgerError(path=str(path), reason="it has to be opened with care")
            yield Glance(path, reader)
    except sqlite3.Error as error:
        raise LedgerError(path=str(path), reason=str(error)) from error


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, timeout=0
    )
