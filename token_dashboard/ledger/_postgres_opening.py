"""Opens a ledger on PostgreSQL: makes or migrates its tables, and closes its connections again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from token_dashboard.ledger._migrations import Engine, Foreign, is_current, migrate, version_of
from token_dashboard.ledger._postgres import VERSION_TABLE, WRITE_S, PostgresDatabase
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.ledger._postgres_line import SCHEMA
from token_dashboard.ledger._postgres_months import split
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

POSTGRES = Engine(
    # Looking each up tells who may not use the schema; without that it would seem to lack its tables.
    tables=(
        "select tablename from pg_catalog.pg_tables"
        f" where schemaname = '{SCHEMA}' and cast(schemaname || '.' || tablename as regclass) is not null"
    ),
    first=(
        f"create schema if not exists {SCHEMA}",
        "create table schema_version (version bigint primary key)",
        f"create table {VERSION_TABLE} (number bigint not null)",
        f"insert into {VERSION_TABLE} (number) values (0)",
    ),
    is_postgres=True,
    own={8: split},
)


@asynccontextmanager
async def open_postgres(
    url: Secret, patience_s: float, *, write_s: float | None = WRITE_S
) -> AsyncIterator[PostgresDatabase]:
    """The ledger in a database; its tables are made where there are none.

    In a transaction, a statement may take ``write_s``. Raises the errors of ``open_ledger``.
    """
    address = Address.of(url)
    database = PostgresDatabase(address, patience_s, write_s=write_s)
    try:
        try:
            version = await version_of(database.fetch, POSTGRES)
        except Foreign as error:
            reason = f"its schema {SCHEMA} is another program's"
            raise LedgerError(path=address.name, reason=reason) from error
        if not is_current(version, address.name):
            await _make_current(address, patience_s)
        yield database
    finally:
        await database.aclose()


async def _make_current(address: Address, patience_s: float) -> None:
    """On a connection of its own, because bringing a large ledger up to date may take long."""
    database = PostgresDatabase(address, patience_s, write_s=None)
    try:
        async with database.transaction() as transaction:
            await migrate(transaction, POSTGRES)
    finally:
        await database.aclose()
