"""Files that hold a copy of a ledger: made under another name, looked through, kept when they are whole."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp

from token_dashboard.ledger._migrations import newest
from token_dashboard.ledger._sqlite import Damaged
from token_dashboard.model.errors import LedgerError, LedgerTooNew
from token_dashboard.model.keeping import Phase

Told = Callable[[Phase, int, int | None], None]
"""Told what is being done and how far it is: (done, of all), or ``None`` where nobody knows."""

PATIENCE_S = 30.0
_FINDINGS = 5


def to_nobody(_phase: Phase, _done: int, _all: int | None) -> None:
    """Nobody wants to know."""


@contextmanager
def made_whole(target: Path, *, blamed: Path, replaces: bool, told: Told) -> Iterator[Path]:
    """A file for a copy, which takes the target's name at the end of the block, checked. Mode 0600.

    A link stays one: what it leads to is replaced.

    Raises:
        FileExistsError: there is a file that isn't to be replaced, or what is no regular file.
        LedgerError: the copy isn't sound; it is told of the one blamed.
        OSError: it can't be written there.
    """
    if target.exists() and not (replaces and target.is_file()):
        raise FileExistsError(target)
    target = target.resolve() if target.is_symlink() else target
    with _part(target) as part:
        yield part
        told(Phase.CHECKING, 0, None)
        inspect(part, blamed=blamed)
        _flush(part)
        if not replaces and target.exists():
            raise FileExistsError(target)
        part.replace(target)
    _flush(target.parent)


def inspect(file: Path, *, blamed: Path) -> int:
    """See that a file is a sound ledger of a version that we know, and which that is.

    Raises:
        LedgerTooNew: it was written by a newer version.
        LedgerError: it is none, or damaged. What it is not is told of the one blamed.
    """
    path = str(blamed)
    if not file.is_file():
        raise LedgerError(path=path, reason="there is no such file")
    try:
        with closing(connect(file, reading(file))) as database:
            tables = {name for (name,) in database.execute("select name from sqlite_master")}
            if not {"schema_version", "event", "rollup"} <= tables:
                raise LedgerError(path=path, reason="it is no ledger")
            ((version,),) = database.execute("select max(version) from schema_version")
            if version > newest():
                raise LedgerTooNew(path=path, found=str(version), known=str(newest()))
            found = damage(database)
    except sqlite3.Error as error:
        raise Damaged(path=path, reason=f"it is no sound ledger ({error})") from error
    if found:
        raise Damaged(path=path, reason=f"it is damaged ({found[0]})")
    return int(version)


def damage(database: sqlite3.Connection) -> list[str]:
    """What SQLite says of a file that isn't sound, below its heading."""
    said = (
        line for (text,) in database.execute(f"pragma quick_check({_FINDINGS})") for line in text.splitlines()
    )
    return [line for line in said if line != "ok" and not line.startswith("***")]


def connect(path: Path, options: str) -> sqlite3.Connection:
    """A connection that begins no transaction by itself."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None, timeout=PATIENCE_S
    )


def reading(file: Path) -> str:
    """A backup lies alone: it is read without making files beside it, also where nothing may be written."""
    return "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "mode=ro&immutable=1"


@contextmanager
def _part(target: Path) -> Iterator[Path]:
    """A private file beside the target, gone afterwards unless it was renamed."""
    try:
        handle, name = mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            part.with_name(part.name + suffix).unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """See that what was written is on the disk; folders can't be flushed on every system."""
    with suppress(PermissionError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
