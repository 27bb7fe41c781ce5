"""Servers on this machine that take what is sent: HTTP requests, and mail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiohttp.web import Application, AppRunner, Request, Response, TCPSite


@dataclass(slots=True)
class Received:
    """One request."""

    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class HttpSink:
    """Answers each request with the next status, or 204, and remembers it."""

    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks/secret-in-path"

    async def _take(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(headers=headers, body=await request.read()))
        return Response(status=self.statuses.pop(0) if self.statuses else 204)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["HttpSink"]:
        app = Application()
        app.router.add_route("*", "/{rest:.*}", self._take)
        runner = AppRunner(app, access_log=None)
        await runner.setup()
        await TCPSite(runner, "127.0.0.1", self.port).start()
        self.port = int(runner.addresses[0][1])
        try:
            yield self
        finally:
            await runner.cleanup()


@dataclass(slots=True)
class MailSink:
    """Speaks as much SMTP (RFC 5321) as a client needs to leave its mail."""

    refuses: bool = False
    """Each mail, with an answer that says to try again later."""
    mails: list[Message] = field(default_factory=list)
    port: int = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 here")
        while line := await reader.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"QUIT":
                say("221 bye")
                break
            if verb == b"MAIL" and self.refuses:
                say("451 not now")
            elif verb == b"DATA":
                say("354 go on")
                text = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(text.removesuffix(b".\r\n")))
                say("250 taken")
            else:
                say("250 fine")
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["MailSink"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self
