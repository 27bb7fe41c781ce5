"""``tokens ledger``: look at what is stored, copy it, put it back, make it smaller, move it."""

from functools import partial

import click

from token_dashboard.cli.ledger_copies import backup, restore
from token_dashboard.cli.ledger_exports import export, import_
from token_dashboard.cli.ledger_keeping import answer, place
from token_dashboard.cli.ledger_purge import purge
from token_dashboard.cli.ledger_soundness import check, vacuum
from token_dashboard.cli.options import config_file, config_option, json_option
from token_dashboard.cli.running import run_async


@click.group(
    epilog="""\b
Examples:
  tokens ledger stats
  tokens ledger backup ~/backups/ledger.db
  tokens ledger export --format csv --since 2026-11-01 -o november.csv
"""
)
@config_option
def command() -> None:
    """What is stored: look at it, copy it, move it, delete some of it."""


for one in (backup, check, export, import_, purge, restore, vacuum):
    command.add_command(one)


@command.command(
    epilog="""\b
Examples:
  tokens ledger stats
  tokens ledger stats --json | jq '.sizeBytes'
"""
)
@json_option
@config_option
def stats(as_json: bool) -> None:
    """How much is stored of what, since when, and what takes space."""
    run_async(_stats(as_json=as_json))


async def _stats(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.ledger_contents import contents
    from token_dashboard.render.terminal.stored import print_contents

    loaded = load(config_file())
    async with compose(loaded) as product:
        found = await contents(product.ledger, place())
    answer(found, partial(print_contents, time_zone=loaded.settings.time_zone), as_json=as_json)
