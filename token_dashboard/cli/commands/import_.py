"""``tokens import``: the histories that other programs kept."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from zoneinfo import ZoneInfo

import click

from token_dashboard.cli.options import config_file, config_option, json_option
from token_dashboard.cli.running import run_async

if TYPE_CHECKING:
    from token_dashboard.engine.imports.importing import Batch, Claim
    from token_dashboard.model.imported import Imported, ImportedWindows, Undone
    from token_dashboard.model.scan import Reject

_FILE = click.Path(path_type=Path, dir_okay=False, resolve_path=True)
_force = click.option(
    "--force", is_flag=True, help="Take also days that the ledger has already; they may then count twice."
)
_undo = click.option(
    "--undo", is_flag=True, help="Take back what these rows brought in, as if they had never come."
)


@click.group(
    epilog="""\b
Examples:
  tokens import ccusage ccusage-daily.json
  tokens import tokenmeter ~/.tokenmeter/usage.db
  tokens import tokenledger events.csv
  tokens import tokenledger events.csv --undo
"""
)
@config_option
def command() -> None:
    """Bring in what another program recorded, once.

    The agents' own logs are read first.

    Costs are our list prices; what the program says it cost is shown beside them.

    An import that was a mistake is taken back by --undo, from a team's ledger with the next tokens sync.

    Exit code: 1 if any row could not be taken; the others are stored.
    """


@command.command(
    epilog="""\b
Examples:
  ccusage daily --json --by-agent | tokens import ccusage -
  ccusage claude daily --json > daily.json && tokens import ccusage daily.json --agent claude
"""
)
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, resolve_path=True))
@click.option("--agent", metavar="ID", help="Whose logs it sums up, where the answer doesn't say so.")
@_force
@_undo
@json_option
@config_option
def ccusage(file: str, agent: str | None, force: bool, undo: bool, as_json: bool) -> None:
    """What ccusage printed as JSON, by day or by session.

    It is in a file, or with - on standard input.

    Days of which the ledger has the same agent's requests are left out: they are sums of the same logs.
    """
    from token_dashboard.cli.import_answers import STANDARD_INPUT, lines_in
    from token_dashboard.engine.imports.ccusage import LARGEST, agent_id, claims

    whose = agent_id(agent) if agent else None
    with lines_in(file) as lines:
        text = lines.read(LARGEST + 1)
    name = STANDARD_INPUT if file == "-" else file
    _bring(
        lambda tz: _in_batches(claims(text, name, tz, whose)),
        undo,
        takes_overlaps=force,
        as_json=as_json,
        agent=whose,
    )


@command.command(
    epilog="""\b
Examples:
  tokens import tokenmeter ~/.tokenmeter/usage.db
"""
)
@click.argument("path", type=_FILE)
@_force
@_undo
@json_option
@config_option
def tokenmeter(path: Path, force: bool, undo: bool, as_json: bool) -> None:
    """The database of tokenmeter, ~/.tokenmeter/usage.db.

    What it made of logs is taken only for days of which the ledger has none.
    """
    from token_dashboard.engine.imports.tokenmeter import claims

    _bring(lambda tz: _in_batches(claims(str(path), tz)), undo, takes_overlaps=force, as_json=as_json)


@command.command(
    epilog="""\b
Examples:
  tokens import tokenledger postgresql://usage@db.example.com/app
  psql -c '\\copy token_ledger.token_ledger_events to events.csv csv header'
  tokens import tokenledger events.csv
"""
)
@click.argument("place", metavar="FILE|URL")
@_undo
@json_option
@config_option
def tokenledger(place: str, undo: bool, as_json: bool) -> None:
    """TokenLedger's table, from its server or a CSV file.

    The server is a postgresql:// address. Its password is best left to PGPASSWORD or ~/.pgpass: others may
    read what stands in a command.
    """
    from token_dashboard.engine.imports import tokenledger as theirs
    from token_dashboard.model.secret import Secret

    if place.startswith(("postgresql://", "postgres://")):
        _bring(lambda _: theirs.claims_on_server(Secret(place)), undo, takes_overlaps=True, as_json=as_json)
    else:
        _bring(lambda _: _in_batches(theirs.claims(place)), undo, takes_overlaps=True, as_json=as_json)


@command.command(
    epilog="""\b
Examples:
  tokens import clawmeter ~/.local/share/clawmeter/history.db
"""
)
@click.argument("path", type=_FILE)
@json_option
@config_option
def clawmeter(path: Path, as_json: bool) -> None:
    """Clawmeter's history of how full Claude's windows were."""
    from token_dashboard.cli.import_answers import tell_windows

    click.get_current_context().exit(tell_windows(run_async(_windows(path)), as_json=as_json))


def _in_batches(claims: "Iterator[Claim | Reject]") -> "AsyncIterator[Batch]":
    from token_dashboard.engine.imports.importing import batches_of

    return batches_of(claims)


def _bring(
    read: "Callable[[ZoneInfo], AsyncIterator[Batch]]",
    is_undone: bool,
    *,
    takes_overlaps: bool,
    as_json: bool,
    agent: str | None = None,
) -> NoReturn:
    from token_dashboard.cli.import_answers import tell, tell_undone

    if is_undone:
        click.get_current_context().exit(tell_undone(run_async(_undone(read, agent)), as_json=as_json))
    done = run_async(_brought(read, agent, takes_overlaps=takes_overlaps))
    click.get_current_context().exit(tell(done, as_json=as_json))


async def _brought(
    read: "Callable[[ZoneInfo], AsyncIterator[Batch]]", agent: str | None, *, takes_overlaps: bool
) -> "Imported":
    from token_dashboard.cli.agent_option import check_agent
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.cli.import_answers import bring
    from token_dashboard.cli.progress import scan_progress
    from token_dashboard.model.period import zone

    async with compose(load(config_file())) as product:
        if agent is not None:
            await check_agent(agent, product.ledger)
        with scan_progress() as progress:
            await product.scanner.scan(progress)
        claims = read(zone(product.loaded.settings.time_zone))
        return await bring(product, claims, takes_overlaps=takes_overlaps)


async def _undone(read: "Callable[[ZoneInfo], AsyncIterator[Batch]]", agent: str | None) -> "Undone":
    from token_dashboard.cli.agent_option import check_agent
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.engine.imports.undoing import undo
    from token_dashboard.model.period import zone

    async with compose(load(config_file())) as product:
        if agent is not None:
            await check_agent(agent, product.ledger)
        return await undo(product.ledger, read(zone(product.loaded.settings.time_zone)))


async def _windows(path: Path) -> "ImportedWindows":
    from token_dashboard.cli.compose import compose, load
    from token_dashboard.engine.imports.clawmeter import history
    from token_dashboard.ledger.imported_windows import remember_windows
    from token_dashboard.ledger.upkeep import Upkeep
    from token_dashboard.model.imported import ImportedWindows

    found = history(str(path))
    async with compose(load(config_file())) as product:
        new = await remember_windows(Upkeep.of(product.ledger), found.samples)
    return ImportedWindows(
        samples=len(found.samples), new=new, left_out=found.passed_over, rejects=found.rejects
    )
