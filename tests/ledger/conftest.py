import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from ledger_world import Fresh, SetClock, Stored, StoredInFile, StoredOnServer

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.secret import Secret

if TYPE_CHECKING:
    from postgres_server import Server

_TEMPLATE = "an_empty_ledger"
_numbers = count(1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger's file may be; for tests of what only files have."""
    return tmp_path / "state" / "ledger.db"


@pytest.fixture(scope="session")
def server() -> Iterator["Server"]:
    """One for each process of the tests, because some tests stop it."""
    from postgres_server import Server

    running = Server()
    yield running
    running.discard()


@pytest.fixture(scope="session")
def template(server: "Server") -> str:
    """The name of a database that holds an empty ledger: copying it is faster than making another."""

    async def make() -> None:
        await server.execute(f"create database {_TEMPLATE}")
        async with open_ledger(Secret(server.url(_TEMPLATE)), SetClock()):
            pass

    asyncio.run(make())
    return _TEMPLATE


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest) -> Fresh:
    """Makes places for new ledgers, on each engine."""
    if request.param == "sqlite":
        return _in_a_file
    return partial(_on_a_server, request.getfixturevalue("server"), request.getfixturevalue("template"))


@asynccontextmanager
async def _in_a_file() -> AsyncIterator[Stored]:
    with TemporaryDirectory() as folder:
        yield StoredInFile(Path(folder) / "state" / "ledger.db")


@asynccontextmanager
async def _on_a_server(server: "Server", template: str) -> AsyncIterator[Stored]:
    name = f"ledger_{next(_numbers)}"
    await server.execute(f"create database {name} template {template} strategy file_copy")
    yield StoredOnServer(Secret(server.url(name)))
    await server.execute(f"drop database {name} with (force)")


@pytest_asyncio.fixture
async def stored(fresh: Fresh) -> AsyncIterator[Stored]:
    """A place for this test's ledger, on each engine."""
    async with fresh() as made:
        yield made


@pytest_asyncio.fixture
async def on_server(server: "Server", template: str) -> AsyncIterator[Stored]:
    """A place for this test's ledger on the server, which holds an empty one."""
    async with _on_a_server(server, template) as made:
        yield made


@pytest_asyncio.fixture
async def in_a_file(path: Path, clock: SetClock) -> AsyncIterator[Ledger]:
    """An empty ledger at ``path``."""
    async with open_ledger(path, clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def ledger(stored: Stored, clock: SetClock) -> AsyncIterator[Ledger]:
    """An empty ledger, on each engine."""
    async with open_ledger(stored.place, clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def url(on_server: Stored) -> Secret:
    """The address of an empty ledger on the server."""
    assert isinstance(on_server.place, Secret)
    return on_server.place


@pytest_asyncio.fixture
async def full(url: Secret) -> Secret:
    """The address of a ledger with something of everything."""
    from ledger_on_server import fill

    await fill(url)
    return url
