"""The ledger's file as a whole: copied while others write to it, put in another's place, checked, made small.

All of it is SQLite's own; a ledger on a server has that server's tools. These functions block: call them in a
thread.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import mkstemp
from time import monotonic

from token_dashboard.ledger import _file
from token_dashboard.ledger._migrations import migrations
from token_dashboard.ledger._sqlite import Damaged, translated
from token_dashboard.model.errors import LedgerError, LedgerLocked, LedgerTooNew
from token_dashboard.model.keeping import Phase
from token_dashboard.model.record import record
from token_dashboard.model.usage import COUNTS

Told = Callable[[Phase, int, int | None], None]
"""Told what is being done and how far it is: (done, of all), or ``None`` where nobody knows."""

_PATIENCE_S = 30.0
_PAGES_PER_STEP = 2_000
_FINDINGS = 5
_BUCKET = "time_ms - ((time_ms % 900000) + 900000) % 900000"
_NANOS = 1_000_000_000
_TABLE_SIZES = (
    "select coalesce(tbl_name, dbstat.name), sum(pgsize) from dbstat"
    " left join sqlite_master on sqlite_master.name = dbstat.name group by 1 order by 2 desc"
)


@record
class Restored:
    """What became of the ledger that another took the place of."""

    kept: Path | None
    """Where the one that was there is now; ``None`` when there was none."""


def _to_nobody(_phase: Phase, _done: int, _all: int | None) -> None:
    """Nobody wants to know."""


def back_up(ledger: Path, target: Path, *, replaces: bool, told: Told = _to_nobody) -> None:
    """Write a checked copy of the ledger as of one moment, whoever writes to it meanwhile. Mode 0600.

    The target appears only when it is whole.

    Raises:
        LedgerError: there is no ledger, or the copy isn't sound.
        FileExistsError: there is a file, and it isn't to be replaced.
        OSError: it can't be written there.
    """
    if not ledger.exists():
        raise LedgerError(path=str(ledger), reason="there is none")
    if target.exists() and (not replaces or target.samefile(ledger)):
        raise FileExistsError(target)
    with _part(target) as part:
        _copy(ledger, "mode=ro", part, blamed=ledger, told=told)
        told(Phase.CHECKING, 0, None)
        _inspect(part, blamed=ledger)
        _flush(part)
        if not replaces and target.exists():
            raise FileExistsError(target)
        part.replace(target)
    _flush(target.parent)


def _inspect(file: Path, *, blamed: Path) -> None:
    """See that a file is a sound ledger of a version that we know; what it is not is told of the one blamed.

    Raises:
        LedgerTooNew: it was written by a newer version.
        LedgerError: it is none, or damaged.
    """
    path = str(blamed)
    if not file.is_file():
        raise LedgerError(path=path, reason="there is no such file")
    known = len(migrations())
    try:
        with closing(_connect(file, _reading(file))) as database:
            tables = {name for (name,) in database.execute("select name from sqlite_master")}
            if not {"schema_version", "event", "rollup"} <= tables:
                raise LedgerError(path=path, reason="it is no ledger")
            ((version,),) = database.execute("select max(version) from schema_version")
            if version > known:
                raise LedgerTooNew(path=path, found=str(version), known=str(known))
            damage = _damage(database)
    except sqlite3.Error as error:
        raise Damaged(path=path, reason=f"it is no sound ledger ({error})") from error
    if damage:
        raise Damaged(path=path, reason=f"it is damaged ({damage[0]})")


def restore(file: Path, ledger: Path, now_ms: int, *, told: Told = _to_nobody) -> Restored:
    """Give the ledger what a backup holds. What it held is first copied to a file beside it, never deleted.

    The exchange is one transaction of the ledger's file: a process that dies leaves one or the other, and
    one that has it open sees the new content.

    Raises:
        LedgerError: the backup is no sound ledger; or they are one file.
        LedgerLocked: another process keeps writing to the ledger.
        OSError: the copy can't be written.
    """
    told(Phase.CHECKING, 0, None)
    _inspect(file, blamed=file)
    if ledger.exists() and ledger.samefile(file):
        raise LedgerError(path=str(file), reason="it is the ledger in use")
    kept = _keep(ledger, now_ms, told) if ledger.exists() and ledger.stat().st_size else None
    _file.prepare(ledger)
    _file.close_to_others(ledger)
    _copy(file, _reading(file), ledger, blamed=ledger, told=told)
    return Restored(kept=kept)


def vacuum(ledger: Path) -> tuple[int, int]:
    """Write the file anew without its gaps; gives its bytes before and after.

    Raises:
        LedgerError: see ``LedgerLocked``, or the disk has no room for a second copy.
    """
    before = ledger.stat().st_size
    with translated(ledger), closing(_connect(ledger, "mode=rw")) as database:
        database.execute("vacuum")
        database.execute("pragma wal_checkpoint(truncate)").fetchall()
    return before, ledger.stat().st_size


def sizes(ledger: Path) -> dict[str, int]:
    """Bytes of each table with its indexes, the largest first, and of what is ``free``.

    Some builds of SQLite can't tell the tables' sizes; then only what is free is told.
    """
    with translated(ledger), closing(_connect(ledger, "mode=ro")) as database:
        ((free,),) = database.execute(
            "select freelist_count * page_size from pragma_freelist_count, pragma_page_size"
        )
        try:
            rows = database.execute(_TABLE_SIZES).fetchall()
        except sqlite3.OperationalError:
            rows = []
    return dict(rows) | {"free": free}


def faults(ledger: Path) -> list[str]:
    """What is wrong in a ledger, in a few words each: damage, and roll-ups that differ from their events.

    Roll-ups may hold more than the events where retention has deleted detail.
    """
    try:
        with translated(ledger), closing(_connect(ledger, "mode=ro")) as database:
            database.execute("begin")
            damage = _damage(database)
            wrong = 0 if damage else _wrong_totals(database)
    except Damaged as error:  # too much to be looked through
        damage, wrong = [error.params["reason"]], 0
    totals = f"{wrong:,} quarters of an hour whose totals differ from their requests"
    return [f"SQLite found: {one}" for one in damage] + [totals] * bool(wrong)


def _damage(database: sqlite3.Connection) -> list[str]:
    """What SQLite says of a file that isn't sound, below its heading."""
    said = (
        line for (text,) in database.execute(f"pragma quick_check({_FINDINGS})") for line in text.splitlines()
    )
    return [line for line in said if line != "ok" and not line.startswith("***")]


