"""Getting to a server and staying there: what hosts preset and refuse, passwords, lines that fall silent."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import pytest_asyncio
from ledger_world import SetClock, Stored, an_event
from postgres_server import PASSWORD, Server

from token_dashboard.ledger import open_ledger
from token_dashboard.ledger._postgres import PostgresDatabase
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.ledger._postgres_line import Line
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret


@pytest_asyncio.fixture
async def empty(server: Server) -> AsyncIterator[str]:
    """The name of a database that holds nothing yet."""
    await server.execute("create database empty")
    yield "empty"
    await server.execute("drop database empty with (force)")


@pytest_asyncio.fixture
async def guest(server: Server) -> AsyncIterator[str]:
    """Somebody who isn't above the server's rules."""
    await server.execute("create role guest login password 'x'")
    yield "guest"
    await server.execute("drop role guest")


async def test_what_a_host_presets_for_all_its_users_changes_nothing(
    server: Server, empty: str, clock: SetClock
) -> None:
    for preset in (
        "statement_timeout = '400ms'",
        "idle_session_timeout = '50ms'",
        "timezone = 'Asia/Kathmandu'",
        "search_path = 'pg_catalog'",
        "lock_timeout = '1ms'",
    ):
        await server.execute(f"alter database {empty} set {preset}")
    place = Secret(server.url(empty))
    database = PostgresDatabase(Address.of(place), 1)
    async with open_ledger(place, clock) as ledger:
        assert (await ledger.usage.record([an_event("a")])).new == 1
        assert await database.fetch("select 1 from pg_sleep(0.5)") == [(1,)]
        await asyncio.sleep(0.2)  # the host ends what is idle
        assert (await ledger.usage.record([an_event("b")])).new == 1
        assert (await ledger.usage.totals(None)).requests == 2
    await database.aclose()


@pytest.mark.parametrize(
    ("state", "helps"),
    [
        (
            "set default_transaction_read_only = on",
            "give the address of the primary server, not of a replica",
        ),
        ("connection limit 0", "try again later, or give the address of its pooler"),
    ],
)
async def test_a_server_that_takes_nothing_is_told_with_what_helps(
    server: Server, guest: str, empty: str, clock: SetClock, state: str, helps: str
) -> None:
    await server.execute(f"alter database {empty} owner to {guest}; alter database {empty} {state}")
    with pytest.raises(LedgerError, match=f"; {helps}"):
        async with open_ledger(Secret(f"postgresql://{guest}:x@127.0.0.1:{server.port}/{empty}"), clock):
            pass


async def test_a_server_that_offers_no_encryption_is_told_so(
    server: Server, empty: str, clock: SetClock
) -> None:
    with pytest.raises(LedgerError, match=r"the server offers no encryption; switch it on there"):
        async with open_ledger(Secret(f"{server.url(empty)}?sslmode=require"), clock):
            pass


async def test_the_password_may_come_from_the_file_of_postgresqls_own_programs(
    server: Server, empty: str, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{server.port}:*:keeper:{PASSWORD}\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    place = Secret(f"postgresql://keeper@127.0.0.1:{server.port}/{empty}")
    async with open_ledger(place, clock) as ledger:
        assert (await ledger.usage.record([an_event("a")])).new == 1


async def test_a_password_that_is_nowhere_to_be_had_is_asked_for(
    server: Server, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:*:{PASSWORD}\n")
    file.chmod(0o644)
    monkeypatch.setenv("PGPASSFILE", str(file))
    with pytest.raises(LedgerError, match=r"PGPASSWORD or ~/\.pgpass must have it, a file of rights 0600"):
        async with open_ledger(Secret(f"postgresql://keeper@127.0.0.1:{server.port}/postgres"), clock):
            pass


async def test_a_server_that_lets_nobody_in_unencrypted_is_told_with_what_helps(
    server: Server, guest: str, clock: SetClock
) -> None:
    await _let_in(server, "keeper")
    try:
        with pytest.raises(LedgerError, match=r"no encryption; .*append \?sslmode=require"):
            async with open_ledger(Secret(f"postgresql://{guest}:x@127.0.0.1:{server.port}/postgres"), clock):
                pass
    finally:
        await _let_in(server, "all")


async def _let_in(server: Server, user: str) -> None:
    """Only this user, from a moment later on."""
    rule = f"host all {user} 127.0.0.1/32 scram-sha-256"
    write = f"format('copy (select %L) to %L', '{rule}', current_setting('hba_file'))"
    await server.execute(f"do $$ begin execute {write}; end $$; select pg_reload_conf(), pg_sleep(0.3)")


async def test_a_folder_without_a_socket_has_no_server(tmp_path: Path, clock: SetClock) -> None:
    with pytest.raises(LedgerError, match="no server answers there"):
        async with open_ledger(Secret(f"postgresql://:5433/usage?host={tmp_path}"), clock):
            pass


async def test_who_lacks_a_right_is_told_which(
    server: Server, guest: str, empty: str, clock: SetClock
) -> None:
    place = Secret(f"postgresql://{guest}:x@127.0.0.1:{server.port}/{empty}")
    with pytest.raises(LedgerError, match=r"it needs: grant create on database … to this user"):
        async with open_ledger(place, clock):
            pass
    await server.execute(f"grant create on database {empty} to {guest}")
    async with open_ledger(place, clock):
        pass


@pytest.mark.parametrize("line", [b"*:*:*:keeper:open/sesame +%", b"127.0.0.1:*:*:keeper:open/sesame \\+%:x"])
async def test_the_file_is_read_as_postgresqls_own_programs_do(
    server: Server, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    file = tmp_path / "pgpass"
    file.write_bytes(b"# caf\xe9\n*:1:*:*:wrong\nlo\\:cal:*:*:*:wrong\n" + line + b"\r\n*:*:*:*:wrong\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    async with open_ledger(Secret(f"postgresql://keeper@127.0.0.1:{server.port}/postgres"), clock):
        pass


async def test_a_password_may_hold_what_divides_the_file(
    server: Server, guest: str, empty: str, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.execute(f"alter role {guest} password 'a:b\\c'; grant create on database {empty} to {guest}")
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / ".pgpass"
    file.write_text(rf"127.0.0.1:{server.port}:{empty}:{guest}:a\:b\\c")
    file.chmod(0o600)
    async with open_ledger(Secret(f"postgresql://{guest}@127.0.0.1:{server.port}/{empty}"), clock):
        pass
    monkeypatch.setenv("PGPASSWORD", "wrong")
    with pytest.raises(LedgerError, match="password authentication failed"):
        async with open_ledger(Secret(f"postgresql://{guest}@127.0.0.1:{server.port}/{empty}"), clock):
            pass


async def test_other_variables_of_postgresqls_programs_change_nothing(
    server: Server, empty: str, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PGTARGETSESSIONATTRS", "PGSSLNEGOTIATION", "PGSSLMODE", "PGHOST", "PGPORT", "PGDATABASE"):
        monkeypatch.setenv(name, "standby")
    async with open_ledger(Secret(server.url(empty)), clock):
        pass


async def test_a_connection_on_which_nobody_answers_any_more_is_left_for_another(
    on_server: Stored, server: Server
) -> None:
    assert isinstance(on_server.place, Secret)
    swallows = asyncio.Event()
    async with falling_silent(server.port, swallows) as port, asyncio.timeout(20):
        url = on_server.place.reveal().replace(f":{server.port}/", f":{port}/")
        line = Line(Address.of(Secret(url)), 1, 0.3)
        assert await line.fetch("select 1") == [(1,)]
        swallows.set()
        with pytest.raises(TimeoutError):
            await line.fetch("select 1")
        assert await line.fetch("select 1") == [(1,)]
        await line.aclose()


@asynccontextmanager
async def falling_silent(target: int, swallows: asyncio.Event) -> AsyncIterator[int]:
    """A port before a server. Connections that were there when it began to swallow come to nothing."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        swallowed = swallows if not swallows.is_set() else asyncio.Event()
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", target)

        async def pump(come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                while piece := await come.read(65_536):
                    if not swallowed.is_set():
                        go.write(piece)
            go.close()

        await asyncio.gather(pump(reader, inner_writer), pump(inner_reader, writer))

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield running.sockets[0].getsockname()[1]


@pytest.mark.parametrize("wrong", ["password", "user", "database"])
async def test_who_is_not_let_in_is_told_so_without_the_password(
    server: Server, clock: SetClock, wrong: str
) -> None:
    url = server.url("nowhere" if wrong == "database" else "postgres")
    if wrong == "user":
        url = url.replace("keeper", "stranger")
    if wrong == "password":
        url = url.replace("sesame", "barley")
    with pytest.raises(LedgerError) as refused:
        async with open_ledger(Secret(url), clock):
            pass
    error: BaseException | None = refused.value
    while error is not None:
        assert PASSWORD not in str(error)
        assert "barley" not in str(error)
        error = error.__cause__ or error.__context__
