"""The page that a command's help is printed on: its lines fit the terminal."""

import re
import shutil
from collections.abc import Iterable, Iterator

import click

from token_dashboard.cli.help_words import VERBATIM, parted
from token_dashboard.render.click_words import translated
from token_dashboard.render.columns import fold, left, widest, width

_NARROWEST = 24
_LEAST_BESIDE = 10
"""Columns that a text has beside its term, however narrow the terminal is."""
_PIECE = re.compile(r"""(?:--?[a-z][\w-]* +(?=[^-|&\s]))?(?:'[^']*'|"[^"]*"|\S)+""")
"""What a shell takes for one word, roughly; an option and its value stay together."""


class HelpPage(click.HelpFormatter):
    """Measures as a terminal does, where a Chinese character takes two columns, and keeps to its width."""

    def __init__(
        self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None
    ) -> None:
        if width is None:
            width = max(min(shutil.get_terminal_size().columns, max_width or 80) - 2, _NARROWEST)
        super().__init__(indent_increment, width, max_width)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        begin = _beginning(translated("Usage:")) if prefix is None else prefix
        beside = width(f"{begin}{prog} ")
        hanging = " " * (beside if beside + 2 * _LEAST_BESIDE <= self._room else 4)
        self._write_lines(fold(f"{begin}{prog} {args}".rstrip(), self._room, hanging))

    def write_heading(self, heading: str) -> None:
        self._write_lines(fold(translated("{title}:").format(title=heading), self._room, ""))

    def write_text(self, text: str) -> None:
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            if paragraph.startswith(VERBATIM):
                for line in paragraph.splitlines()[1:]:
                    self._write_lines(_verbatim(line, self._room))
            else:
                self._write_lines(fold(" ".join(paragraph.split()), self._room, ""))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        listed = list(rows)
        column = min(widest([term for term, _ in listed]), col_max, self._room * 2 // 5) + col_spacing
        for term, text in listed:
            terms = _folded_term(term, self._room)
            texts = fold(text, max(self._room - column, _LEAST_BESIDE), "") if text else []
            if texts and len(terms) == 1 and width(term) + col_spacing <= column:
                terms = [left(term, column) + texts.pop(0)]
            self._write_lines([*terms, *(" " * column + one for one in texts)])

    @property
    def _room(self) -> int:
        return self.width - self.current_indent

    def _write_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(f"{' ' * self.current_indent}{line}".rstrip() + "\n")


def _beginning(title: str) -> str:
    """A title that more stands behind; a wide colon has its space within."""
    return title if width(title[-1]) > 1 else f"{title} "


def _verbatim(line: str, columns: int) -> Iterator[str]:
    """A line as it is, or if it is too wide, as it can still be typed."""
    example, comment = parted(line)
    if width(line) <= columns:
        yield line
    elif not line.startswith(" "):
        yield from fold(line, columns, "")
    else:
        yield from _continued(example, columns)
        if comment:
            yield from fold(f"    {comment}", columns, "")


def _continued(example: str, columns: int) -> Iterator[str]:
    """A command that goes on behind a backslash, as shells read it."""
    if width(example) <= columns:
        yield example
        return
    line = "  "
    for piece in _PIECE.findall(example):
        whole = width(f"    {piece} \\") <= columns or not piece.startswith("-")
        for words in [piece] if whole else piece.split(maxsplit=1):
            if line.strip() and width(f"{line}{words} \\") > columns:
                yield f"{line}\\"
                line = "    "
            line += f"{words} "
    yield line.rstrip()


def _folded_term(term: str, columns: int) -> list[str]:
    """An option with its value, broken between the names of a choice where it is too wide."""
    lines = [""]
    for part in re.findall(r" *(?:[^ |]+\|?|\|)", term):
        if lines[-1] and width(lines[-1] + part) > columns:
            lines.append(" " * 4 + part.lstrip())
        else:
            lines[-1] += part
    return lines
