"""``tokens ledger check`` and ``vacuum``: is all of it right, and does it take more room than it must."""

from pathlib import Path

import click

from token_dashboard.cli.ledger_keeping import FAULTY, answer, existing_place, phases
from token_dashboard.cli.options import config_option, json_option, print_json
from token_dashboard.cli.running import run_async
from token_dashboard.cli.spoken import spoken


@click.command(
    epilog="""\b
Examples:
  tokens ledger vacuum
"""
)
@json_option
@config_option
def vacuum(as_json: bool) -> None:
    """Write the ledger's file anew without its gaps.

    On a PostgreSQL server, the room of deleted rows in our tables is made free for new ones.
    """
    from token_dashboard.model.keeping import Phase, Vacuumed
    from token_dashboard.render.terminal.keeping import print_vacuumed

    ledger = existing_place()
    with phases() as tell:
        if isinstance(ledger, Path):
            from token_dashboard.ledger import backups

            tell(Phase.REWRITING, 0, None)
            before, after = backups.vacuum(ledger)
            done = Vacuumed(path=str(ledger), before_bytes=before, after_bytes=after)
        else:
            from token_dashboard.ledger import server_upkeep

            done = run_async(server_upkeep.vacuum(ledger, tell))
    answer(done, print_vacuumed, as_json=as_json)


@click.command(
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
    """See that the ledger is sound and its totals are right.

    Exit code: 1 if something is wrong.
    """
    from token_dashboard.ledger import soundness
    from token_dashboard.model.clock import SystemClock
    from token_dashboard.model.keeping import Phase

    ledger = existing_place()
    with phases() as tell:
        tell(Phase.CHECKING, 0, None)
        found = run_async(soundness.check(ledger, SystemClock()))
    if as_json:
        from token_dashboard.render import keeping

        print_json(keeping.checked(found))
    else:
        from token_dashboard.cli.compose import load
        from token_dashboard.cli.console import Console
        from token_dashboard.cli.options import config_file
        from token_dashboard.render.terminal.keeping import print_checked

        time_zone = load(config_file()).settings.time_zone
        print_checked(Console(), found, spoken(), time_zone=time_zone, is_file=isinstance(ledger, Path))
    ctx.exit(0 if found.is_sound else FAULTY)
