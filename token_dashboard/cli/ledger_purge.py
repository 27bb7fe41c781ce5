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
    it could ask, it needs --confirm. What a team's ledger was told stays there.
    """
    from token_dashboard.cli.console import Console
    from token_dashboard.model.keeping import Purge
    from token_dashboard.render.refusals import Refusal
    from token_dashboard.render.terminal import keeping

    if agent == "" or (before is None and agent is None):
        raise misused(Refusal.NOTHING_NAMED)
    language, day = spoken(), before.replace(tzinfo=UTC).date() if before else None
    selection = _selection(day, agent)
    found, untold = run_async(_named(selection))
    done = Purge(before=day, agent=agent, requests=found.requests, untold=untold)
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


async def _named(selection: "Selection") -> "tuple[Named, int | None]":
    """What is named, and how many requests of it a team's ledger wasn't told, if there is one."""
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.team import team_name
    from token_dashboard.engine.replication import told_through
    from token_dashboard.ledger.upkeep import Upkeep

    loaded = load(config_file())
    async with compose(loaded) as product:
        upkeep, team = Upkeep.of(product.ledger), team_name(loaded.settings)
        named = await upkeep.named(selection)
        if team is None:
            return named, None
        return named, await upkeep.changed(selection, await told_through(product.ledger, team))


async def _purge(selection: "Selection") -> "Named":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.ledger.upkeep import Upkeep

    async with compose(load(config_file())) as product:
        return await Upkeep.of(product.ledger).purge(selection)
