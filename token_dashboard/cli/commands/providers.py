"""``tokens providers``: every provider account that can be read."""

import asyncio

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json


@click.command(
    epilog="""\b
Examples:
  tokens providers
  tokens providers --json | jq -r '.providers[] | select(.configured) | .id'
"""
)
@json_option
@config_option
def command(as_json: bool) -> None:
    """Which providers are known, which have a key, and how the last check went."""
    asyncio.run(_providers(as_json=as_json))


async def _providers(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        infos = await product.dashboard.providers()
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.providers(infos))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.terminal.inventory import print_providers

            now = product.clock.now_ms()
            print_providers(Console(), infos, now, language(product.loaded.settings.language))
