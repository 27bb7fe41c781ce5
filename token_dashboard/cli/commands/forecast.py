"""``tokens forecast``: when it is used up, and what the month will have cost."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import unknown_provider


@click.command(
    epilog="""\b
Examples:
  tokens forecast
  tokens forecast --provider openrouter
  tokens forecast --model 'claude-*'
  tokens forecast --agent codex --json | jq .month.expected
"""
)
@click.option(
    "--provider",
    metavar="ID",
    help="Only this provider: its balances and windows, and its part of the month.",
)
@click.option(
    "--model",
    metavar="NAME",
    help="Only this model's part of the month, or that of those that match: 'claude-*'.",
)
@click.option("--agent", metavar="ID", help="Only this agent's, likewise.")
@click.option("--project", metavar="FOLDER", help="Only this project's, likewise.")
@json_option
@config_option
def command(
    provider: str | None, model: str | None, agent: str | None, project: str | None, as_json: bool
) -> None:
    """When balances and windows run out, and what the month will cost.

    By what the ledger saw until now, with how far the same method was off before. What is too young says so.
    """
    run_async(_forecast(provider, model, agent, project, as_json=as_json))


async def _forecast(
    provider: str | None, model: str | None, agent: str | None, project: str | None, *, as_json: bool
) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.refresh import look
    from token_dashboard.model.budget import Scope
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        known = product.accounts.provider_ids
        if provider is not None and provider not in known:
            raise unknown_provider(provider, known)
        await look(product, provider=provider)
        scope = Scope(provider=provider, model=model, agent=agent, project=project)
        answer = await product.dashboard.forecasts.forecast(scope)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.forecast(answer))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.terminal.forecast import print_forecast

            print_forecast(Console(), answer, language(product.loaded.settings.language))
