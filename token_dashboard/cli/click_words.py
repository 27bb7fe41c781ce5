"""Which language click's own words and help are in: that of the settings, like everything else that is said.

Nearly always it is English, which is found out at no cost: settings are read for it only where a locale or a
document may name another.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import click

from token_dashboard.cli.options import host_config
from token_dashboard.config.places import CONFIG_VARIABLE, anchored, config_files, home_dir
from token_dashboard.model.errors import ConfigError

_Command = TypeVar("_Command", bound=click.Command)

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_ENGLISH = {"", "en", "c", "c.", "po"}
"""How the names of English locales begin, and of those of no language."""


class HelpContext(click.Context):
    """Shows the help of its command in the language that click speaks, in lines that fit the terminal."""

    def make_formatter(self) -> click.HelpFormatter:
        from token_dashboard.cli.help_page import HelpPage

        return HelpPage(width=self.terminal_width, max_width=self.max_content_width)

    def get_help(self) -> str:
        from token_dashboard.cli.help_words import in_words
        from token_dashboard.render.click_words import help_words

        return in_words(self.command, help_words()).get_help(self)


def with_help(command: click.Command) -> click.Command:
    """A command that shows its help so, and those below it."""
    command.context_class = HelpContext
    if isinstance(command, click.Group):
        for one in command.commands.values():
            with_help(one)
    return command


def for_completion(command: _Command, context: click.Context) -> _Command:
    """A command as a shell lists it: what it and its options do, in the language that click speaks."""
    if not context.resilient_parsing:  # which click does only when a shell asks how a line may go on
        return command
    from token_dashboard.cli.help_words import in_words
    from token_dashboard.render.click_words import help_words

    return in_words(command, help_words())


def follow(file: Path | None = None) -> None:
    """Have click speak as the settings say; ``file`` is what ``--config`` names."""
    if file is None and not _may_be_another():
        return
    from token_dashboard.config import finding, machine
    from token_dashboard.render.click_words import speak

    try:
        language = finding.load(file, os.environ, host_config()).settings.language
    except ConfigError:  # which the command will tell
        language = machine.language(os.environ)
    speak(language)


def _may_be_another() -> bool:
    if any(os.environ.get(name, "")[:2].lower() not in _ENGLISH for name in _LOCALE_VARIABLES):
        return True
    try:
        return "language" in (host_config() or {}) or any(map(_mentions_language, _documents()))
    except (ConfigError, OSError):
        return False


def _documents() -> Iterator[Path]:
    if named := os.environ.get(CONFIG_VARIABLE):
        yield anchored(Path(named), home_dir(os.environ), Path())
    else:
        yield from config_files(os.environ)[:1]


def _mentions_language(document: Path) -> bool:
    return document.is_file() and b"language" in document.read_bytes()  # a pipe is read once, if at all
