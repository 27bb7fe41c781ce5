"""What the commands that bring usage in answer, by one rule.

What can't be taken is named, the rest is stored, and the exit code is 1. Days that the ledger has already are
left out on purpose: that is no failure.
"""

import os
import signal
import stat
import sys
from contextlib import contextmanager, nullcontext
from typing import IO, TYPE_CHECKING

import click

from token_dashboard.cli.options import print_json
from token_dashboard.cli.progress import counted, requests_progress
from token_dashboard.cli.spoken import refused, spoken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from token_dashboard.cli.compose import Product
    from token_dashboard.engine.imports.importing import Batch
    from token_dashboard.model.imported import Imported, ImportedWindows, Undone

STANDARD_INPUT = "standard input"
_TAKEN = 0
_REJECTED = 1


@contextmanager
def lines_in(file: str) -> "Iterator[IO[str]]":
    """The lines of a file, or of standard input for ``-``; bytes that are no UTF-8 are replaced."""
    if file == "-" and sys.stdin is None:
        from token_dashboard.render.refusals import Refusal

        raise refused(Refusal.NO_INPUT)
    waiting = _left_at_once() if file == "-" else nullcontext()
    with click.open_file(file, encoding="utf-8", errors="replace") as lines, waiting:
        yield lines


@contextmanager
def _left_at_once() -> "Iterator[None]":
    """Ctrl-C ends a wait for input; asyncio's own way of handling it would have the input be waited for."""
    handled = signal.getsignal(signal.SIGINT)
    if handled is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handled)


async def bring(
    product: "Product",
    batches: "AsyncIterator[Batch]",
    lines: IO[str] | None = None,
    *,
    takes_overlaps: bool = False,
) -> "Imported":
    """Store what is claimed, at our prices, in the time zone of the settings.

    ``lines`` are what it is read from: they tell how far that is.
    """
    from token_dashboard.engine.imports.importing import Importer
    from token_dashboard.model.period import zone

    tz = zone(product.loaded.settings.time_zone)
    importer = Importer(product.ledger, product.prices.pricer, tz)
    if lines is not None and lines.isatty():  # who types them sees how far that is
        return await importer.bring(batches, takes_overlaps=takes_overlaps)
    with requests_progress() as tell:
        watched = counted(batches, lambda requests, _: tell(requests, *_bytes_read(lines)))
        return await importer.bring(watched, takes_overlaps=takes_overlaps)


def _bytes_read(lines: IO[str] | None) -> tuple[int, int | None]:
    """How much of a file was read, of all; of a pipe nobody knows how much comes."""
    try:
        handle = -1 if lines is None else lines.fileno()
        size, kind = os.fstat(handle).st_size, os.fstat(handle).st_mode
        return (os.lseek(handle, 0, os.SEEK_CUR), size) if stat.S_ISREG(kind) else (0, None)
    except OSError:  # what is no file of the system has no end
        return 0, None


def tell(done: "Imported", *, as_json: bool) -> int:
    """Answer; gives the exit code."""
    if as_json:
        from token_dashboard.render import keeping

        print_json(keeping.imported(done))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.imported import print_imported

        print_imported(Console(), done, spoken())
    return _REJECTED if done.rejected else _TAKEN


def tell_undone(done: "Undone", *, as_json: bool) -> int:
    """The same of an import that is taken back: there, what could not be is no success."""
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(done))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.imported import print_undone

        print_undone(Console(), done, spoken())
    return _REJECTED if done.inseparable else _TAKEN


def tell_windows(done: "ImportedWindows", *, as_json: bool) -> int:
    """The same of usage windows."""
    if as_json:
        from token_dashboard.render import keeping

        print_json(keeping.imported_windows(done))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.imported import print_imported_windows

        print_imported_windows(Console(), done, spoken())
    return _REJECTED if done.rejects else _TAKEN
