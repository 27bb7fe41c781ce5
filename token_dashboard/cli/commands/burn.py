"""``tokens burn``: how fast it goes, and when it is gone."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async


@click.command(
    epilog="""\b
Examples:
  tokens burn
  tokens burn --json | jq .rate.perDay
"""
)
@json_option
@config_option
def command(as_json: bool) -> None:
    """Burn rate, month projection, and the runway of each balance."""
    run_async(_burn(as_json=as_json))


async def _burn(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.refresh import look
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        await look(product)
        burn = await product.dashboard.burn()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.burn(burn))
        else:
            from token_dashboard.cli.console import width
            from token_dashboard.render import chat

            spoken = language(product.loaded.settings.language)
            click.echo(chat.burn(burn, spoken, product.dashboard.names, width()))
