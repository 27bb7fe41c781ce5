"""A program that speaks the gateway's protocol by hand."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from typing import Any, TypeAlias

from aiohttp import ClientWebSocketResponse, WSMsgType

Frame: TypeAlias = dict[str, Any]

MEBIBYTE = 1024 * 1024

CONNECT: Frame = {
    "minProtocol": 4,
    "maxProtocol": 4,
    "role": "operator",
    "scopes": ["operator.read", "operator.write"],
    "client": {"id": "test", "mode": "test", "version": "1.0", "platform": "linux"},
}
"""What a well-behaved client says first."""


class Wire:
    """What a program that speaks the protocol by hand sees."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self._ids = count(1)
        self._kept: list[Frame] = []

    async def connect(self, **params: object) -> Frame:
        """Shake hands; the params given replace the usual ones."""
        assert (await self.frame())["event"] == "connect.challenge"
        return await self.call("connect", {**CONNECT, **params})

    async def call(self, method: str, params: object = None) -> Frame:
        """The response to one request; other frames that come meanwhile are kept."""
        return await self.response(await self.ask(method, params))

    async def ask(self, method: str, params: object = None) -> str:
        """Send a request without waiting; its id."""
        request = {"type": "req", "id": f"r{next(self._ids)}", "method": method}
        await self.send(request if params is None else {**request, "params": params})
        return str(request["id"])

    async def response(self, request_id: str) -> Frame:
        return await self._first(lambda frame: frame.get("id") == request_id)

    async def event(self, name: str) -> Frame:
        return await self._first(lambda frame: frame.get("event") == name)

    async def send(self, value: object) -> None:
        await self.socket.send_str(value if isinstance(value, str) else json.dumps(value))

    async def frame(self) -> Frame:
        """The next frame."""
        message = await self.socket.receive(timeout=5)
        assert message.type is WSMsgType.TEXT, message
        frame: Frame = json.loads(message.data)
        return frame

    async def closing(self) -> tuple[int | None, str | None]:
        """The code and reason with which the gateway closes."""
        message = await self.socket.receive(timeout=5)
        assert message.type is WSMsgType.CLOSE, message
        return message.data, message.extra

    async def _first(self, is_wanted: Callable[[Frame], bool]) -> Frame:
        for frame in self._kept:
            if is_wanted(frame):
                self._kept.remove(frame)
                return frame
        while not is_wanted(frame := await self.frame()):
            self._kept.append(frame)
        return frame


Dial: TypeAlias = Callable[..., AbstractAsyncContextManager[Wire]]
"""Opens a WebSocket to a gateway: ``dial(gateway, path, **options of aiohttp)``."""


@asynccontextmanager
async def deaf_client(port: int) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """A connected client that reads nothing until the function is called: it counts bytes to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(
        f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    await reader.readuntil(b"connect.challenge")
    body = json.dumps({"type": "req", "id": "c", "method": "connect", "params": CONNECT}).encode()
    writer.write(b"\x81\xfe" + len(body).to_bytes(2) + bytes(4) + body)
    await reader.readuntil(b"hello-ok")

    async def read_all() -> int:
        size = 0
        try:
            while piece := await reader.read(MEBIBYTE):
                size += len(piece)
        except ConnectionResetError:
            pass
        return size

    try:
        yield read_all
    finally:
        writer.close()
