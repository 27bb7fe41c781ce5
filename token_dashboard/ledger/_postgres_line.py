"""Connections to a PostgreSQL server: made when they are needed, made again when it had gone away.

Our tables have a schema of their own, because their names are everyday words and teams share databases.

Hosts put poolers before their servers (PgBouncer, Supavisor), which may give each transaction another of the
server's connections. There, what is set and prepared must not outlive a transaction, and everything happens
in one. A pooler is known by the process number that it gives out at the greeting: it isn't the server's.
"""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from token_dashboard.ledger._postgres_address import Address
from token_dashboard.ledger._postgres_errors import GONE, said
from token_dashboard.ledger._postgres_passwords import password_for
from token_dashboard.model.errors import LedgerError

_T = TypeVar("_T")

SCHEMA = "token_dashboard"

_CONNECT_S = 20.0
"""Rented databases that sleep while nobody asks take up to 15 s to wake."""
_CLOSE_S = 2.0
_IDLE_S = 30
"""How long a writer may do nothing in the middle of a transaction: a laptop that is shut then must not keep
the rest of the team from writing."""

_STATEMENTS = 100
"""How many statements a server of one's own keeps prepared."""
_ELSEWHERE = "without one in its address, PGPASSWORD or ~/.pgpass must have it, a file of rights 0600"


class Line:
    """A connection that is made when it is first needed, and again when the server had gone away."""

    def __init__(self, address: Address, patience_s: float, answer_s: float | None) -> None:
        self._address = address
        self._answer_s = answer_s
        self._settings = {
            "search_path": SCHEMA,
            "jit": "off",
            "idle_in_transaction_session_timeout": f"{_IDLE_S}s",
            "lock_timeout": f"{int(patience_s * 1000)}ms",
            "statement_timeout": f"{int((answer_s or 0) * 1000)}ms",  # a host's may be of seconds
        }
        self._connection: asyncpg.Connection | None = None
        self._is_pooled = False
        self.turn = asyncio.Lock()
        """Held by whoever uses the connection."""

    async def fetch(self, sql: str, *values: object) -> list[asyncpg.Record]:
        """The rows of one statement."""
        return await self._ask(lambda connection: self._fetch(connection, sql, values))

    async def begin(self, then: str, opening: str = "begin") -> asyncpg.Connection:
        """A connection in a transaction, which the caller ends. It begins with a statement of no values.

        What another ``opening`` names must have its schema: that of our tables may not be set yet.
        """
        return await self._ask(lambda connection: self._begin(connection, then, opening))

    async def aclose(self) -> None:
        if self._connection is not None:
            await _close(self._connection)

    async def _ask(self, question: Callable[[asyncpg.Connection], Awaitable[_T]]) -> _T:
        """What the question gives. It may be asked twice: the server may have ended an old connection."""
        if self._connection is not None and not self._connection.is_closed():
            try:
                return await question(self._connection)
            except TimeoutError:
                self._connection.terminate()  # nobody may be there any more
                raise
            except GONE as error:
                if isinstance(error, asyncpg.InternalClientError):
                    self._connection.terminate()
                elif not self._connection.is_closed():
                    raise
        self._connection = await self._connect()
        return await question(self._connection)

    async def _fetch(
        self, connection: asyncpg.Connection, sql: str, values: Sequence[object]
    ) -> list[asyncpg.Record]:
        if not self._is_pooled:
            return await connection.fetch(sql, *values)
        await self._begin(connection)
        try:
            rows = await connection.fetch(sql, *values)
            await connection.execute("commit")
        except BaseException:
            await asyncio.shield(roll_back(connection))
            raise
        return rows

    async def _begin(
        self, connection: asyncpg.Connection, then: str = "", opening: str = "begin"
    ) -> asyncpg.Connection:
        settings = [self._set(for_transaction=True)] if self._is_pooled else []
        try:
            await connection.execute("; ".join([opening, *settings, then]))
        except BaseException:
            await asyncio.shield(roll_back(connection))
            raise
        return connection

    def _set(self, *, for_transaction: bool) -> str:
        made = (f"set_config('{name}', '{to}', {for_transaction})" for name, to in self._settings.items())
        return f"select {', '.join(made)}"

    async def _connect(self) -> asyncpg.Connection:
        if self._is_pooled:
            return await connect(self._address, self._answer_s)
        connection = await connect(self._address, self._answer_s, kept=_STATEMENTS)
        greeted_by = connection.get_server_pid()
        try:
            settings = self._set(for_transaction=False)
            set_by_it = await connection.execute(f"{settings} where pg_backend_pid() = {greeted_by}")
        except BaseException:
            connection.terminate()
            raise
        if set_by_it == "SELECT 1":
            return connection
        self._is_pooled = True
        await _close(connection)
        return await connect(self._address, self._answer_s)


async def connect(address: Address, answer_s: float | None, *, kept: int = 0) -> asyncpg.Connection:
    """A connection whose statements take at most so long; the caller closes it.

    The server keeps so many statements prepared, which a pooler doesn't bear.
    """
    user = address.user or os.environ.get("PGUSER") or getpass.getuser()
    found = password_for(address.host, address.port, address.database, user)
    try:
        return await asyncpg.connect(
            host=address.host,
            port=address.port,
            database=address.database,
            user=user,
            password=address.password.reveal() if address.password else found or "",
            ssl=address.tls(),
            direct_tls=False,
            target_session_attrs=SessionAttribute.any,
            timeout=_CONNECT_S,
            command_timeout=answer_s,
            statement_cache_size=kept,
        )
    except asyncpg.InvalidPasswordError as error:
        if address.password is None:
            raise LedgerError(path=address.name, reason=f"{said(error)}; {_ELSEWHERE}") from error
        raise


async def _close(connection: asyncpg.Connection) -> None:
    try:
        await connection.close(timeout=_CLOSE_S)
    except (asyncpg.PostgresError, *GONE, TimeoutError):
        connection.terminate()


async def roll_back(connection: asyncpg.Connection) -> None:
    """A connection that can't even do this is ended; then the server rolls back by itself."""
    try:
        await connection.execute("rollback", timeout=_CLOSE_S)
    except (asyncpg.PostgresError, *GONE, TimeoutError):
        connection.terminate()
