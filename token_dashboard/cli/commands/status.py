"""``tokens status``: how things stand."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import unknown_provider


@click.command(
    epilog="""\b
Examples:
  tokens status
  tokens status --refresh --provider openrouter
  tokens status --json | jq '.accounts[].balances'
"""
)
@click.option("--refresh", is_flag=True, help="Ask the providers now, due or not.")
@click.option("--provider", metavar="ID", help="Only this provider's account.")
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, refresh: bool, provider: str | None, as_json: bool) -> None:
    """Balances, windows, spend and usage.

    Exit code: 0 good, 2 keys refused, 3 some providers failed, 4 none answered.
    """
    ctx.exit(run_async(_status(refresh=refresh, provider=provider, as_json=as_json)))


async def _status(*, refresh: bool, provider: str | None, as_json: bool) -> int:
    from dataclasses import replace

    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.outcome import exit_code
    from token_dashboard.cli.refresh import up_to_date
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        if provider is not None:
            known = product.accounts.provider_ids
            if provider not in known:
                raise unknown_provider(provider, known)
        status = await up_to_date(product, refresh=refresh, provider=provider)
        if provider is not None:
            status = replace(
                status, accounts=tuple(one for one in status.accounts if one.provider == provider)
            )
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.status(status))
        else:
            from token_dashboard.cli.console import Console

            spoken = language(product.loaded.settings.language)
            if provider is not None:
                from token_dashboard.render.terminal.provider import print_account

                print_account(Console(), status, provider, spoken)
            else:
                from token_dashboard.render.terminal.status import print_status

                print_status(Console(), status, spoken)
        return exit_code(one.problem for one in status.accounts)
