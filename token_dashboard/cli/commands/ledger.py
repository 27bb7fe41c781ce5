"""``tokens ledger``: look at what is stored, copy it, put it back, make it smaller, move it."""

import asyncio
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import click

from token_dashboard.cli.ledger_exports import export, import_
from token_dashboard.cli.options import config_file, config_option, json_option, print_json

_DAY = click.DateTime(["%Y-%m-%d"])
_FAULTY = 1


@click.group(
    epilog="""\b
Examples:
  tokens ledger stats
  tokens ledger backup ~/backups/ledger.db
  tokens ledger export --format csv --since 2026-11-01 -o november.csv
"""
)
def command() -> None:
    """What is stored: how much, copies of it, moving it, deleting some of it."""


command.add_command(export)
command.add_command(import_)


@command.command()
@json_option
@config_option
def stats(as_json: bool) -> None:
    """How much of what is stored, since when, and what takes the space."""
    asyncio.run(_stats(as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens ledger backup ~/backups/ledger-2026-11-22.db
"""
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@config_option
def backup(file: Path, force: bool) -> None:
    """Write a checked copy of the ledger to FILE.

    It is of one moment, also while a service writes.
    """
    from token_dashboard.cli.ledger_words import size_text
    from token_dashboard.ledger.backups import back_up

    try:
        back_up(_ledger_file(), file, replaces=force)
    except FileExistsError:
        advice = "It is the ledger itself." if file.samefile(_ledger_file()) else "--force writes over it."
        raise click.ClickException(f"{file} exists. {advice}") from None
    click.echo(f"{file}: {size_text(file.stat().st_size)}, checked.")


@command.command(
    epilog="""\b
Examples:
  tokens ledger restore ~/backups/ledger-2026-11-22.db
"""
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@config_option
def restore(file: Path) -> None:
    """Put the backup FILE in the ledger's place. What is there now is kept beside it.

    Refused while a gateway runs, and if FILE is no sound ledger, or of a newer version.
    """
    from token_dashboard.ledger import backups

    ledger = _ledger_file()
    _refuse_under_a_gateway(ledger)
    done = backups.restore(file, ledger, int(datetime.now(UTC).timestamp() * 1000))
    requests = asyncio.run(_requests())
    click.echo(f"{ledger} now holds {requests:,} requests from {file}.")
    if done.kept is not None:
        click.echo(f"What it held before is {done.kept}")


@command.command()
@config_option
def vacuum() -> None:
    """Write the ledger's file anew without its gaps."""
    from token_dashboard.cli.ledger_words import size_text
    from token_dashboard.ledger.backups import vacuum

    before, after = vacuum(_existing_file())
    click.echo(f"{size_text(before)} before, {size_text(after)} now.")


@command.command()
@config_option
def check() -> None:
    """See that the file is sound and its totals are right.

    Exit code 1 if something is wrong.
    """
    from token_dashboard.ledger.backups import faults

    found = faults(_existing_file())
    for fault in found:
        click.echo(fault)
    if found:
        click.echo("Totals are right again in a new ledger; `tokens ledger backup` first.", err=True)
        click.get_current_context().exit(_FAULTY)
    click.echo("ok")


@command.command(
    epilog="""\b
Examples:
  tokens ledger purge --before 2025-01-01
  tokens ledger purge --agent codex --confirm
"""
)
@click.option("--before", type=_DAY, metavar="YYYY-MM-DD", help="Usage before this local day.")
@click.option("--agent", metavar="ID", help="Usage of this agent; with --before, its older usage.")
@click.option("--confirm", is_flag=True, help="Don't ask.")
@config_option
def purge(before: datetime | None, agent: str | None, confirm: bool) -> None:
    """Delete usage for good: single requests and their totals.

    To delete single requests and keep their totals, set historyRetentionDays.
    """
    if before is None and agent is None:
        raise click.UsageError("Say what to delete: --before DATE, --agent ID, or both.")
    day = before.replace(tzinfo=UTC).date() if before else None
    asyncio.run(_purge(day, agent, is_confirmed=confirm))


async def _stats(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.console import width
    from token_dashboard.cli.ledger_words import stats_json, stats_lines
    from token_dashboard.ledger.backups import sizes
    from token_dashboard.ledger.upkeep import Upkeep

    async with compose(load(config_file())) as product:
        held = await Upkeep.of(product.ledger).holdings()
        path = product.ledger.path
        taken = {} if path is None else await asyncio.to_thread(sizes, path)
        if as_json:
            print_json(stats_json(path, taken, held))
        else:
            click.echo("\n".join(stats_lines(path, taken, held, width())))


async def _requests() -> int:
    from token_dashboard.cli.compose import compose, load

    async with compose(load(config_file())) as product:
        return (await product.ledger.usage.totals(None)).requests


async def _purge(before: date | None, agent: str | None, *, is_confirmed: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.ledger_words import counted
    from token_dashboard.ledger.upkeep import Selection, Upkeep
    from token_dashboard.model.period import start_of, zone

    loaded = load(config_file())
    moment = None if before is None else start_of(before, zone(loaded.settings.time_zone))
    async with compose(loaded) as product:
        upkeep, selection = Upkeep.of(product.ledger), Selection(moment, agent)
        named = await upkeep.named(selection)
        what = counted(named.requests, "request") + (f" of {agent}" if agent else "")
        what += f" before {before.isoformat()}" if before else ""
        if not named.requests and not named.events:
            click.echo(f"There are no requests to delete{f' of {agent}' if agent else ''}.")
            return
        question = f"Delete {what}, from the totals too?"
        if not is_confirmed:
            if not sys.stdin.isatty():
                raise click.UsageError(f"{question} Nobody can be asked here: --confirm does it.")
            click.confirm(question, abort=True)
        await upkeep.purge(selection)
        click.echo(f"Deleted {what}. What is still in a log isn't counted again.")


def _ledger_file() -> Path:
    from token_dashboard.cli.compose import load

    ledger = load(config_file()).settings.ledger
    if ledger.url is not None:
        raise click.ClickException("The ledger is on a PostgreSQL server; use that server's tools (pg_dump).")
    return ledger.path


def _existing_file() -> Path:
    file = _ledger_file()
    if not file.exists():
        raise click.ClickException(f"There is no ledger at {file} yet; `tokens scan` makes one.")
    return file


def _refuse_under_a_gateway(ledger: Path) -> None:
    from token_dashboard.cli.server import ask

    if ask(ledger.with_suffix(".gateway.json"), "health", {}) is not None:
        raise click.ClickException(
            f"A gateway runs over {ledger}. End it first (tokens serve, or OpenClaw's)."
        )