def _wrong_totals(database: sqlite3.Connection) -> int:
    """In how many quarters of an hour the roll-ups aren't what the events come to."""
    ((has_pruned,),) = database.execute("select exists (select 1 from pruned)")
    kept = _sums(database, "rollup", "bucket_ms", "sum(requests)", "list_cost_units", "list_cost_nanos")
    made = _sums(
        database,
        "event",
        _BUCKET,
        "sum(coalesce(requests, 1))",
        f"list_cost_nanos / {_NANOS}",
        f"list_cost_nanos % {_NANOS}",
    )
    nothing = (0,) * (len(COUNTS) + 2)
    wrong = sum(
        any(
            _is_wrong(one, other, has_pruned)
            for one, other in zip(kept.get(place, nothing), sums, strict=True)
        )
        for place, sums in made.items()
    )
    if not has_pruned:
        wrong += sum(any(sums) for place, sums in kept.items() if place not in made)
    return wrong


def _is_wrong(total: int, parts: int, may_exceed: int) -> bool:
    """Is a total wrong for its parts?"""
    return total < parts if may_exceed else total != parts


def _sums(
    database: sqlite3.Connection, table: str, bucket: str, requests: str, units: str, nanos: str
) -> dict[tuple[int, int], tuple[int, ...]]:
    counts = ", ".join(f"sum({name})" for name in COUNTS)
    where = " where role <> 2" if table == "event" else ""
    rows = database.execute(
        f"select {bucket}, series_id, {requests}, {counts}, coalesce(sum({units}), 0),"
        f" coalesce(sum({nanos}), 0) from {table}{where} group by 1, 2"
    )
    return {(row[0], row[1]): (*row[2:-2], row[-2] * _NANOS + row[-1]) for row in rows}


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


def _copy(source: Path, options: str, target: Path, *, blamed: Path, told: Told) -> None:
    """All pages in one transaction of each. What goes wrong is told of the file that is blamed."""
    deadline = monotonic() + _PATIENCE_S

    def look(status: int, remaining: int, pages: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED} and monotonic() > deadline:
            raise LedgerLocked(path=str(blamed))
        told(Phase.COPYING, pages - remaining, pages)

    with (
        translated(blamed),
        closing(_connect(source, options)) as giving,
        closing(_connect(target, "mode=rw")) as taking,
    ):
        giving.execute("begin")
        giving.execute("select 1 from sqlite_master").fetchall()  # now it begins, and lasts for all steps
        giving.backup(taking, pages=_PAGES_PER_STEP, progress=look)


def _connect(path: Path, options: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None, timeout=_PATIENCE_S
    )


def _reading(file: Path) -> str:
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
