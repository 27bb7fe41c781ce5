"""The terminal as it is: its width, whether it takes colours, whether anybody watches."""

import os
import sys
from collections.abc import Iterable
from typing import Any

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

    def show(self, lines: Iterable[tuple[str, str]]) -> None:
        """Show lines, each in its style, as they are."""
        if self._is_plain:
            sys.stdout.write("".join(f"{text}\n" for text, _ in lines))
            sys.stdout.flush()  # so that a reader who has left is noticed here
        else:
            import click

            styled = (click.style(text, **_STYLES[style]) if style else text for text, style in lines)
            click.echo("".join(f"{text}\n" for text in styled), nl=False)


def width() -> int:
    """Columns of the terminal; of a pipe, what most can show."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        import shutil  # brings what compresses files, which a pipe does without

        return shutil.get_terminal_size().columns
    return _WIDTH_OF_A_PIPE
