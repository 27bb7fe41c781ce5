"""``tokens doctor``: what was looked at, what was found, what to do."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async


@click.command(
    epilog="""\b
Examples:
  tokens doctor
  tokens doctor rejects
  tokens doctor --json
"""
)
@click.argument("what", required=False, type=click.Choice(["rejects"]))
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, what: str | None, as_json: bool) -> None:
    """Look at everything that this program depends on.

    'rejects' lists the lines of logs that couldn't be read. Exit code 0 when nothing needs a person, else 1.
    """
    if what == "rejects":
        run_async(_rejects(as_json=as_json))
    else:
        ctx.exit(run_async(_doctor(as_json=as_json)))


async def _doctor(*, as_json: bool) -> int:
    from token_dashboard.cli.checks import checks, checks_without_ledger
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.model.errors import LedgerError

    loaded = load(config_file())
    try:
        async with compose(loaded) as product:
            with scan_progress() as progress:
                scanned = await product.scanner.scan(progress)
            found = await checks(product, scanned)
    except LedgerError as error:
        found = checks_without_ledger(loaded, error)
    if as_json:
        from token_dashboard.render import wire_checks

        print_json(wire_checks.checks(found))
    else:
        from token_dashboard.render.language import language
        from token_dashboard.render.terminal.doctor import print_checks

        print_checks(Console(), found, language(loaded.settings.language))
    return 0 if all(one.is_ok for one in found) else 1


async def _rejects(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load

    loaded = load(config_file())
    async with compose(loaded) as product:
        rejects = await product.dashboard.rejects()
    if as_json:
        from token_dashboard.render import wire_checks

        print_json(wire_checks.rejects(rejects))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.language import language
        from token_dashboard.render.terminal.doctor import print_rejects

        print_rejects(Console(), rejects, language(loaded.settings.language))
