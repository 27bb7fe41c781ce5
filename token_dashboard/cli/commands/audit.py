"""``tokens audit``: what became of everything that was ever seen."""

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async


@click.command(
    epilog="""\b
Examples:
  tokens audit
  tokens audit --json | jq '.rejects'
"""
)
@json_option
@config_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Prove that nothing was lost between the logs and the ledger.

    For each source: seen = stored + merged + deleted + rejected. Reads no log.

    Exit code: 0 it balances, 1 it doesn't, and which count differs is named.
    """
    ctx.exit(run_async(_audit(as_json=as_json)))


async def _audit(*, as_json: bool) -> int:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.ledger_keeping import phases
    from token_dashboard.engine.audit import audit
    from token_dashboard.model.keeping import Phase

    async with compose(load(config_file())) as product:
        scanner = product.scanner
        with phases() as tell:
            tell(Phase.CHECKING, 0, None)
            found = await audit(product.ledger, scanner.agents, product.clock)
        if as_json:
            from token_dashboard.render import proof

            print_json(proof.audit(found))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.audit import print_audit

            names = {one.agent.id: one.agent.name for one in scanner.agents}
            print_audit(Console(), found, names, language(product.loaded.settings.language))
        return 0 if found.is_balanced else 1
