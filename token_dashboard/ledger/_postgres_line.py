"""Connections to a PostgreSQL server: made when they are needed, made again when it had gone away.

Our tables have a schema of their own, because their names are everyday words and teams share databases.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import asyncpg

from token_dashboard.ledger._postgres_address import Address
from token_dashboard.model.errors import LedgerError, LedgerLocked

_T = TypeVar("_T")

SCHEMA = "token_dashboard"

_CONNECT_S = 10.0
_CLOSE_S = 2.0
_IDLE_S = 30
"""How long a writer may do nothing in the middle of a transaction: a laptop that is shut then must not keep
the rest of the team from writing."""

_SESSION = f"""
    set search_path to {SCHEMA};
    set jit to off;
    set idle_in_transaction_session_timeout to '{_IDLE_S}s'
"""
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # an answer that was cut leaves the client's protocol in no known state
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    OSError,
)
"""What a question to a server that has gone away may end with."""


class Line:
    """A connection that is made when it is first needed, and again when the server had gone away."""

    def __init__(self, address: Address, patience_s: float, answer_s: float | None) -> None:
        self._address = address
        self._patience_s = patience_s
        self._answer_s = answer_s
        self._connection: asyncpg.Connection | None = None
        self.turn = asyncio.Lock()
        """Held by whoever uses the connection."""

    async def ask(self, question: Callable[[asyncpg.Connection], Awaitable[_T]]) -> _T:
        """What the question gives. It may be asked twice: the server may have ended an old connection."""
        if self._connection is not None and not self._connection.is_closed():
            try:
                return await question(self._connection)
            except _GONE as error:
                if isinstance(error, asyncpg.InternalClientError):
                    self._connection.terminate()
                elif not self._connection.is_closed():
                    raise
        self._connection = await self._connect()
        return await question(self._connection)

    async def aclose(self) -> None:
        if self._connection is not None:
            try:
                await self._connection.close(timeout=_CLOSE_S)
            except (asyncpg.PostgresError, *_GONE, TimeoutError):
                self._connection.terminate()

    async def _connect(self) -> asyncpg.Connection:
        connection = await connect(self._address, self._answer_s)
        try:
            await connection.execute(f"{_SESSION}; set lock_timeout to {int(self._patience_s * 1000)}")
        except BaseException:
            connection.terminate()
            raise
        return connection


async def connect(address: Address, answer_s: float | None) -> asyncpg.Connection:
    """A connection whose statements take at most so long; the caller closes it."""
    return await asyncpg.connect(
        host=address.host,
        port=address.port,
        database=address.database,
        user=address.user,
        password=address.password.reveal() if address.password else None,
        ssl=address.tls(),
        timeout=_CONNECT_S,
        command_timeout=answer_s,
    )


async def roll_back(connection: asyncpg.Connection) -> None:
    """A connection that can't even do this is ended; then the server rolls back by itself."""
    try:
        await connection.execute("rollback", timeout=_CLOSE_S)
    except (asyncpg.PostgresError, *_GONE, TimeoutError):
        connection.terminate()


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Turns what asyncpg raises into our errors, which never show a password."""
    try:
        yield
    except asyncpg.LockNotAvailableError as error:
        raise LedgerLocked(path=name) from error
    except asyncpg.PostgresError as error:
        raise LedgerError(path=name, reason=str(error.args[0]).rstrip(".")) from error
    except TimeoutError as error:
        raise LedgerError(path=name, reason="the server doesn't answer") from error
    except asyncpg.InternalClientError as error:
        raise LedgerError(path=name, reason="the connection was cut in the middle of an answer") from error
    except (asyncpg.InterfaceError, OSError) as error:
        raise LedgerError(path=name, reason=_reason(error)) from error


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "no server answers there"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return str(error)
