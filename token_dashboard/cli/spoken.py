"""The language of the settings, for what a command says beside its answer: questions, progress, refusals."""

import os
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


def told(error: TokenDashboardError | OSError) -> str:
    """Why a command failed, in that language; in the machine's where the settings are what failed."""
    from token_dashboard.render.errors import phrase, sentence_of
    from token_dashboard.render.refusals import file_sentence

    try:
        words = spoken()
    except ConfigError:
        from token_dashboard.config.machine import language as of_machine
        from token_dashboard.render.language import language

        words = language(of_machine(os.environ))
    if isinstance(error, OSError):
        name = None if error.filename is None else os.fsdecode(error.filename)
        return file_sentence(name, error.strerror or type(error).__name__, words)
    if isinstance(error, ConfigError):  # told to the letter: it quotes what somebody wrote
        return str(ConfigError(**error.params | {"reason": phrase(error.params["reason"], words)}))
    return str(error) if words.locale.language == "en" else sentence_of(error, words)


def refused(why: "Refusal", **values: str) -> click.ClickException:
    """What can't be done, in that language."""
    from token_dashboard.render.refusals import refusal

    return click.ClickException(refusal(why, spoken(), **values))


def misused(why: "Refusal", option: str | None = None, /, **values: str) -> click.UsageError:
    """What was typed wrong, in that language, and in which option."""
    from token_dashboard.render.refusals import refusal

    said = refusal(why, spoken(), **values)
    return click.UsageError(said) if option is None else click.BadParameter(said, param_hint=f"'{option}'")
