"""What the commands that keep the ledger share: where it lies, a bar while they work, and their answers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from token_dashboard.cli.options import config_file, print_json
from token_dashboard.cli.spoken import refused, spoken
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from token_dashboard.cli.console import Console
    from token_dashboard.ledger._copies import Told
    from token_dashboard.render.language import Language

_Done = TypeVar("_Done")

FAULTY = 1
"""The exit code where the ledger isn't sound."""


def place() -> Path | Secret:
    """The ledger's file, or the address of its database.

    Raises:
        LedgerError: it is on a server, and what is needed to ask it isn't installed.
    """
    from token_dashboard.cli.compose import load

    ledger = load(config_file()).settings.ledger
    if ledger.url is None:
        return ledger.path
    from token_dashboard.ledger import require_postgres

    require_postgres()
    return ledger.url


def existing_place() -> Path | Secret:
    """The same; a file must be there. A database is made a ledger when it is opened."""
    from token_dashboard.render.refusals import Refusal

    ledger = place()
    if isinstance(ledger, Path) and not ledger.exists():
        raise refused(Refusal.NO_LEDGER, file=str(ledger))
    return ledger


def name_of(ledger: Path | Secret) -> str:
    """What people call it: the file's path, or host and database."""
    if isinstance(ledger, Path):
        return str(ledger)
    from token_dashboard.ledger._postgres_address import Address

    return Address.of(ledger).name


@contextmanager
def phases() -> "Iterator[Told]":
    """A bar that says what is being done to the ledger."""
    from token_dashboard.cli.progress import progress_bar
    from token_dashboard.render.terminal.keeping import phase_words

    language = spoken()
    with progress_bar("") as bar:
        yield lambda phase, done, of_all: bar(done, of_all, phase_words(phase, language))


def answer(done: _Done, tell: "Callable[[Console, _Done, Language], None]", *, as_json: bool) -> None:
    """Print what was done, for a person or a program."""
    if as_json:
        from token_dashboard.render import wire

        print_json(wire.answer(done))
    else:
        from token_dashboard.cli.console import Console

        tell(Console(), done, spoken())
