"""``tokens ledger``: look at what is stored, copy it, put it back, make it smaller, move it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from token_dashboard.cli.ledger_exports import export, import_
from token_dashboard.cli.ledger_purge import purge
from token_dashboard.cli.options import config_file, config_option, json_option, print_json
from token_dashboard.cli.spoken import refused, spoken, told

if TYPE_CHECKING:
    from token_dashboard.cli.console import Console
    from token_dashboard.ledger.backups import Told
    from token_dashboard.render.language import Language

_Done = TypeVar("_Done")
_FILE = click.Path(path_type=Path, dir_okay=False)
_FAULTY = 1


@click.group(
    epilog="""\b
Examples:
  tokens ledger stats
  tokens ledger backup ~/backups/ledger.db
  tokens ledger export --format csv --since 2026-11-01 -o november.csv
"""
)
@config_option
def command() -> None:
    """What is stored: look at it, copy it, move it, delete some of it."""


command.add_command(export)
command.add_command(import_)
command.add_command(purge)


@command.command(
    epilog="""\b
Examples:
  tokens ledger stats
  tokens ledger stats --json | jq '.sizeBytes'
"""
)
@json_option
@config_option
def stats(as_json: bool) -> None:
    """How much is stored of what, since when, and what takes space."""
    asyncio.run(_stats(as_json=as_json))


@command.command(
    epilog="""\b
Examples:
  tokens ledger backup ~/backups/ledger-2026-11-22.db
  tokens ledger backup ~/backups/ledger.db --force --json
"""
)
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@json_option
@config_option
def backup(file: Path, force: bool, as_json: bool) -> None:
    """Write a checked copy of the ledger to FILE.

    It is of one moment, also while a service writes.
    """
    from token_dashboard.ledger._sqlite import Damaged
    from token_dashboard.ledger.backups import back_up
    from token_dashboard.model.keeping import BackedUp
    from token_dashboard.render.refusals import Refusal
    from token_dashboard.render.terminal.keeping import damage_advice, print_backup

    ledger = _existing_file()
    try:
        with _phases() as tell:
            back_up(ledger, file, replaces=force, told=tell)
    except FileExistsError:
        is_itself = file.exists() and file.samefile(ledger)
        why = Refusal.FILE_IS_LEDGER if is_itself else Refusal.FILE_EXISTS
        raise refused(why, file=str(file)) from None
    except Damaged as error:
        click.echo(f"{told(error)} {damage_advice(str(ledger), spoken())}", err=True)
        click.get_current_context().exit(_FAULTY)
    done = BackedUp(file=str(file), size_bytes=file.stat().st_size)
    _tell(done, print_backup, as_json=as_json)


@command.command(
    epilog="""\b
Examples:
  tokens ledger restore ~/backups/ledger-2026-11-22.db
"""
)
@click.argument("file", type=_FILE)
@json_option
@config_option
def restore(file: Path, as_json: bool) -> None:
    """Put the backup FILE in the ledger's place. What is there now is kept beside it.

    Refused while a gateway runs, and if FILE is no sound ledger, or of a newer version.
    """
    from token_dashboard.ledger import backups
    from token_dashboard.model.keeping import Restored
    from token_dashboard.render.terminal.keeping import print_restored

    ledger = _ledger_file()
    _refuse_under_a_gateway(ledger)
    with _phases() as tell:
        kept = backups.restore(file, ledger, int(datetime.now(UTC).timestamp() * 1000), told=tell).kept
    done = Restored(
        path=str(ledger),
        file=str(file),
        requests=asyncio.run(_requests()),
        kept=None if kept is None else str(kept),
    )
    _tell(done, print_restored, as_json=as_json)


@command.command(
    epilog="""\b
Examples:
  tokens ledger vacuum
"""
)
@json_option
@config_option
def vacuum(as_json: bool) -> None:
    """Write the ledger's file anew without its gaps."""
    from token_dashboard.ledger import backups
    from token_dashboard.model.keeping import Phase, Vacuumed
    from token_dashboard.render.terminal.keeping import print_vacuumed

    ledger = _existing_file()
    with _phases() as tell:
        tell(Phase.REWRITING, 0, None)
        before, after = backups.vacuum(ledger)
    done = Vacuumed(path=str(ledger), before_bytes=before, after_bytes=after)
    _tell(done, print_vacuumed, as_json=as_json)


@command.command(
    epilog="""\b
Examples:
  tokens ledger check
  tokens ledger check --json | jq -r '.faults[]'
"""
)
@json_option
@config_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """See that the file is sound and its totals are right.

    Exit code: 1 if something is wrong.
    """
    from token_dashboard.ledger.backups import faults
    from token_dashboard.model.keeping import Checked, Phase

    ledger = _existing_file()
    with _phases() as tell:
        tell(Phase.CHECKING, 0, None)
        found = Checked(path=str(ledger), faults=tuple(faults(ledger)))
    if as_json:
        from token_dashboard.render import keeping

        print_json(keeping.checked(found))
    else:
        from token_dashboard.cli.console import Console
        from token_dashboard.render.terminal.keeping import print_checked

        print_checked(Console(), found, spoken())
    ctx.exit(0 if found.is_sound else _FAULTY)


@contextmanager
def _phases() -> "Iterator[Told]":
    """A bar that says what is being done to the file."""
    from token_dashboard.cli.progress import progress_bar
    from token_dashboard.render.terminal.keeping import phase_words

    language = spoken()
    with progress_bar("") as bar:
        yield lambda phase, done, of_all: bar(done, of_all, phase_words(phase, language))


def _tell(done: _Done, tell: "Callable[[Console, _Done, Language], None]", *, as_json: bool) -> None:
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(done))
    else:
        from token_dashboard.cli.console import Console

        tell(Console(), done, spoken())


async def _stats(*, as_json: bool) -> None:
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.ledger_contents import contents
    from token_dashboard.render.terminal.stored import print_contents

    loaded = load(config_file())
    async with compose(loaded) as product:
        found = await contents(product.ledger)
    _tell(found, partial(print_contents, time_zone=loaded.settings.time_zone), as_json=as_json)


async def _requests() -> int:
    from token_dashboard.cli.compose import compose, load

    async with compose(load(config_file())) as product:
        return (await product.ledger.usage.totals(None)).requests


def _ledger_file() -> Path:
    from token_dashboard.cli.compose import load
    from token_dashboard.render.refusals import Refusal

    ledger = load(config_file()).settings.ledger
    if ledger.url is not None:
        raise refused(Refusal.ON_SERVER)
    return ledger.path


def _existing_file() -> Path:
    from token_dashboard.render.refusals import Refusal

    file = _ledger_file()
    if not file.exists():
        raise refused(Refusal.NO_LEDGER, file=str(file))
    return file


def _refuse_under_a_gateway(ledger: Path) -> None:
    from token_dashboard.cli.server import ask
    from token_dashboard.render.refusals import Refusal

    if ask(ledger.with_suffix(".gateway.json"), "health", {}) is not None:
        raise refused(Refusal.GATEWAY_RUNS, file=str(ledger))
