"""The terminal as it is: its width, whether it takes colours, whether anybody watches."""

import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from token_dashboard.engine.scanner import Progress

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
        click.echo(text if self._is_plain or not style else click.style(text, **_STYLES[style]))


def width() -> int:
    """Columns of the terminal; of a pipe, what most can show."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return shutil.get_terminal_size().columns
    return _WIDTH_OF_A_PIPE


class ScanProgress:
    """A progress bar on stderr for a long reading of logs; silent in a pipe."""

    def __init__(self) -> None:
        self._bar: Progress | None = None

    def __enter__(self) -> "Progress | None":
        if not sys.stderr.isatty():
            return None
        from rich.console import Console as RichConsole
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

        self._rich = Progress(
            TextColumn("Reading logs"),
            BarColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=RichConsole(stderr=True),
            transient=True,
        )
        self._rich.start()
        task = self._rich.add_task("logs", total=None)

        def show(done: int, total: int) -> None:
            self._rich.update(task, completed=done, total=max(total, done))

        self._bar = show
        return show

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._rich.stop()
