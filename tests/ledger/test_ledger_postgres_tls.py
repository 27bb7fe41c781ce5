"""A ledger on a server that encrypts: what its certificate has to prove, in real handshakes."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext, suppress
from pathlib import Path

import pytest
from ledger_world import SetClock, Stored
from postgres_server import Server

from token_dashboard.ledger import open_ledger
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret

CERTIFICATE = Path(__file__).parent / "certificates" / "localhost.pem"


def refused(reason: str) -> AbstractContextManager[object]:
    return pytest.raises(LedgerError, match=reason)


@pytest.mark.parametrize(
    ("host", "settings", "outcome"),
    [
        ("localhost", f"sslmode=verify-full&sslrootcert={CERTIFICATE}", nullcontext()),
        ("127.0.0.1", f"sslmode=verify-full&sslrootcert={CERTIFICATE}", refused("(?i)address mismatch")),
        ("127.0.0.1", f"sslmode=verify-ca&sslrootcert={CERTIFICATE}", nullcontext()),
        (
            "localhost",
            "sslmode=verify-full",
            refused(r"(?i)self.signed.*append \?sslrootcert=FILE"),
        ),
        ("localhost", "sslmode=require", nullcontext()),
    ],
)
async def test_a_server_proves_who_it_is_as_the_address_demands(
    on_server: Stored,
    server: Server,
    clock: SetClock,
    host: str,
    settings: str,
    outcome: AbstractContextManager[object],
) -> None:
    assert isinstance(on_server.place, Secret)
    async with encrypting(server.port) as port:
        url = on_server.place.reveal().replace(f"127.0.0.1:{server.port}", f"{host}:{port}")
        with outcome:
            async with open_ledger(Secret(f"{url}?{settings}"), clock) as ledger:
                await ledger.notes.set("a", "b")


@asynccontextmanager
async def encrypting(target: int) -> AsyncIterator[int]:
    """A port that speaks PostgreSQL's way into TLS, before a server that was built without it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # SSLRequest
        writer.write(b"S")
        with suppress(OSError):
            await writer.start_tls(context)
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", target)
            await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    running = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with running:
        yield running.sockets[0].getsockname()[1]


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(65_536):
            writer.write(piece)
            await writer.drain()
    writer.close()
