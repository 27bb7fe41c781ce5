"""``tokens graph``: a year of use as a calendar."""

import click

from token_dashboard.cli.agent_option import agent_option, agents_like
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.model.calendar import Measure


@click.command(
    epilog="""\b
Examples:
  tokens graph
  tokens graph --year 2026 --by tokens
  tokens graph --agent 'claude-*'
  tokens graph --json | jq '.days[] | [.day, .totals.listCost.amount]'
"""
)
@click.option(
    "--year", type=click.IntRange(1971, 2199), metavar="YYYY", help="This year, not the last 52 weeks."
)
@click.option(
    "--by",
    "measure",
    type=click.Choice([one.value for one in Measure]),
    default=Measure.COST.value,
    show_default=True,
    help="What makes a day dark.",
)
@agent_option(None)
@json_option
@config_option
def command(year: int | None, measure: str, agent: str | None, as_json: bool) -> None:
    """A calendar of use, streaks, the busiest day, weekday and hour."""
    run_async(_graph(year, Measure(measure), agent, as_json=as_json))


async def _graph(year: int | None, measure: Measure, agent: str | None, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        agents = None if agent is None else await agents_like(agent, product.ledger)
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        calendar = await product.dashboard.calendars.calendar(
            measure, year=year, agents=agents, with_parts=as_json
        )
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(calendar))
        else:
            from token_dashboard.render.terminal.calendar import print_calendar

            print_calendar(Console(), calendar, language(product.loaded.settings.language))
