"""Another program's table on a PostgreSQL server, read without changing or knowing more than is wanted."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from token_dashboard.ledger.foreign_postgres import foreign_rows
from token_dashboard.model.errors import LedgerError, LedgerLocked
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from postgres_server import Server

TABLE = "token_ledger_events"


@pytest.fixture
async def address(server: "Server") -> AsyncIterator[Secret]:
    """A database with the beginning of TokenLedger's table, in the schema that TokenLedger makes."""
    await server.execute("create database foreign_events")
    url = Secret(server.url("foreign_events"))
    await execute(
        url,
        "create schema token_ledger;"
        " create table token_ledger.token_ledger_events (event_id uuid primary key,"
        " timestamp timestamptz not null, model varchar(100) not null, request_preview text);"
        " insert into token_ledger.token_ledger_events"
        " select gen_random_uuid(), now(), 'm' || n, 'canary' from generate_series(1, 12000) as n",
    )
    yield url
    await server.execute("drop database foreign_events with (force)")


async def execute(url: Secret, sql: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url.reveal())
    await connection.execute(sql)
    await connection.close()


async def test_the_wanted_columns_come_in_pages_and_no_others(address: Secret) -> None:
    pages = [page async for page in foreign_rows(address, TABLE, ("event_id", "model"), ("feature",))]
    assert [len(page) for page in pages] == [5000, 5000, 2000]
    assert {tuple(row) for page in pages for row in page} == {("event_id", "model")}
    assert len({row["model"] for page in pages for row in page}) == 12_000


async def test_a_table_that_is_missing_or_there_twice_is_named(address: Secret) -> None:
    with pytest.raises(LedgerError, match="it has no table elsewhere"):
        await anext(foreign_rows(address, "elsewhere", ("model",)))
    await execute(address, "create table token_ledger_events (model text)")
    with pytest.raises(LedgerError, match="it has several tables"):
        await anext(foreign_rows(address, TABLE, ("model",)))


async def test_a_needed_column_that_is_missing_is_named(address: Secret) -> None:
    with pytest.raises(LedgerError, match=f"its table {TABLE} has no column input_tokens"):
        await anext(foreign_rows(address, TABLE, ("model", "input_tokens")))


async def test_times_come_as_iso_text_whatever_they_are_and_the_server_prefers(address: Secret) -> None:
    await execute(
        address,
        f"truncate token_ledger.{TABLE};"
        " alter database foreign_events set datestyle = 'German';"
        " alter database foreign_events set timezone = 'UTC';"
        f" insert into token_ledger.{TABLE} (event_id, timestamp, model) values"
        " (gen_random_uuid(), '2026-11-20 10:00:00.5+02', 'a'), (gen_random_uuid(), 'infinity', 'b'),"
        " (gen_random_uuid(), '0044-03-15 BC', 'c')",
    )
    page = await anext(foreign_rows(address, TABLE, ("timestamp",)))
    assert [row["timestamp"] for row in page] == [
        "2026-11-20 08:00:00.5+00",
        "infinity",
        "0044-03-15 00:00:00+00 BC",
    ]


async def test_a_table_that_somebody_keeps_locked_is_not_waited_for_without_end(address: Secret) -> None:
    import asyncpg

    holder = await asyncpg.connect(address.reveal())
    try:
        await holder.execute(f"begin; lock table token_ledger.{TABLE} in access exclusive mode")
        with pytest.raises(LedgerLocked):
            await anext(foreign_rows(address, TABLE, ("model",), patience_s=0.05))
    finally:
        await holder.close()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("database", "does not exist"),
        ("port", "no server answers there"),
        ("password", "authentication failed"),
    ],
)
async def test_a_server_that_refuses_is_told_without_the_password(
    address: Secret, server: "Server", change: str, reason: str
) -> None:
    url = address.reveal()
    wrong = {
        "database": url.replace("/foreign_events", "/nothing_here"),
        "port": url.replace(f":{server.port}", ":1"),
        "password": url.replace("open%2F", "shut%2F"),
    }[change]
    with pytest.raises(LedgerError, match=reason) as told:
        await anext(foreign_rows(Secret(wrong), TABLE, ("model",)))
    assert "sesame" not in str(told.value)
