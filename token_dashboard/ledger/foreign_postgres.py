"""Reading another program's table on a PostgreSQL server, page by page in one read-only transaction."""

from collections.abc import AsyncIterator, Collection, Mapping

from token_dashboard.ledger._postgres_address import Address
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

_PAGE = 5_000
_PATIENCE_S = 10.0
_COLUMNS = (
    "select format('%I.%I', table_schema, table_name), column_name from information_schema.columns"
    " where table_name = $1"
)


async def foreign_rows(
    url: Secret,
    table: str,
    needed: Collection[str],
    more: Collection[str] = (),
    *,
    patience_s: float = _PATIENCE_S,
) -> AsyncIterator[list[Mapping[str, str | None]]]:
    """Columns of a table that may lie in any schema; of ``more`` those that it has.

    All come as text: a moment before Christ or an endless one has no other shape here.

    Raises:
        LedgerError: asyncpg isn't installed, the server can't be reached, the table isn't there once or lacks
            a needed column, or somebody keeps it locked.
    """
    address = Address.of(url)
    try:
        import asyncpg  # noqa: F401, PLC0415 - an extra, and 175 ms
    except ImportError as error:
        reason = "asyncpg is missing; run `pip install 'token-dashboard[postgres]'`"
        raise LedgerError(path=address.name, reason=reason) from error
    from token_dashboard.ledger._postgres_errors import translated  # noqa: PLC0415 - see above
    from token_dashboard.ledger._postgres_line import connect  # noqa: PLC0415 - see above

    with translated(address.name):
        connection = await connect(address, None)
        try:
            async with connection.transaction(readonly=True, isolation="repeatable_read"):
                found = await connection.fetch(_COLUMNS, table)
                places = {place for place, _ in found}
                if len(places) != 1:
                    reason = f"it has several tables {table}" if places else f"it has no table {table}"
                    raise LedgerError(path=address.name, reason=reason)
                present = {name for _, name in found}
                if missing := [name for name in needed if name not in present]:
                    reason = f"its table {table} has no column {missing[0]}"
                    raise LedgerError(path=address.name, reason=reason)
                wanted = [*needed, *(name for name in more if name in present)]
                names = ", ".join(f'cast("{name}" as text) as "{name}"' for name in wanted)
                await connection.execute(
                    f"set local datestyle = iso; set local lock_timeout = {int(patience_s * 1000)}"
                )
                cursor = await connection.cursor(f"select {names} from {places.pop()}")
                while rows := await cursor.fetch(_PAGE):
                    yield [dict(row) for row in rows]
        finally:
            await connection.close()
