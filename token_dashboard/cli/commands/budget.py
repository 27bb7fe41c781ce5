"""``tokens budget``: what may be spent, and the owner's word on it."""

from collections.abc import Sequence

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  tokens budget
  tokens budget set 5/day
  tokens budget set 20 a week for agent codex
  tokens budget add 2 today
  tokens budget raise daily 2 until friday
""",
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """How each budget stands: spent, left, and when it begins anew."""
    if ctx.invoked_subcommand is None:
        run_async(_budgets(as_json=as_json))


@command.command(
    "set",
    epilog="""\b
Examples:
  tokens budget set 5/day
  tokens budget set 20 a week for agent codex
""",
)
@click.argument("words", nargs=-1, required=True)
@json_option
@config_option
def set_(words: Sequence[str], as_json: bool) -> None:
    """Allow so much a period, for everything or for a part.

    WORDS are like 5/day, $20 a week, 5 per day for model gpt-5, 3/day for agent codex and project /srv/app.
    A budget for the same period and part is replaced.
    """
    run_async(_change("set", words, as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens budget add 2 today
  tokens budget add 2 to daily until friday
"""
)
@click.argument("words", nargs=-1, required=True)
@json_option
@config_option
def add(words: Sequence[str], as_json: bool) -> None:
    """Allow more for a while.

    WORDS are like 2 today, 2 to daily until 18:00, $5 until friday, 2 for 3h. Unless told, it lapses when
    the budget begins anew. With one budget its name may be left out.
    """
    run_async(_change("add", words, as_json=as_json))


@command.command(
    "raise",
    epilog="""\b
Examples:
  tokens budget raise 2 today
  tokens budget raise daily 2 until 2026-12-24
""",
)
@click.argument("words", nargs=-1, required=True)
@json_option
@config_option
def raise_(words: Sequence[str], as_json: bool) -> None:
    """The same as add: daily 2 until 2026-12-24."""
    run_async(_change("raise", words, as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens budget remove daily
"""
)
@click.argument("name")
@json_option
@config_option
def remove(name: str, as_json: bool) -> None:
    """Forget a budget that was set by a command.

    Those of the configuration are changed there.
    """
    run_async(_change("remove", (name,), as_json=as_json))


async def _budgets(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            await product.scanner.scan(progress)
        answer = await product.dashboard.budgets.stand()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.budgets(answer))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.terminal.budgets import print_budgets

            print_budgets(Console(), answer, language(product.loaded.settings.language))


async def _change(verb: str, words: Sequence[str], *, as_json: bool) -> None:
    from dataclasses import replace

    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.gateway.budgeting import change_budget
    from token_dashboard.render.language import language
    from token_dashboard.render.terminal.budgets import COMMAND, print_budgets

    async with compose(load(config_file())) as product:
        spoken = language(product.loaded.settings.language)
        answer = await change_budget(verb, " ".join(words), product.dashboard, spoken, COMMAND)
        if not answer.is_done:
            raise click.UsageError(answer.text)
        standing = await product.dashboard.budgets.stand()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.budgets(standing))
        elif answer.state is not None:
            print_budgets(Console(), replace(standing, budgets=(answer.state,)), spoken)
        else:
            click.echo(answer.text)
