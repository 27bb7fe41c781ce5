"""What a command tells of itself, in the reader's language: to help, and to shells that complete a line.

Commands and options are written in English where they are defined. Each paragraph, and each comment beside an
example, is one message of the catalogs; ``scripts/catalogs.py`` collects them by the same walk.
"""

import inspect
from collections.abc import Callable
from copy import copy
from typing import TypeVar

import click

_Command = TypeVar("_Command", bound=click.Command)

VERBATIM = "\b\n"
"""What begins a paragraph whose lines stay as they are, by click's rule."""
_COMMENT = " " * 3
"""What is between an example and what is said of it, at least."""


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
    if not text.startswith(VERBATIM):
        return say(" ".join(text.split()))
    return VERBATIM + "\n".join(_line(one, say) for one in text.removeprefix(VERBATIM).splitlines())


def _line(text: str, say: Callable[[str], str]) -> str:
    """A headline, or an example with or without a comment; what is typed is the same in every language."""
    if not text.startswith(" "):
        return say(text)
    example, comment = parted(text)
    return f"{text.removesuffix(comment)}{say(comment)}" if comment else example


def parted(line: str) -> tuple[str, str]:
    """An example and what is said of it."""
    indent = line[: len(line) - len(line.lstrip())]
    example, _, comment = line.strip().partition(_COMMENT)
    return indent + example, comment.lstrip()
