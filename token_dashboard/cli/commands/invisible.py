"""``tokens invisible``: what was paid for answers that nobody saw."""

from datetime import UTC, date, datetime

import click

from token_dashboard.cli.days_option import DAY
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused
from token_dashboard.model.period import zone


@click.command(
    epilog="""\b
Examples:
  tokens invisible
  tokens invisible --since 2026-11-01 --json
"""
)
@click.option("--since", type=DAY, metavar="YYYY-MM-DD", help="From this local day on.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="To this local day, included.")
@json_option
@config_option
def command(since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """OpenClaw's paid answers that nobody saw.

    They are abandoned branches, silent replies, failures and summaries of a conversation. Beside them stands
    OpenClaw's own figure, with what it leaves out.
    """
    if since and until and since > until:
        from token_dashboard.render.refusals import Refusal

        raise misused(Refusal.SINCE_AFTER_UNTIL)
    run_async(_invisible(_date(since), _date(until), as_json=as_json))


async def _invisible(since: date | None, until: date | None, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.ledger_keeping import phases
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.engine.invisible import invisible
    from token_dashboard.model.keeping import Phase

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            await product.scanner.scan(progress)
        tz = zone(product.loaded.settings.time_zone)
        with phases() as tell:
            tell(Phase.CHECKING, 0, None)
            found = await invisible(product.ledger, product.scanner.agents, since, until, tz)
        if as_json:
            from token_dashboard.render import proof

            print_json(proof.invisible(found))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.language import language
            from token_dashboard.render.terminal.invisible import print_invisible

            print_invisible(Console(), found, language(product.loaded.settings.language))


def _date(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None
