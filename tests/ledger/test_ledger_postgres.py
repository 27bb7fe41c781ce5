"""A ledger on a server: what only a server has. All else is tested on both engines together."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
import pytest_asyncio
from ledger_world import SetClock, Stored, StoredInFile, an_event, roll_ups_agree
from postgres_server import Server

from token_dashboard.ledger import Ledger, _migrations, open_ledger
from token_dashboard.ledger._postgres import PostgresDatabase, numbered
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.model.errors import LedgerError, LedgerLocked, LedgerTooNew
from token_dashboard.model.secret import Secret

TYPES = {"integer": "bigint", "text": "text", "blob": "bytea"}


@pytest_asyncio.fixture
async def empty(server: Server) -> AsyncIterator[str]:
    """The name of a database that holds nothing yet."""
    await server.execute("create database empty")
    yield "empty"
    await server.execute("drop database empty with (force)")


@pytest_asyncio.fixture
async def other(on_server: Stored) -> AsyncIterator[PostgresDatabase]:
    """Another machine at the same ledger."""
    assert isinstance(on_server.place, Secret)
    database = PostgresDatabase(Address.of(on_server.place), 1)
    yield database
    await database.aclose()


async def test_both_engines_have_the_same_tables_and_columns(
    on_server: Stored, path: Path, clock: SetClock
) -> None:
    async with open_ledger(path, clock):
        pass
    file = StoredInFile(path)
    in_a_file = {
        (table, column, TYPES[kind.lower()], not is_required and not is_key)
        for (table,) in await file.look("select name from sqlite_master where type = 'table'")
        for _, column, kind, is_required, _, is_key in await file.look(f"pragma table_info({table})")
    }
    on_a_server = {
        (table, column, kind, is_nullable == "YES")
        for table, column, kind, is_nullable in await on_server.look(
            "select table_name, column_name, data_type, is_nullable from information_schema.columns"
            " where table_schema = 'token_dashboard' and table_name not like 'event\\_%'"
        )
    }
    # Of a view, it isn't known that its columns are never null.
    on_a_server -= {("committed", "number", "bigint", False), ("pruned", "key", "bigint", True)}
    on_a_server -= {("pruned", "role", "bigint", True)}
    assert on_a_server == {column for column in in_a_file if column[0] != "pruned"}


@pytest.mark.parametrize("known", range(6, len(_migrations.migrations())))
async def test_an_older_ledger_is_brought_up_to_date(
    server: Server, empty: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    place = Secret(server.url(empty))
    with monkeypatch.context() as patch:
        older = _migrations.migrations()[:known]
        patch.setattr(_migrations, "migrations", lambda: older)
        async with open_ledger(place, clock):
            pass
    async with open_ledger(place, clock) as ledger:
        assert (await ledger.usage.record([an_event("m")])).new == 1


async def test_a_newer_schema_is_refused(on_server: Stored, server: Server, clock: SetClock) -> None:
    await on_server.look("insert into schema_version values (999) returning 1")
    with pytest.raises(LedgerTooNew, match="schema 999, this one knows"):
        async with open_ledger(on_server.place, clock):
            pass


async def test_who_runs_on_while_a_newer_version_changes_the_schema_stores_nothing_more(
    on_server: Stored, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock) as ledger:
        await ledger.usage.record([an_event("before")])
        await on_server.look("insert into schema_version values (999) returning 1")
        with pytest.raises(LedgerTooNew, match="schema 999, this one knows"):
            await ledger.usage.record([an_event("after")])
        assert (await ledger.usage.totals(None)).requests == 1


async def test_a_database_may_hold_other_things_too(server: Server, empty: str, clock: SetClock) -> None:
    await server.execute("create table event (x text); create table schema_version (x text)", empty)
    async with open_ledger(Secret(server.url(empty)), clock) as ledger:
        assert (await ledger.usage.record([an_event("m")])).new == 1
        assert ledger.path is None
        assert ledger.name == f"127.0.0.1:{server.port}/empty"


async def test_a_schema_of_our_name_that_is_not_ours_is_left_alone(
    server: Server, empty: str, clock: SetClock
) -> None:
    await server.execute("create schema token_dashboard; create table token_dashboard.theirs (x text)", empty)
    with pytest.raises(LedgerError, match="its schema token_dashboard is another program's"):
        async with open_ledger(Secret(server.url(empty)), clock):
            pass


async def test_many_who_make_a_ledger_at_once_make_one(server: Server, empty: str, clock: SetClock) -> None:
    async def make(number: int) -> None:
        async with open_ledger(Secret(server.url(empty)), clock) as ledger:
            await ledger.usage.record([an_event(f"m{number}"), an_event("shared")])

    await asyncio.gather(*map(make, range(4)))
    async with open_ledger(Secret(server.url(empty)), clock) as ledger:
        assert (await ledger.usage.totals(None)).requests == 5


async def test_reading_waits_for_no_writer_and_writing_waits_its_turn(
    on_server: Stored, other: PostgresDatabase, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock) as ledger:
        async with other.transaction() as transaction:
            await transaction.execute("insert into note (key, body) values ('a', 'b')")
            waiting = asyncio.create_task(ledger.usage.record([an_event("m")]))
            started = time.monotonic()
            for _ in range(20):
                assert (await ledger.usage.totals(None)).requests == 0
                assert await ledger.notes.get("a") is None
            assert time.monotonic() - started < 5
            assert not waiting.done()
        assert (await waiting).new == 1
        assert await ledger.notes.get("a") == "b"


async def test_a_writer_that_outlasts_the_patience_is_told_and_nothing_is_stored(
    on_server: Stored, other: PostgresDatabase, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock, patience_s=0.1) as ledger:
        async with other.transaction():
            with pytest.raises(LedgerLocked, match="held by another process"):
                await ledger.usage.record([an_event("m")])
        assert (await ledger.usage.totals(None)).requests == 0
        assert (await ledger.usage.record([an_event("m")])).new == 1


async def test_a_caller_that_is_cancelled_while_it_waits_goes_at_once(
    on_server: Stored, other: PostgresDatabase, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock) as ledger:
        async with other.transaction():
            waiting = asyncio.create_task(ledger.usage.record([an_event("m")]))
            await asyncio.sleep(0.1)
            started = time.monotonic()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            assert time.monotonic() - started < 2
        assert (await ledger.usage.record([an_event("m")])).new == 1


async def test_the_version_changes_with_each_commit_of_anybody_and_with_nothing_else(
    on_server: Stored, other: PostgresDatabase, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock) as ledger:
        first = await other.version()
        await ledger.usage.record([an_event("m")])
        second = await other.version()
        await ledger.usage.totals(None)
        with suppress(ZeroDivisionError):
            async with other.transaction() as transaction:
                await transaction.execute("delete from note")
                raise ZeroDivisionError
        async with other.transaction() as transaction:
            await transaction.fetch("select 1")
        assert first != second == await other.version()


async def test_a_connection_that_is_lost_in_the_middle_stores_nothing_and_the_next_try_works(
    on_server: Stored, server: Server, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock) as ledger:
        await ledger.notes.set("a", "before")
        with pytest.raises(LedgerError, match="connection"):
            await _write_and_be_cut_off(ledger, server)
        assert await ledger.notes.get("a") == "before"
        await _lose(server)
        await ledger.notes.set("a", "later")
        assert await ledger.notes.get("a") == "later"


async def _write_and_be_cut_off(ledger: Ledger, server: Server) -> None:
    # No door of the ledger stops in the middle.
    async with ledger.notes._database.transaction() as transaction:
        await transaction.execute("update note set body = 'after'")
        await _lose(server)
        await transaction.execute("update note set body = 'last'")


async def _lose(server: Server) -> None:
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where datname like 'ledger%'"
    await server.execute(ended)


async def test_errors_end_as_soon_as_the_server_is_back(
    on_server: Stored, server: Server, clock: SetClock
) -> None:
    async with open_ledger(on_server.place, clock) as ledger:
        await ledger.usage.record([an_event("a")])
        server.stop()
        try:
            asked: list[Callable[[], Awaitable[object]]] = [
                lambda: ledger.usage.record([an_event("b")]),
                lambda: ledger.notes.get("a"),
            ]
            for ask in asked * 2:
                with pytest.raises(LedgerError) as refused:
                    await ask()
                assert refused.value.params["path"] == ledger.name
        finally:
            server.start()
        assert (await ledger.usage.record([an_event("b")])).new == 1
        assert (await ledger.usage.totals(None)).requests == 2
    assert await roll_ups_agree(on_server)


async def test_without_the_extra_people_are_told_what_to_install(
    clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(LedgerError, match=r"pip install 'token-dashboard\[postgres\]'"):
        async with open_ledger(Secret("postgresql://localhost/x"), clock):
            pass


def test_marks_become_numbers_but_not_in_texts_and_comments() -> None:
    assert numbered("""select ?, 'it''s ?', "?" -- why?\nwhere a = ?""") == (
        """select $1, 'it''s ?', "?" -- why?\nwhere a = $2"""
    )
