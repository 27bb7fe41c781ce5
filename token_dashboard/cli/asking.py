"""Asking a person before something is done that can't be undone."""

import sys

import click

from token_dashboard.cli.spoken import misused, spoken

DECLINED = 130
"""As when the question is interrupted."""


def is_wanted(question: str) -> bool:
    """What a person answers. Outside the event loop, which would keep the first Ctrl-C to itself.

    Raises:
        click.UsageError: nobody is there to answer.
    """
    from token_dashboard.render.refusals import Refusal
    from token_dashboard.render.terminal.keeping import choice, is_yes

    language = spoken()
    if sys.stdin is None or not sys.stdin.isatty():
        raise misused(Refusal.NOBODY_TO_ASK, question=question)
    click.echo(f"{question} {choice(language)} ", nl=False, err=True)  # click.prompt writes to stdout, too
    answer = sys.stdin.readline()
    if not answer.endswith("\n"):
        click.echo(err=True)
    return is_yes(answer, language)
