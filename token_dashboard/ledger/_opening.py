"""Opens a ledger, in a file of this machine or in a database on a server, and puts its stores over it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from token_dashboard.ledger._database import Database
from token_dashboard.ledger._sqlite_opening import open_sqlite
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
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

PATIENCE_S = 30.0
"""How long a writer waits for another process."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is stored. Its stores may be used by many tasks at once."""

    name: str
    """The file's path, or host and database."""
    path: Path | None
    """The file; ``None`` for a database on a server."""
    moved_aside: Path | None
    """Where a damaged file was put, when this opening found one."""
    usage: UsageStore
    proof: ProofStore
    timeline: Timeline
    snapshots: SnapshotStore
    account_history: AccountHistory
    facts: ProviderFacts
    status_pages: StatusPageStore
    askings: AskingStore
    alerts: AlertStore
    outbox: OutboxStore
    budgets: BudgetStore
    journal: Journal
    notes: NoteStore


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
        yield Ledger(
            name=database.name,
            path=place if isinstance(place, Path) else None,
            moved_aside=moved_aside,
            usage=UsageStore(database),
            proof=ProofStore(database),
            timeline=Timeline(database),
            snapshots=SnapshotStore(database),
            account_history=AccountHistory(database),
            facts=ProviderFacts(database),
            status_pages=StatusPageStore(database),
            askings=AskingStore(database),
            alerts=AlertStore(database, clock),
            outbox=OutboxStore(database),
            budgets=BudgetStore(database),
            journal=Journal(database),
            notes=NoteStore(database),
        )


def _open_postgres(url: Secret, patience_s: float) -> "AbstractAsyncContextManager[Database]":
    try:
        import asyncpg  # noqa: F401, PLC0415 - an extra, and 175 ms
    except ImportError as error:
        raise LedgerError(
            path="ledger.url", reason="asyncpg is missing; run `pip install 'token-dashboard[postgres]'`"
        ) from error
    from token_dashboard.ledger._postgres_opening import open_postgres  # noqa: PLC0415 - see above

    return open_postgres(url, patience_s)
