"""Serving on this machine: a port, and answers."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


def holds(seen: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    """Whether all that a recorded request names was there; null names what must not be."""
    return all(seen.get(name) == value for name, value in asked.items())


def as_json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def refusal(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"code": status, "message": message}}, status=status, headers=headers)


@asynccontextmanager
async def serving(answer: Callable[[web.Request], Any], port: int) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    # Handlers that hang on purpose end with their connection, and nobody waits for them at the end.
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", port)
        await site.start()
        host, bound, *_ = runner.addresses[0]
        yield f"http://{host}:{bound}"
    finally:
        await runner.cleanup()
