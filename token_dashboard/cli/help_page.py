"""The help of a command: in the reader's language, in lines that fit the terminal.

Commands and options are written in English where they are defined. Each paragraph, and each comment beside an
example, is one message of the catalogs; ``scripts/catalogs.py`` collects them by the same walk.
"""

import inspect
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import TypeVar

import click

from token_dashboard.render.click_words import translated
from token_dashboard.render.columns import fold, left, widest, width

_Command = TypeVar("_Command", bound=click.Command)

_NARROWEST = 24
_LEAST_BESIDE = 10
"""Columns that a text has beside its term, however narrow the terminal is."""
_VERBATIM = "\b\n"
"""What begins a paragraph whose lines stay as they are, by click's rule."""
_COMMENT = " " * 3
"""What is between an example and what is said of it, at least."""
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
        begin = f"{translated('Usage:')} " if prefix is None else prefix
        beside = width(f"{begin}{prog} ")
        hanging = " " * (beside if beside + 2 * _LEAST_BESIDE <= self._room else 4)
        self._write_lines(fold(f"{begin}{prog} {args}".rstrip(), self._room, hanging))

    def write_heading(self, heading: str) -> None:
        self._write_lines(fold(translated("{title}:").format(title=heading), self._room, ""))

    def write_text(self, text: str) -> None:
        for number, paragraph in enumerate(text.split("\n\n")):
            if number:
                self.write("\n")
            if paragraph.startswith(_VERBATIM):
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


def in_words(command: _Command, say: Callable[[str], str]) -> _Command:
    """The same command, and those below it, with all that its help tells in the words of ``say``."""
    told = copy(command)
    if command.help is not None:
        told.help = _said(command.help, say)
        told.short_help = told.help.partition("\n\n")[0]
    if command.epilog is not None:
        told.epilog = _said(command.epilog, say)
    told.params = [_parameter(one, say) for one in command.params]
    if isinstance(told, click.Group):
        told.commands = {name: in_words(one, say) for name, one in told.commands.items()}
    return told


def _parameter(parameter: click.Parameter, say: Callable[[str], str]) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    told = copy(parameter)
    told.help = say(parameter.help)
    if isinstance(told.show_default, str):  # what settings or the program choose; click would bracket it
        told.default, told.show_default = told.show_default, True
    return told


def _said(text: str, say: Callable[[str], str]) -> str:
    return "\n\n".join(_paragraph(one, say) for one in inspect.cleandoc(text).split("\n\n"))


def _paragraph(text: str, say: Callable[[str], str]) -> str:
    if not text.startswith(_VERBATIM):
        return say(" ".join(text.split()))
    return _VERBATIM + "\n".join(_line(one, say) for one in text.removeprefix(_VERBATIM).splitlines())


def _line(text: str, say: Callable[[str], str]) -> str:
    """A headline, or an example with or without a comment; what is typed is the same in every language."""
    if not text.startswith(" "):
        return say(text)
    example, comment = _parted(text)
    return f"{text.removesuffix(comment)}{say(comment)}" if comment else example


def _parted(line: str) -> tuple[str, str]:
    """An example and what is said of it."""
    indent = line[: len(line) - len(line.lstrip())]
    example, _, comment = line.strip().partition(_COMMENT)
    return indent + example, comment.lstrip()


def _verbatim(line: str, columns: int) -> Iterator[str]:
    """A line as it is, or if it is too wide, as it can still be typed."""
    example, comment = _parted(line)
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
