"""``tokens ledger backup`` and ``restore``: of a file or a server, into a file and back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from token_dashboard.cli.ledger_keeping import FAULTY, answer, existing_place, name_of, phases, place
from token_dashboard.cli.options import config_file, config_option, json_option
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import refused, spoken, told

if TYPE_CHECKING:
    from token_dashboard.model.secret import Secret
    from token_dashboard.render.refusals import Refusal

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
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

    It is of one moment, also while a service writes. A ledger on a PostgreSQL server is copied to such a
    file, too.
    """
    from token_dashboard.ledger._sqlite import Damaged
    from token_dashboard.ledger.backups import back_up
    from token_dashboard.model.clock import SystemClock
    from token_dashboard.model.keeping import BackedUp
    from token_dashboard.render.terminal.keeping import damage_advice, print_backup

    ledger = existing_place()
    try:
        with phases() as tell:
            if isinstance(ledger, Path):
                back_up(ledger, file, replaces=force, told=tell)
            else:
                from token_dashboard.ledger import server_backups

                run_async(server_backups.back_up(ledger, file, SystemClock(), replaces=force, told=tell))
    except FileExistsError:
        raise refused(_in_the_way(file, ledger), file=str(file)) from None
    except Damaged as error:
        click.echo(f"{told(error)} {damage_advice(name_of(ledger), spoken())}", err=True)
        click.get_current_context().exit(FAULTY)
    done = BackedUp(file=str(file), size_bytes=file.stat().st_size)
    answer(done, print_backup, as_json=as_json)


def _in_the_way(file: Path, ledger: "Path | Secret") -> "Refusal":
    from token_dashboard.render.refusals import Refusal

    if not file.is_file():
        return Refusal.NO_REGULAR_FILE
    is_ledger = isinstance(ledger, Path) and file.samefile(ledger)
    return Refusal.FILE_IS_LEDGER if is_ledger else Refusal.FILE_EXISTS


@click.command(
    epilog="""\b
Examples:
  tokens ledger restore ~/backups/ledger-2026-11-22.db
"""
)
@click.argument("file", type=_FILE)
@click.option("--confirm", is_flag=True, help="Don't ask before a ledger on a server is replaced.")
@json_option
@config_option
@click.pass_context
def restore(ctx: click.Context, file: Path, confirm: bool, as_json: bool) -> None:
    """Put the backup FILE in the ledger's place.

    What is there now is kept beside it; if it is on a PostgreSQL server, in a file on this machine, after a
    question.

    Refused while a gateway runs, and if FILE is no sound ledger, or of a newer version.
    """
    from token_dashboard.cli.asking import DECLINED, is_wanted
    from token_dashboard.ledger import backups
    from token_dashboard.model.keeping import Restored
    from token_dashboard.render.terminal.keeping import not_restored, print_restored, restore_question

    ledger, now_ms = place(), int(datetime.now(UTC).timestamp() * 1000)
    _refuse_under_a_gateway(ledger)
    if isinstance(ledger, Path):
        with phases() as tell:
            kept = backups.restore(file, ledger, now_ms, told=tell).kept
    else:
        held = None if confirm else _replaced(file, ledger)
        if held is not None and not is_wanted(restore_question(name_of(ledger), held, spoken())):
            click.echo(not_restored(spoken()), err=True)
            ctx.exit(DECLINED)
        kept = _restore(file, ledger, now_ms)
    done = Restored(
        path=name_of(ledger),
        file=str(file),
        requests=run_async(_requests()),
        kept=None if kept is None else str(kept),
    )
    answer(done, print_restored, as_json=as_json)


def _replaced(file: Path, ledger: "Secret") -> int | None:
    from token_dashboard.ledger import server_backups

    with phases() as tell:
        return run_async(server_backups.replaced(file, ledger, told=tell))


def _restore(file: Path, ledger: "Secret", now_ms: int) -> Path | None:
    from token_dashboard.ledger import server_backups
    from token_dashboard.model.clock import SystemClock

    keeps = _own_file().with_name(f"server-ledger.before-restore-{now_ms}.db")
    with phases() as tell:
        restored = server_backups.restore(file, ledger, SystemClock(), keeps=keeps, told=tell)
        return run_async(restored).kept


async def _requests() -> int:
    from token_dashboard.cli.compose import compose, load

    async with compose(load(config_file())) as product:
        return (await product.ledger.usage.totals(None)).requests


def _refuse_under_a_gateway(ledger: "Path | Secret") -> None:
    from token_dashboard.cli.server import ask
    from token_dashboard.render.refusals import Refusal

    if ask(_own_file().with_suffix(".gateway.json"), "health", {}) is not None:
        raise refused(Refusal.GATEWAY_RUNS, file=name_of(ledger))


def _own_file() -> Path:
    """Where this machine's own ledger lies, or would."""
    from token_dashboard.cli.compose import load

    return load(config_file()).settings.ledger.path
