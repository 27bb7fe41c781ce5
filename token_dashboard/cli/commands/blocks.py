"""``tokens blocks``: use in stretches of five hours, as Claude's plans count it."""

from typing import Literal

import click

from token_dashboard.cli.agent_option import agent_option
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import unfit
from token_dashboard.model.period import DAY_MS

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
  tokens blocks --json | jq '.running.leftSeconds'
"""
)
@agent_option("claude-code")
@click.option("--active", "is_active", is_flag=True, help="Only the block that runs now.")
@click.option("--recent", "is_recent", is_flag=True, help="Only blocks of the last three days.")
@click.option(
    "--limit",
    callback=_limit,
    metavar="TOKENS|max",
    help="Measure each block against this many tokens; max: against the largest block that is over.",
)
@json_option
@config_option
def command(
    agent: str, is_active: bool, is_recent: bool, limit: int | Literal["max"] | None, as_json: bool
) -> None:
    """Use in blocks of five hours, and where the running one is heading."""
    run_async(_blocks(agent, limit, is_active=is_active, is_recent=is_recent, as_json=as_json))


async def _blocks(
    agent: str, limit: int | Literal["max"] | None, *, is_active: bool, is_recent: bool, as_json: bool
) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import Console
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.render.language import language

    async with compose(load(config_file())) as product:
        with scan_progress() as progress:
            await product.dashboard.scan(progress)
        now_ms = product.clock.now_ms()
        since_ms = now_ms if is_active else now_ms - _RECENT_MS if is_recent else None
        answer = await product.dashboard.blocks.blocks(agent, limit=limit, since_ms=since_ms)
        if as_json:
            from token_dashboard.render import wire

            print_json(wire.answer(answer))
        else:
            from token_dashboard.render.terminal.blocks import print_blocks

            print_blocks(Console(), answer, language(product.loaded.settings.language))
