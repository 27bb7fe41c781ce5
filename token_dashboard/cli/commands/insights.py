"""``tokens insights``: what caching was worth, and what a session and an hour of work cost."""

from datetime import datetime

import click

from token_dashboard.cli.days_option import Days, asked_days, days_options
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async

_DAYS = 30


@click.command(
    epilog="""\b
Examples:
  tokens insights
  tokens insights --last 7d
  tokens insights --since 2026-11-01 --json | jq .cacheSaving
"""
)
@days_options
@json_option
@config_option
def command(since: datetime | None, until: datetime | None, last: int | None, as_json: bool) -> None:
    """What caching saved, and what a session and an hour of work cost.

    By model also how much input there is for each token of output. Without options the last 30 days.
    """
    run_async(_insights(asked_days(since, until, last), as_json=as_json))


async def _insights(days: Days, *, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.engine.insights import InsightReports
    from token_dashboard.model.period import zone
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        tz = zone(product.dashboard.time_zone)
        reports = InsightReports(product.ledger, product.prices.book, tz, product.clock)
        answer = await reports.insights(*days.within(product.dashboard.today(), _DAYS))
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.render.terminal.insights import print_insights

            print_insights(Console(), answer, language(product.loaded.settings.language))
