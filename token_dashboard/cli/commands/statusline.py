"""``tokens statusline``: one line for the status bar of Claude Code."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from token_dashboard.cli.options import config_file, config_option
from token_dashboard.cli.running import run_async
from token_dashboard.cli.statusbar import glance_file, lock_file, show
from token_dashboard.model.errors import TokenDashboardError


class _Bar(click.Command):
    """A bar whose command fails isn't drawn at all, so words that aren't known are passed over."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            click.echo(f"tokens statusline: {error.format_message()}", err=True)
            return super().parse_args(ctx, [])


@click.command(
    cls=_Bar,
    epilog="""\b
Examples:
  tokens statusline < session.json

\b
In ~/.claude/settings.json:
  {"statusLine": {
    "type": "command",
    "command": "tokens statusline"}}
""",
)
@click.option("--refresh", "is_refresh", is_flag=True, hidden=True)
@config_option
def command(is_refresh: bool) -> None:
    """One line for Claude Code's status bar: costs, and what is left.

    It has the model, costs, and what is left of the block and of the plan's windows.
    What Claude Code says of its session is read from standard input. The line is made of what was found when
    last looked; a process behind it looks again, at most every ten seconds. The exit code is always 0.
    """
    config = config_file()
    chosen = None if config is None else str(config)
    if not is_refresh:
        show(chosen)
        return
    try:
        found = run_async(_look(config))
    except TokenDashboardError as error:
        from token_dashboard.model.clock import SystemClock

        found = {"as_of_ms": SystemClock().now_ms(), "problem": str(error)}
    try:
        _keep(Path(glance_file()), {**found, "config": chosen})
    finally:
        Path(lock_file()).unlink(missing_ok=True)


async def _look(config: Path | None) -> dict[str, Any]:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.refresh import look
    from token_dashboard.engine.glance import glance

    async with compose(load(config)) as product:
        await look(product)
        return asdict(await glance(product.dashboard, product.ledger))


def _keep(file: Path, document: dict[str, Any]) -> None:
    """Replace the file at once, readable by its owner alone."""
    fresh = file.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as opened:
        json.dump(document, opened)
    fresh.replace(file)
