"""A pooler in transaction mode, as hosts put before PostgreSQL, at its most unhelpful.

It greets everybody by itself and lets nobody have one of its two connections to the server for two
transactions that follow one another. So whatever outlives a transaction is lost, or met by somebody else.
"""

import asyncio
import base64
import hashlib
import hmac
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count

from postgres_server import PASSWORD, USER

_GREETING = {"server_version": "16.4", "client_encoding": "UTF8", "integer_datetimes": "on"}
_numbers = count(1_000_000_000)
"""What it gives out for numbers of the server's processes."""


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


async def _read(reader: StreamReader) -> tuple[bytes, bytes]:
    kind = await reader.readexactly(1)
    return kind, await _body(reader)


async def _body(reader: StreamReader) -> bytes:
    (length,) = struct.unpack("!i", await reader.readexactly(4))
    return await reader.readexactly(length - 4)


async def _logged_in(port: int, database: str) -> tuple[StreamReader, StreamWriter]:
    """A connection to the server, by SCRAM-SHA-256 (RFC 5802)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    words = b"".join(f"{word}\0".encode() for word in ("user", USER, "database", database))
    body = struct.pack("!i", 3 << 16) + words + b"\0"
    writer.write(struct.pack("!i", len(body) + 4) + body)
    await _read(reader)
    first = "n=,r=nonce"
    said = f"n,,{first}".encode()
    writer.write(_message(b"p", b"SCRAM-SHA-256\0" + struct.pack("!i", len(said)) + said))
    told = (await _read(reader))[1][4:].decode()
    nonce, salt, rounds = (part[2:] for part in told.split(","))
    salted = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), base64.b64decode(salt), int(rounds))
    key = hmac.digest(salted, b"Client Key", "sha256")
    last = f"c=biws,r={nonce}"
    signature = hmac.digest(hashlib.sha256(key).digest(), f"{first},{told},{last}".encode(), "sha256")
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    writer.write(_message(b"p", f"{last},p={base64.b64encode(proof).decode()}".encode()))
    kind = b""
    while kind != b"Z":
        kind, body = await _read(reader)
        assert kind != b"E", body
    return reader, writer


class _Pool:
    """The server's two connections to one database, which are lent in turn."""

    def __init__(self) -> None:
        self._free: asyncio.Queue[tuple[StreamReader, StreamWriter]] = asyncio.Queue()
        self._made: list[StreamWriter] = []
        self._making = asyncio.Lock()

    async def lend(self, port: int, database: str) -> tuple[StreamReader, StreamWriter]:
        async with self._making:
            while len(self._made) < 2:
                one = await _logged_in(port, database)
                self._made.append(one[1])
                self._free.put_nowait(one)
        return await self._free.get()

    def take_back(self, one: tuple[StreamReader, StreamWriter]) -> None:
        self._free.put_nowait(one)

    def drop(self, one: tuple[StreamReader, StreamWriter]) -> None:
        one[1].close()
        self._made.remove(one[1])

    def close(self) -> None:
        for writer in self._made:
            writer.close()


@asynccontextmanager
async def pooling(port: int) -> AsyncIterator[int]:
    """The pooler's port, before the server at another one. It asks nobody for a password."""
    pools: dict[str, _Pool] = {}

    async def serve(reader: StreamReader, writer: StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            words = (await _body(reader))[4:].split(b"\0")
            database = dict(zip(words[::2], words[1::2], strict=False)).get(b"database", b"").decode()
            if not database:  # a wish that a statement be cancelled
                raise OSError
            pool = pools.setdefault(database, _Pool())
            writer.write(_message(b"R", bytes(4)))
            for name, value in _GREETING.items():
                writer.write(_message(b"S", f"{name}\0{value}\0".encode()))
            writer.write(_message(b"K", struct.pack("!ii", next(_numbers), 7)))
            writer.write(_message(b"Z", b"I"))
            while (first := await _read(reader))[0] != b"X":
                lent = await pool.lend(port, database)
                try:
                    await _transaction(first, reader, writer, lent)
                except BaseException:
                    pool.drop(lent)
                    raise
                pool.take_back(lent)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for pool in pools.values():
            pool.close()


async def _transaction(
    first: tuple[bytes, bytes],
    reader: StreamReader,
    writer: StreamWriter,
    lent: tuple[StreamReader, StreamWriter],
) -> None:
    """Carries messages both ways until the server says that it is in no transaction."""

    async def upwards() -> None:
        lent[1].write(_message(*first))
        try:
            while True:
                lent[1].write(_message(*await _read(reader)))
        except asyncio.IncompleteReadError:
            lent[1].close()  # who left in the middle has it undone

    sending = asyncio.create_task(upwards())
    try:
        kind, body = b"", b""
        while (kind, body) != (b"Z", b"I"):
            kind, body = await _read(lent[0])
            writer.write(_message(kind, body))
            await writer.drain()
    finally:
        sending.cancel()
        await asyncio.wait([sending])
