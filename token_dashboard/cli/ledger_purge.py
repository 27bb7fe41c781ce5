"""``tokens ledger purge``: usage that shall be gone altogether, after a question."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.asking import DECLINED, is_wanted
from token_dashboard.cli.days_option import DAY
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, spoken

if TYPE_CHECKING:
    from token_dashboard.ledger.upkeep import Named, Selection


@click.command(
    epilog="""\b
Examples:
  tokens ledger purge --before 2025-01-01
  tokens ledger purge --agent codex --confirm
"""
)
@click.option("--before", type=DAY, metavar="YYYY-MM-DD", help="Usage before this local day.")
@click.option("--agent", metavar="ID", help="Usage of this agent; with --before, its older usage.")
@click.option("--confirm", is_flag=True, help="Don't ask.")
@json_option
@config_option
@click.pass_context
def purge(
    ctx: click.Context, before: datetime | None, agent: str | None, confirm: bool, as_json: bool
) -> None:
    """Delete usage for good: single requests and their totals.

    To delete single requests and keep their totals, set historyRetentionDays. Without a terminal, on which
    it could ask, it needs --confirm.
    """
    from token_dashboard.cli.console import Console
    from token_dashboard.model.keeping import Purge
    from token_dashboard.render.refusals import Refusal
    from token_dashboard.render.terminal import keeping

    if before is None and agent is None:
        raise misused(Refusal.NOTHING_NAMED)
    language, day = spoken(), before.replace(tzinfo=UTC).date() if before else None
    selection = _selection(day, agent)
    found = run_async(_named(selection))
    done = Purge(before=day, agent=agent, requests=found.requests)
    tell = keeping.print_nothing_to_purge
    if any(found):
        if not confirm and not is_wanted(keeping.purge_question(done, language)):
            click.echo(keeping.not_purged(language), err=True)
            ctx.exit(DECLINED)
        done = replace(done, requests=run_async(_purge(selection)).requests)
        tell = keeping.print_purged
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(done))
    else:
        tell(Console(), done, language)


def _selection(before: date | None, agent: str | None) -> "Selection":
    from token_dashboard.cli.compose import load
    from token_dashboard.ledger.upkeep import Selection
    from token_dashboard.model.period import start_of, zone

    tz = zone(load(config_file()).settings.time_zone)
    return Selection(None if before is None else start_of(before, tz), agent)


async def _named(selection: "Selection") -> "Named":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.ledger.upkeep import Upkeep

    async with compose(load(config_file())) as product:
        return await Upkeep.of(product.ledger).named(selection)


async def _purge(selection: "Selection") -> "Named":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.ledger.upkeep import Upkeep

    async with compose(load(config_file())) as product:
        return await Upkeep.of(product.ledger).purge(selection)
