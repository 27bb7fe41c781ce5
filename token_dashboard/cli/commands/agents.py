"""``tokens agents``: coding agents whose logs are read."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async


@click.command(
    epilog="""\b
Examples:
  tokens agents
  tokens agents --json
"""
)
@json_option
@config_option
def command(as_json: bool) -> None:
    """Which coding agents were found here, and what of them is counted."""
    run_async(_agents(as_json=as_json))


async def _agents(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        infos = await product.dashboard.agents()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.agents(infos))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.terminal.inventory import print_agents

            print_agents(Console(), infos, product.clock.now_ms(), language(product.loaded.settings.language))
