"""A vendor's status page on this machine: says what a test wants, and remembers how it was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass(slots=True)
class StatusPageServer:
    """A page that answers each request with its present body."""

    body: bytes = b"{}"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    requests: list[dict[str, str]] = field(default_factory=list)
    """The headers of each request, in lower case."""
    url: str = ""

    @classmethod
    @asynccontextmanager
    async def playing(cls, body: str | bytes = b"{}") -> AsyncIterator["StatusPageServer"]:
        page = cls(body=body if isinstance(body, bytes) else body.encode())
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", page._answer)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        page.url = f"http://127.0.0.1:{runner.addresses[0][1]}/summary"
        try:
            yield page
        finally:
            await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        self.requests.append({name.lower(): text for name, text in request.headers.items()})
        if self.hangs:
            await asyncio.Event().wait()
        etag = self.headers.get("ETag")
        if etag and request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(status=self.status, headers=self.headers, body=self.body)
