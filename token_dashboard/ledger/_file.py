"""The ledger's file: private to its owner, and moved aside when it is damaged."""

import os
from contextlib import suppress
from pathlib import Path

_JOURNAL = "-journal"
_COMPANIONS = ("", "-wal", "-shm", _JOURNAL)
_SQLITE_HEAD = b"SQLite format 3\0"
_SUFFIXES = {".db", ".sqlite", ".sqlite3"}


def prepare(path: Path) -> None:
    """Make the folder (0700) and an empty file (0600) where missing; what is there is left as it is.

    Folders that exist keep their mode: they may be shared with others. Raises ``OSError``.
    """
    prepare_folder(path)
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600))


def prepare_folder(path: Path) -> None:
    """Make the folder of a file (0700) where missing. Raises ``OSError``."""
    for folder in (*reversed(path.parent.parents), path.parent):
        if not folder.exists():
            folder.mkdir(mode=0o700, exist_ok=True)


def refusal(path: Path) -> str | None:
    """Why a file that is there can't be a ledger, nor one that was damaged; ``None`` when it may be.

    A damaged ledger is moved aside. Somebody's notes must not be: what has no SQLite head is taken for a
    damaged ledger only under a database's name or with a database's companions beside it.
    """
    if not path.exists():
        return None
    if not path.is_file():
        return "it is no regular file"
    with path.open("rb") as file:
        head = file.read(len(_SQLITE_HEAD))
    is_named_so = path.suffix in _SUFFIXES or any(one.exists() for one in _with_companions(path)[1:])
    if head and head != _SQLITE_HEAD and not is_named_so and not is_suspect(path):
        return "it is a file of another kind; give ledger.path a name of its own"
    return None


def close_to_others(path: Path) -> None:
    """Take the rights of others away. SQLite gives ``-wal`` and ``-shm`` the mode of the file."""
    for one in _with_companions(path):
        if one.exists() and one.stat().st_mode & 0o077:
            one.chmod(0o600)


def is_half_written(path: Path) -> bool:
    """Whether somebody may have died while the ledger was made or restored: then there is no ``-wal`` yet."""
    return path.with_name(path.name + _JOURNAL).exists()


def move_aside(path: Path, inode: int | None, now_ms: int) -> Path | None:
    """Rename a damaged file and its companions; ``None`` when another process has already done so."""
    stamp = now_ms
    while (target := path.with_name(f"{path.name}.corrupt-{stamp}")).exists():
        stamp += 1
    if inode_of(path) != inode:
        return None
    for one, moved in zip(_with_companions(path), _with_companions(target), strict=True):
        if one.exists():
            one.rename(moved)
    _suspicion(path).unlink(missing_ok=True)
    return target


def inode_of(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def suspect(path: Path) -> None:
    """Leave word for the next opener that reading the file failed, so that it takes the time to check."""
    with suppress(OSError):
        _suspicion(path).touch(mode=0o600)


def is_suspect(path: Path) -> bool:
    return _suspicion(path).exists()


def acquit(path: Path) -> None:
    """A check found nothing wrong."""
    _suspicion(path).unlink(missing_ok=True)


def _suspicion(path: Path) -> Path:
    return path.with_name(f"{path.name}.suspect")


def _with_companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in _COMPANIONS]
