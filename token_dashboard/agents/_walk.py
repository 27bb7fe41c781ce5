"""Finding log files below a folder, in one pass and with one ``stat`` each."""

import os
import sys
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path
from stat import S_ISREG

from token_dashboard.model.cursor import LogFile

AGE = itemgetter(LogFile._fields.index("mtime_ns"), LogFile._fields.index("path"))
"""What files are sorted by, least recently written first."""
COMPRESSED = (".zst", ".zstd")
"""The endings of files that their programs compress."""


def walk(root: Path, suffix: str) -> list[LogFile]:
    """The regular files below ``root`` whose names end with ``suffix``, least recently written first.

    That order makes a session come before the later one that resumed it. Symlinks are followed and paths are
    real ones, so that a file reached by two ways is one file; a folder is entered once, whatever loops lead
    to it. Folders that cannot be listed, FIFOs, sockets and devices are passed over; nothing is opened.
    """
    found: dict[str, LogFile] = {}
    waiting = [os.path.realpath(root)]
    entered: set[str] = set()
    while waiting:
        folder = waiting.pop()
        if folder in entered:
            continue
        entered.add(folder)
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
                    if _is_folder(entry):
                        waiting.append(path)
                    elif entry.name.endswith(suffix) and (status := _status(entry)) is not None:
                        found[path] = describe(path, status)
        except OSError:
            continue
    return sorted(found.values(), key=AGE)


def regular(paths: Iterable[Path]) -> list[LogFile]:
    """Those of the named files that are regular ones, by their real paths; see ``walk``."""
    found: dict[str, LogFile] = {}
    for named in paths:
        path = os.path.realpath(named)
        try:
            status = Path(path).stat()
        except OSError:
            continue
        if S_ISREG(status.st_mode):
            found[path] = describe(path, status)
    return sorted(found.values(), key=AGE)


def with_wal(file: LogFile) -> LogFile:
    """A SQLite database together with the ``-wal`` beside it, where what is new is written first."""
    try:
        status = Path(f"{file.path}-wal").stat()
    except OSError:
        return file
    return file._replace(size=file.size + status.st_size, mtime_ns=max(file.mtime_ns, status.st_mtime_ns))


def describe(path: str, status: os.stat_result) -> LogFile:
    """What is remembered of a file to tell later that it didn't change."""
    return LogFile(path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def distinct(folders: list[Path]) -> tuple[Path, ...]:
    """The folders without those that really are, or lie within, another one of them."""
    by_place: dict[str, Path] = {}
    for folder in folders:
        by_place.setdefault(os.path.realpath(folder), folder)
    return tuple(
        folder
        for place, folder in by_place.items()
        if not any(place.startswith(other.rstrip(os.sep) + os.sep) for other in by_place)
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, or to where we may not look
        return False


def _status(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What ``stat`` says of a regular file; ``None`` for anything else, and for what is gone."""
    try:
        # On Windows an entry itself doesn't know its device and inode.
        status = Path(entry.path).stat() if sys.platform == "win32" else entry.stat()
    except OSError:
        return None
    return status if S_ISREG(status.st_mode) else None
