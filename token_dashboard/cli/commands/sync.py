"""``tokens sync``: bring this machine's usage into the ledger that a team shares."""

import asyncio
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json

if TYPE_CHECKING:
    from token_dashboard.cli.compose import Product
    from token_dashboard.engine.replication import Identity, Synced


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
    ctx.exit(asyncio.run(_sync(as_json=as_json)))


async def _sync(*, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import ScanProgress, progress_bar
    from token_dashboard.cli.outcome import GOOD, NOTHING_REACHABLE
    from token_dashboard.cli.team import identity_of, open_team, waiting
    from token_dashboard.engine.replication import replicate, standing
    from token_dashboard.model.errors import LedgerError, LedgerTooNew

    loaded = load(config_file())
    identity, opening = identity_of(loaded.settings.team), open_team(loaded)
    async with compose(loaded) as product:
        with ScanProgress() as scanning:
            await product.scanner.scan(scanning)
        try:
            async with opening as team:
                with progress_bar("Sending requests") as sending:
                    synced = await replicate(product.ledger, team, identity, product.clock.now_ms(), sending)
        except LedgerError as error:
            if isinstance(error, LedgerTooNew) or error.params["path"] == product.ledger.name:
                raise
            rest = waiting((await standing(product.ledger, error.params["path"])).waiting)
            click.echo(f"{error} Nothing is lost: {rest} here for the next tokens sync.", err=True)
            return NOTHING_REACHABLE
        _tell(product, team.name, identity, synced, as_json=as_json)
    return GOOD


def _tell(product: "Product", team: str, identity: "Identity", synced: "Synced", *, as_json: bool) -> None:
    from token_dashboard.render.language import language

    if as_json:
        print_json({"to": team, "machine": identity.machine, "sent": synced.sent, "new": synced.new})
        return
    spoken = language(product.loaded.settings.language)
    line = spoken.gettext("{machine}: {sent} requests sent to {name}, {new} of them new.")
    click.echo(
        line.format(
            machine=identity.machine,
            sent=spoken.count(synced.sent),
            name=team,
            new=spoken.count(synced.new),
        )
    )
