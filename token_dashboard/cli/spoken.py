"""The language of the settings, for what a command says beside its answer: questions, progress, refusals."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file
from token_dashboard.model.errors import ConfigError, TokenDashboardError

if TYPE_CHECKING:
    from token_dashboard.render.language import Language
    from token_dashboard.render.refusals import Refusal


def spoken() -> "Language":
    """The language of the settings.

    Raises:
        ConfigError: they can't be used.
    """
    from token_dashboard.cli.compose import load
    from token_dashboard.render.language import language

    return language(load(config_file()).settings.language)


def spoken_at_least() -> "Language":
    """The same; that of the machine where the settings can't be used."""
    try:
        return spoken()
    except ConfigError:
        from token_dashboard.config.machine import language as of_machine
        from token_dashboard.render.language import language

        return language(of_machine(os.environ))


def told(error: TokenDashboardError | OSError) -> str:
    """Why a command failed, in that language; in the machine's where the settings are what failed."""
    from token_dashboard.render.errors import phrase, sentence_of
    from token_dashboard.render.refusals import file_sentence

    words = spoken_at_least()
    if isinstance(error, OSError):
        name = None if error.filename is None else os.fsdecode(error.filename)
        return file_sentence(name, error.strerror or type(error).__name__, words)
    if isinstance(error, ConfigError):  # told to the letter: it quotes what somebody wrote
        said = {name: phrase(error.params[name], words) for name in ("file", "path", "reason")}
        return str(ConfigError(**error.params | said))
    return str(error) if words.locale.language == "en" else sentence_of(error, words)


def reason_of(error: ValueError) -> str:
    """Why something can't be, in that language."""
    from token_dashboard.render.errors import phrase

    return phrase(str(error), spoken())


def refused(why: "Refusal", **values: str) -> click.ClickException:
    """What can't be done, in that language."""
    from token_dashboard.render.refusals import refusal

    return click.ClickException(refusal(why, spoken(), **values))


def unfit(why: "Refusal", **values: str) -> click.BadParameter:
    """What is wrong with a value, in that language; click says of which option or argument."""
    from token_dashboard.render.refusals import refusal

    return click.BadParameter(refusal(why, spoken(), **values))


def unknown_provider(word: str, known: Iterable[str], option: str | None = None) -> click.BadParameter:
    """No such provider, in that language, and what comes near."""
    from difflib import get_close_matches

    from token_dashboard.render.refusals import Refusal, refusal

    near = get_close_matches(word.casefold(), list(known), n=3, cutoff=0.5)
    why = Refusal.PROVIDER_LIKE if near else Refusal.NO_PROVIDER
    said = refusal(why, spoken(), word=repr(word), near=spoken().listed(near))
    return click.BadParameter(said, param_hint=option)


def misused(why: "Refusal", option: str | None = None, /, **values: str) -> click.UsageError:
    """What was typed wrong, in that language, and in which option."""
    from token_dashboard.render.refusals import refusal

    said = refusal(why, spoken(), **values)
    return click.UsageError(said) if option is None else click.BadParameter(said, param_hint=f"'{option}'")
