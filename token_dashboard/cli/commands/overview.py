"""``tokens`` alone: what this is, what was found here, what to type next."""

import click

from token_dashboard.cli.options import config_file
from token_dashboard.cli.running import run_async


@click.command(hidden=True)
def command() -> None:
    """What was found on this computer."""
    run_async(_overview())


async def _overview() -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console, width
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.render import chat
    from token_dashboard.render.language import language
    from token_dashboard.render.terminal.status import print_status

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        tongue = language(product.loaded.settings.language)
        agents, providers = await product.dashboard.agents(), await product.dashboard.providers()
        click.echo(chat.welcome(agents, providers, tongue, width()))
        status = await product.dashboard.cached()
        if status.agents or status.accounts:
            click.echo()
            print_status(Console(), status, tongue)
