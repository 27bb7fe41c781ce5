"""``tokens blocks``: use in stretches of five hours, as Claude's plans count it."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.agent_option import agent_option, check_agent
from token_dashboard.cli.days_option import Days, asked_days, days_options
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import misused, unfit
from token_dashboard.cli.zone_option import zone_option
from token_dashboard.model.period import DAY_MS, local_date, zone

_RECENT_MS = 3 * DAY_MS


def _limit(
    _ctx: click.Context, _parameter: click.Parameter, value: str | None
) -> int | Literal["max"] | None:
    if value is None:
        return None
    if value.lower() == "max":
        return "max"
    if not value.isdecimal() or int(value) == 0:
        from token_dashboard.render.refusals import Refusal

        raise unfit(Refusal.NO_LIMIT, word=repr(value))
    return int(value)


@click.command(
    epilog="""\b
Examples:
  tokens blocks --recent
  tokens blocks --active --limit max
  tokens blocks --last 4w --reverse
  tokens blocks --json | jq '.running.leftSeconds'
"""
)
@agent_option("claude-code")
@click.option("--active", "is_active", is_flag=True, help="Only the block that runs now.")
@click.option("--recent", "is_recent", is_flag=True, help="Only blocks of the last three days.")
@days_options
@zone_option
@click.option("--reverse", "is_reversed", is_flag=True, help="The newest first.")
@click.option(
    "--limit",
    callback=_limit,
    metavar="TOKENS|max",
    help="Measure each block against this many tokens; max: against the largest block that is over.",
)
@json_option
@config_option
def command(
    agent: str,
    is_active: bool,
    is_recent: bool,
    since: datetime | None,
    until: datetime | None,
    last: int | None,
    time_zone: ZoneInfo | None,
    is_reversed: bool,
    limit: int | Literal["max"] | None,
    as_json: bool,
) -> None:
    """Use in blocks of five hours, and where the running one is heading.

    With days, the blocks that begin on them.
    """
    days = asked_days(since, until, last)
    if (is_active or is_recent) and any(days):
        from token_dashboard.render.refusals import Refusal

        one = "--active" if is_active else "--recent"
        other = next(f"--{name}" for name, value in days._asdict().items() if value)
        raise misused(Refusal.PERIODS_DIFFER, one=one, other=other)
    run_async(
        _blocks(
            agent,
            limit,
            days,
            time_zone,
            is_active=is_active,
            is_recent=is_recent,
            is_reversed=is_reversed,
            as_json=as_json,
        )
    )


async def _blocks(
    agent: str,
    limit: int | Literal["max"] | None,
    days: Days,
    tz: ZoneInfo | None,
    *,
    is_active: bool,
    is_recent: bool,
    is_reversed: bool,
    as_json: bool,
) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        await check_agent(agent, product.ledger)
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        now_ms = product.clock.now_ms()
        since, until = days.since, days.until
        if days.last is not None:
            today = local_date(now_ms, tz or zone(product.dashboard.time_zone))
            since, until = days.within(today, days.last)
        answer = await product.dashboard.blocks.blocks(
            agent,
            limit=limit,
            since_ms=now_ms if is_active else now_ms - _RECENT_MS if is_recent else None,
            since=since,
            until=until,
            tz=tz,
            is_reversed=is_reversed,
        )
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.render.terminal.blocks import print_blocks

            print_blocks(Console(), answer, language(product.loaded.settings.language))
