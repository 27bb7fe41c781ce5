"""``tokens chat '/tokens'``: what the bot would answer in chat."""

import click

from token_dashboard.cli.options import config_file, config_option
from token_dashboard.cli.running import run_async

_WAIT_S = 3.0
"""For slow providers. A chat's gateway answers sooner still, and asks on behind its answer."""


@click.command(
    epilog="""\b
Examples:
  tokens chat /tokens
  tokens chat '/tokens openrouter'
  tokens chat /burn
"""
)
@click.argument("message", nargs=-1, required=True)
@config_option
def command(message: tuple[str, ...]) -> None:
    """Answer one chat message and leave."""
    run_async(_chat(" ".join(message)))


async def _chat(message: str) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.refresh import look
    from token_dashboard.gateway.conversation import Conversation

    async with compose(load(config_file())) as product:
        refresh = message.casefold().split()[-1:] == ["refresh"]
        await look(product, refresh=refresh, wait_s=_WAIT_S)
        product.dashboard.is_up_to_date = True
        click.echo(await Conversation(product.dashboard).answer(message))
