"""The ledger's file as a whole: copied while others write to it, put in another's place, made small.

All of it is SQLite's own; ``server_backups`` does the same for a ledger on a server. These functions block:
call them in a thread.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic

from token_dashboard.ledger import _file
from token_dashboard.ledger._copies import (
    PATIENCE_S,
    Told,
    connect,
    damage,
    inspect,
    made_whole,
    reading,
    to_nobody,
)
from token_dashboard.ledger._sqlite import Damaged, translated
from token_dashboard.model.errors import LedgerError, LedgerLocked, LedgerTooNew
from token_dashboard.model.keeping import Phase
from token_dashboard.model.record import record

_PAGES_PER_STEP = 2_000
_TABLE_SIZES = (
    "select coalesce(tbl_name, dbstat.name), sum(pgsize) from dbstat"
    " left join sqlite_master on sqlite_master.name = dbstat.name group by 1 order by 2 desc"
)


@record
class Restored:
    """What became of the ledger that another took the place of."""

    kept: Path | None
    """Where the one that was there is now; ``None`` when there was none."""


def back_up(ledger: Path, target: Path, *, replaces: bool, told: Told = to_nobody) -> None:
    """Write a checked copy of the ledger as of one moment, whoever writes to it meanwhile. Mode 0600.

    The target appears only when it is whole.

    Raises:
        LedgerError: there is no ledger, or the copy isn't sound.
        FileExistsError: there is a file that isn't to be replaced, or what is no regular file.
        OSError: it can't be written there.
    """
    if not ledger.exists():
        raise LedgerError(path=str(ledger), reason="there is none")
    if target.exists() and target.samefile(ledger):
        raise FileExistsError(target)
    with made_whole(target, blamed=ledger, replaces=replaces, told=told) as part:
        copy(ledger, "mode=ro", part, blamed=ledger, told=told)


def restore(file: Path, ledger: Path, now_ms: int, *, told: Told = to_nobody) -> Restored:
    """Give the ledger what a backup holds. What it held is first copied to a file beside it, never deleted.

    The exchange is one transaction of the ledger's file: a process that dies leaves one or the other, and
    one that has it open sees the new content.

    Raises:
        LedgerError: the backup is no sound ledger; or they are one file.
        LedgerLocked: another process keeps writing to the ledger.
        OSError: the copy can't be written.
    """
    told(Phase.CHECKING, 0, None)
    inspect(file, blamed=file)
    if ledger.exists() and ledger.samefile(file):
        raise LedgerError(path=str(file), reason="it is the ledger in use")
    kept = _keep(ledger, now_ms, told) if ledger.exists() and ledger.stat().st_size else None
    _file.prepare(ledger)
    _file.close_to_others(ledger)
    copy(file, reading(file), ledger, blamed=ledger, told=told)
    return Restored(kept=kept)


def vacuum(ledger: Path) -> tuple[int, int]:
    """Write the file anew without its gaps; gives its bytes before and after.

    Raises:
        LedgerError: see ``LedgerLocked``, or the disk has no room for a second copy.
    """
    before = ledger.stat().st_size
    with translated(ledger), closing(connect(ledger, "mode=rw")) as database:
        database.execute("vacuum")
        database.execute("pragma wal_checkpoint(truncate)").fetchall()
    return before, ledger.stat().st_size


def sizes(ledger: Path) -> dict[str, int]:
    """Bytes of each table with its indexes, the largest first, and of what is ``free``.

    Some builds of SQLite can't tell the tables' sizes; then only what is free is told.
    """
    with translated(ledger), closing(connect(ledger, "mode=ro")) as database:
        ((free,),) = database.execute(
            "select freelist_count * page_size from pragma_freelist_count, pragma_page_size"
        )
        try:
            rows = database.execute(_TABLE_SIZES).fetchall()
        except sqlite3.OperationalError:
            rows = []
    return dict(rows) | {"free": free}


def damages(ledger: Path) -> list[str]:
    """What SQLite finds wrong in a ledger's file."""
    try:
        with translated(ledger), closing(connect(ledger, "mode=ro")) as database:
            return damage(database)
    except Damaged as error:  # too much to be looked through
        return [error.params["reason"]]


def copy(source: Path, options: str, target: Path, *, blamed: Path, told: Told = to_nobody) -> None:
    """All pages in one transaction of each. What goes wrong is told of the file that is blamed."""
    deadline = monotonic() + PATIENCE_S

    def look(status: int, remaining: int, pages: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and monotonic() > deadline:
            raise LedgerLocked(path=str(blamed))
        told(Phase.COPYING, pages - remaining, pages)

    with (
        translated(blamed),
        closing(connect(source, options)) as giving,
        closing(connect(target, "mode=rw")) as taking,
    ):
        giving.execute("begin")
        giving.execute("select 1 from sqlite_master").fetchall()  # now it begins, and lasts for all steps
        giving.backup(taking, pages=_PAGES_PER_STEP, progress=look)


def _keep(ledger: Path, now_ms: int, told: Told) -> Path:
    stamp = now_ms
    while (kept := ledger.with_name(f"{ledger.name}.before-restore-{stamp}")).exists():
        stamp += 1
    try:
        back_up(ledger, kept, replaces=False, told=told)
    except (Damaged, LedgerTooNew):  # it can't be copied, or not be checked: the file itself is moved
        moved = _file.move_aside(ledger, _file.inode_of(ledger), now_ms)
        if moved is None:
            raise
        return moved
    return kept
