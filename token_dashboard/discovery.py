"""Finding plug-ins: the modules of a room, and packages of others that name an entry point."""

import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

_ENTRY_POINTS = "*.*-info/entry_points.txt"


def discover(package: str, attribute: str, group: str) -> Iterator[Any]:
    """The ``attribute`` of each stranger's entry point, then of each module of ``package``."""
    yield from strangers(group)
    for name in modules(package):
        yield plug_in(package, name, attribute)


def strangers(group: str) -> Iterator[Any]:
    """What packages of others name as entry points of a group."""
    if f"[{group}]".encode() in _groups():
        from importlib.metadata import entry_points  # noqa: PLC0415 - costs 25 ms, and few have strangers

        for entry in entry_points(group=group):
            yield entry.load()


def modules(package: str) -> tuple[str, ...]:
    """The names of a room's plug-ins; none of them is loaded.

    Modules whose name starts with an underscore are the room's own equipment and are passed over.
    """
    folders = import_module(package).__path__  # pkgutil loads inspect, which takes longer than all of them
    found = (file.stem for folder in folders for file in Path(folder).glob("*.py"))
    return tuple(sorted(name for name in found if not name.startswith("_")))


def plug_in(package: str, name: str, attribute: str) -> Any:
    """The ``attribute`` of one module, which is loaded now."""
    return getattr(import_module(f"{package}.{name}"), attribute)


@cache
def _groups() -> frozenset[bytes]:
    """The headings in all lists of entry points that belong to us."""
    found: set[bytes] = set()
    for folder in sys.path:
        for file in Path(folder or ".").glob(_ENTRY_POINTS):
            try:
                text = file.read_bytes()
            except OSError:
                continue
            if b"[token_dashboard." in text:
                found |= {line.strip() for line in text.splitlines()}
    return frozenset(found)
