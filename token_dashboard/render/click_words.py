"""What click says by itself — how a command is called, what was typed wrong — in the reader's language.

It asks gettext's functions for the whole process, which look for a catalog in the language that the
environment names. Ours is found once they know where it lies; click's messages stand in it beside our own.
What is asked for keeps the name that the usage line has (``INTEGER``, ``PATH``).
"""

import gettext
import os
from collections.abc import Callable

_HELP = "help"
"""The catalog of what commands tell of themselves: apart, so that only who asks for help waits for it."""


def N_(_message: str) -> None:  # noqa: N802 - the name by which catalogs find a message
    """Mark a message for the catalogs."""


def ngettext(_one: str, _many: str) -> None:
    """Mark a message with a plural for the catalogs, by the name that makes them take both forms."""


def speak(language: str) -> None:
    """Have click speak a language, from now on; programs that are started from here are told of it, too."""
    from token_dashboard.render.language import LOCALES, TRANSLATED  # noqa: PLC0415 - English needs none

    os.environ["LANGUAGE"] = TRANSLATED.get(language, language)
    gettext.bindtextdomain("messages", str(LOCALES))
    gettext.bindtextdomain(_HELP, str(LOCALES))


def translated(message: str) -> str:
    """A message that stands between click's, in the language that it speaks."""
    return gettext.gettext(message)


def help_words() -> Callable[[str], str]:
    """What says a text of a command's help in the language that click speaks."""
    return gettext.translation(_HELP, gettext.bindtextdomain(_HELP), fallback=True).gettext


def did_you_mean(possibility: str) -> str:
    """A question of click's, in the language that it speaks."""
    asked = gettext.ngettext("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)", 1)
    return asked.format(possibility=possibility, possibilities=possibility)


def fault(name: str) -> str:
    """What is told of an error that nobody foresaw, in the language that click speaks."""
    said = gettext.gettext("This is a fault in token-dashboard: {name}. `tokens -v …` shows where.")
    return said.format(name=name)


N_("How things stand")
N_("Reports")
N_("Where figures come from")
N_("What is counted")
N_("Keeping and sharing")
N_("Running it")

N_("Usage:")
N_("{title}:")
N_("Options")
N_("Commands")
N_("Show this message and exit.")
N_("default: {default}")
N_("required")
N_("Error: {message}")
N_("Try '{command} {option}' for help.")
N_("Invalid value: {message}")
N_("Invalid value for {param_hint}: {message}")
N_("Missing argument")
N_("Missing option")
N_("Missing parameter")
N_("Missing {param_type}")
N_("Missing command.")
N_("No such command {name!r}.")
N_("No such option {name!r}.")
N_("No such option: {name}")
ngettext("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})")
ngettext("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments.")
N_("Option {name!r} does not take a value.")
N_("Argument {name!r} takes {nargs} values.")
ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.")
ngettext("{value!r} does not match the format {format}.", "{value!r} does not match the formats {formats}.")
N_("{value!r} is not a valid {number_type}.")
N_("{value} is not in the range {range}.")
N_("Choose from:\n\t{choices}")
N_("{name} {filename!r} is a directory.")
N_("{name} {filename!r} is not readable.")
N_("file")
