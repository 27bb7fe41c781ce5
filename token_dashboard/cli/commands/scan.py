"""``tokens scan``: read what is new in the agents' logs."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async


@click.command(
    epilog="""\b
Examples:
  tokens scan
  tokens scan --json
"""
)
@json_option
@config_option
def command(as_json: bool) -> None:
    """Read what is new in the agents' logs into the ledger.

    Lines that can't be read are counted and don't change the exit code.
    """
    run_async(_scan(as_json=as_json))


async def _scan(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.progress import scan_progress

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            summary = await product.scanner.scan(progress)
        await product.prune()
        if as_json:
            from token_dashboard.render import wire_scan

            print_json(wire_scan.scan(summary))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.doctor import print_scan

            print_scan(Console(), summary, language(product.loaded.settings.language))
