"""``tokens sync``: bring this machine's usage into the ledger that a team shares."""

from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async

if TYPE_CHECKING:
    from token_dashboard.model.sharing import Sent
    from token_dashboard.render.language import Language


@click.command(
    epilog="""\b
Examples:
  tokens sync
  tokens sync --json
"""
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Read the logs, and send what is new to the ledger at team.url.

    It may be stopped at any moment and goes on from there. A running gateway does the same every
    team.syncMinutes.

    Exit code: 4 when the team's ledger can't be reached. Then what is new waits here.
    """
    ctx.exit(run_async(_sync(as_json=as_json)))


async def _sync(*, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.outcome import GOOD, NOTHING_REACHABLE
    from token_dashboard.cli.progress import progress_bar, scan_progress
    from token_dashboard.cli.team import identity_of, open_team
    from token_dashboard.engine.replication import replicate, standing
    from token_dashboard.model.errors import LedgerError, LedgerTooNew
    from token_dashboard.model.sharing import Sent
    from token_dashboard.render.errors import sentence_of
    from token_dashboard.render.language import language
    from token_dashboard.render.terminal.sharing import SENDING, namesake_words, waiting_words

    loaded = load(config_file())
    words = language(loaded.settings.language)
    identity, opening = identity_of(loaded.settings.team), open_team(loaded)
    async with compose(loaded) as product:
        with scan_progress() as scanning:
            await product.scanner.scan(scanning)
        try:
            async with opening as team:
                with progress_bar(words.gettext(SENDING)) as sending:
                    synced = await replicate(product.ledger, team, identity, product.clock.now_ms(), sending)
        except LedgerError as error:
            if isinstance(error, LedgerTooNew) or error.params["path"] == product.ledger.name:
                raise
            rest = (await standing(product.ledger, error.params["path"])).waiting
            click.echo(waiting_words(sentence_of(error, words), rest, words), err=True)
            return NOTHING_REACHABLE
    if synced.has_namesake:
        click.echo(namesake_words(identity.machine, words), err=True)
    _tell(
        Sent(
            to=team.name,
            machine=identity.machine,
            sent=synced.sent,
            new=synced.new,
            withdrawn=synced.withdrawn,
        ),
        words,
        as_json=as_json,
    )
    return GOOD


def _tell(done: "Sent", words: "Language", *, as_json: bool) -> None:
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(done))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.sharing import print_sent

        print_sent(Console(), done, words)
