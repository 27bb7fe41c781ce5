"""``tokens report``: usage by agent, model, day and more."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.model.period import zone
from token_dashboard.model.report import CostBasis, Dimension


def _dimensions(_ctx: click.Context, _parameter: click.Parameter, value: str) -> tuple[Dimension, ...]:
    names = [name.strip().lower() for name in value.split(",") if name.strip()]
    for name in names:
        if name not in list(Dimension):
            allowed = ", ".join(sorted(Dimension))
            raise click.BadParameter(f'unknown dimension "{name}". Choose from: {allowed}.')
    return tuple(dict.fromkeys(Dimension(name) for name in names))


def _zone(_ctx: click.Context, _parameter: click.Parameter, value: str | None) -> ZoneInfo | None:
    try:
        return zone(value) if value else None
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_DAY = click.DateTime(["%Y-%m-%d"])


@click.command(
    epilog="""\b
Examples:
  tokens report
  tokens report --by day --since 2026-11-01
  tokens report --by agent,model --time-zone America/New_York --json
  tokens report --by model --cost auto
"""
)
@click.option(
    "--by",
    callback=_dimensions,
    default="agent,model,day",
    show_default=True,
    metavar="DIMENSIONS",
    help="Group by these, with commas between: agent, app, day, model, project, provider.",
)
@click.option("--since", type=_DAY, metavar="YYYY-MM-DD", help="From this local day on.")
@click.option("--until", type=_DAY, metavar="YYYY-MM-DD", help="To this local day, included.")
@click.option("--time-zone", callback=_zone, metavar="ZONE", help="Days of this zone, e.g. Europe/Berlin.")
@click.option(
    "--cost",
    "cost_basis",
    type=click.Choice([one.value for one in CostBasis]),
    default=CostBasis.COMPUTED.value,
    show_default=True,
    help="What is meant by cost: tokens times list price, what the logs say was charged, or automatically the"
    " logged cost of each request that has a plausible one, else the computed.",
)
@json_option
@config_option
def command(
    by: tuple[Dimension, ...],
    since: datetime | None,
    until: datetime | None,
    time_zone: ZoneInfo | None,
    cost_basis: str,
    as_json: bool,
) -> None:
    """Requests, tokens and cost, grouped, with a total."""
    if since and until and since > until:
        raise click.UsageError("--since is after --until.")
    basis = CostBasis(cost_basis)
    asyncio.run(_report(by, _date(since), _date(until), time_zone, basis, as_json=as_json))


def _date(moment: datetime | None) -> date | None:
    return moment.replace(tzinfo=UTC).date() if moment else None


async def _report(
    by: Sequence[Dimension],
    since: date | None,
    until: date | None,
    tz: ZoneInfo | None,
    cost_basis: CostBasis,
    *,
    as_json: bool,
) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import ScanProgress
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        with ScanProgress() as progress:
            await product.dashboard.scan(progress)
        report = await product.dashboard.history.report(
            by, since=since, until=until, tz=tz, cost_basis=cost_basis
        )
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.report(report))
        else:
            from token_dashboard.cli.console import Console
            from token_dashboard.render.terminal.report import print_report

            print_report(Console(), report, language(product.loaded.settings.language))
