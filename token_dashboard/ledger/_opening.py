"""Opens a ledger, in a file of this machine or in a database on a server, and puts its stores over it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from token_dashboard.ledger._database import Database
from token_dashboard.ledger._sqlite_opening import open_sqlite
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from token_dashboard.ledger.account_history import AccountHistory
    from token_dashboard.ledger.alerts import AlertStore
    from token_dashboard.ledger.askings import AskingStore
    from token_dashboard.ledger.budgets import BudgetStore
    from token_dashboard.ledger.journal import Journal
    from token_dashboard.ledger.notes import NoteStore
    from token_dashboard.ledger.outbox import OutboxStore
    from token_dashboard.ledger.proof import ProofStore
    from token_dashboard.ledger.provider_facts import ProviderFacts
    from token_dashboard.ledger.snapshots import SnapshotStore
    from token_dashboard.ledger.status_pages import StatusPageStore
    from token_dashboard.ledger.timeline import Timeline
    from token_dashboard.ledger.usage import UsageStore

PATIENCE_S = 30.0
"""How long a writer waits for another process."""


class Ledger:
    """All that is stored. Many tasks may use its stores at once; each is loaded when it is asked for."""

    def __init__(
        self, database: Database, clock: Clock, *, path: Path | None = None, moved_aside: Path | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self.name = database.name
        """The file's path, or host and database."""
        self.path = path
        """The file; ``None`` for a database on a server."""
        self.moved_aside = moved_aside
        """Where a damaged file was put, when this opening found one."""

    @cached_property
    def usage(self) -> "UsageStore":
        from token_dashboard.ledger.usage import UsageStore

        return UsageStore(self._database)

    @cached_property
    def proof(self) -> "ProofStore":
        from token_dashboard.ledger.proof import ProofStore

        return ProofStore(self._database)

    @cached_property
    def timeline(self) -> "Timeline":
        from token_dashboard.ledger.timeline import Timeline

        return Timeline(self._database)

    @cached_property
    def snapshots(self) -> "SnapshotStore":
        from token_dashboard.ledger.snapshots import SnapshotStore

        return SnapshotStore(self._database)

    @cached_property
    def account_history(self) -> "AccountHistory":
        from token_dashboard.ledger.account_history import AccountHistory

        return AccountHistory(self._database)

    @cached_property
    def facts(self) -> "ProviderFacts":
        from token_dashboard.ledger.provider_facts import ProviderFacts

        return ProviderFacts(self._database)

    @cached_property
    def status_pages(self) -> "StatusPageStore":
        from token_dashboard.ledger.status_pages import StatusPageStore

        return StatusPageStore(self._database)

    @cached_property
    def askings(self) -> "AskingStore":
        from token_dashboard.ledger.askings import AskingStore

        return AskingStore(self._database)

    @cached_property
    def alerts(self) -> "AlertStore":
        from token_dashboard.ledger.alerts import AlertStore

        return AlertStore(self._database, self._clock)

    @cached_property
    def outbox(self) -> "OutboxStore":
        from token_dashboard.ledger.outbox import OutboxStore

        return OutboxStore(self._database)

    @cached_property
    def budgets(self) -> "BudgetStore":
        from token_dashboard.ledger.budgets import BudgetStore

        return BudgetStore(self._database)

    @cached_property
    def journal(self) -> "Journal":
        from token_dashboard.ledger.journal import Journal

        return Journal(self._database)

    @cached_property
    def notes(self) -> "NoteStore":
        from token_dashboard.ledger.notes import NoteStore

        return NoteStore(self._database)


@asynccontextmanager
async def open_ledger(
    place: Path | Secret, clock: Clock, *, patience_s: float = PATIENCE_S
) -> AsyncIterator[Ledger]:
    """The ledger in a file, or in the database whose address a secret holds; made where there is none.

    Several may be open at once, a machine's own and its team's.

    Raises:
        LedgerTooNew: written by a newer version; it is left as it is.
        LedgerLocked: another process holds it for longer than ``patience_s``.
        LedgerError: it can't be reached, made or read, or is another program's.
    """
    async with AsyncExitStack() as stack:
        database: Database
        moved_aside = None
        if isinstance(place, Path):
            opened = open_sqlite(place, clock, patience_s)
            database, moved_aside = await stack.enter_async_context(opened)
        else:
            database = await stack.enter_async_context(_open_postgres(place, patience_s))
        path = place if isinstance(place, Path) else None
        yield Ledger(database, clock, path=path, moved_aside=moved_aside)


def require_postgres() -> None:
    """See that what a ledger on a server needs is installed.

    Raises:
        LedgerError: it isn't; says how to.
    """
    try:
        import asyncpg  # noqa: F401 - an extra, and 175 ms
    except ImportError as error:
        raise LedgerError(
            path="ledger.url", reason="asyncpg is missing; run `pip install 'token-dashboard[postgres]'`"
        ) from error


def _open_postgres(url: Secret, patience_s: float) -> "AbstractAsyncContextManager[Database]":
    require_postgres()
    from token_dashboard.ledger._postgres_opening import open_postgres

    return open_postgres(url, patience_s)
