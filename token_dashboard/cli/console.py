"""The terminal as it is: its width, whether it takes colours, whether anybody watches."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from token_dashboard.engine.log_batches import Progress
    from token_dashboard.model.scan import Reading

_WIDTH_OF_A_PIPE = 100
_STYLES: dict[str, dict[str, Any]] = {
    "bold": {"bold": True},
    "dim": {"dim": True},
    "yellow": {"fg": "yellow"},
}


class Console:
    """Standard output: plain in a pipe, without colour when ``NO_COLOR`` is set."""

    def __init__(self) -> None:
        self.width = width()
        self._is_plain = bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()

    def line(self, text: str, style: str) -> None:
        """Show one line as it is."""
        if self._is_plain or not style:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()  # so that a reader who has left is noticed here
        else:
            import click

            click.echo(click.style(text, **_STYLES[style]))


def width() -> int:
    """Columns of the terminal; of a pipe, what most can show."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return _WIDTH_OF_A_PIPE


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that is told (done, of all); silent in a pipe."""
    if not sys.stderr.isatty():
        yield lambda _done, _all: None
        return
    from rich.console import Console as RichConsole
    from rich.markup import escape
    from rich.progress import Progress

    with Progress(console=RichConsole(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(what), total=None)
        yield lambda done, all_: bar.update(task, completed=done, total=all_)


class ScanProgress:
    """A progress bar on stderr for a long reading of logs; silent in a pipe."""

    def __init__(self) -> None:
        self._bar: Progress | None = None

    def __enter__(self) -> "Progress | None":
        if not sys.stderr.isatty():
            return None
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        from token_dashboard.cli.spoken import spoken
        from token_dashboard.render.terminal.reading import reading_title, reading_words

        language = spoken()
        self._rich = Progress(
            BarColumn(bar_width=None),
            TextColumn("{task.description}"),
            TimeRemainingColumn(compact=True),
            console=RichConsole(stderr=True),
            transient=True,
            expand=True,
        )
        self._rich.start()
        task = self._rich.add_task(reading_title(language), total=None)

        def show(now: "Reading") -> None:
            told = reading_words(now, language, width())
            self._rich.update(task, completed=now.bytes_read, total=now.bytes_in_all, description=told)

        self._bar = show
        return show

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._rich.stop()
