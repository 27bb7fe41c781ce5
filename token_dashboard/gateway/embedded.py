"""Our own chat gateway, for bots that have none: the frames of OpenClaw's over a WebSocket, and plain HTTP.

Importing this module costs what aiohttp costs; only a serving process does.
"""

import asyncio
from errno import EADDRINUSE
from typing import Self

from aiohttp.web import AppRunner, HTTPUpgradeRequired, Request, TCPSite, WebSocketResponse

from token_dashboard.gateway.access import Access
from token_dashboard.gateway.connection import Connection
from token_dashboard.gateway.frames import MAX_PAYLOAD
from token_dashboard.gateway.handshake import TICK_EVENT, TICK_MS
from token_dashboard.gateway.host import Json, Service
from token_dashboard.gateway.house import House
from token_dashboard.gateway.registry import Registry
from token_dashboard.gateway.routes import Routes
from token_dashboard.gateway.services import Services
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.secret import Secret

_HARD_LIMIT = 16 * MAX_PAYLOAD
"""A frame above ``MAX_PAYLOAD`` is refused and its connection goes on; one above this isn't even received."""
_CLOSE_S = 1
_FINISH_S = 0.25
"""How long calls that are under way may still finish when the gateway stops."""
_HEARTBEAT_S = 30


class EmbeddedGateway(Registry):
    """A ``Host`` that listens on one address while its ``async with`` block runs.

    Register plugins before it is entered. Port 0 takes any free one.

    Raises:
        ConfigError: others can reach the address and there is no token; or the address can't be listened on.
    """

    def __init__(self, *, host: str, port: int, token: Secret | None, clock: Clock) -> None:
        super().__init__()
        self.host = host
        self._wanted_port = port
        self._access = Access(host, token)
        self._clock = clock
        self._services = Services()
        self._connections: set[Connection] = set()
        app = Routes(self._access, self, House(self, self._services), clock).application()
        app.router.add_get("/", self._connect)
        app.router.add_get("/ws", self._connect)
        self._runner = AppRunner(
            app, access_log=None, handle_signals=False, handler_cancellation=True, shutdown_timeout=_FINISH_S
        )

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        try:
            await TCPSite(self._runner, self.host, self._wanted_port).start()
        except OSError as error:
            await self._runner.cleanup()
            address = f"{self.host}:{self._wanted_port}"
            raise ConfigError(
                file="gateway",
                path=address,
                reason=_why_not(error),
            ) from error
        self._services.start((*self.services.values(), Service(id="tick", run=self._tick)))
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(self._services.stop(), self._stop_listening())

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._runner.addresses[0][1])

    @property
    def url(self) -> str:
        """Where a client on this machine finds the gateway; the WebSocket is at its root."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - names the wildcard, doesn't bind to it
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    async def emit(self, event: str, payload: Json) -> None:
        """Tell every connected client."""
        connected = [one for one in self._connections if one.is_connected]
        await asyncio.gather(*(connection.offer(event, payload) for connection in connected))

    async def _connect(self, request: Request) -> WebSocketResponse:
        socket = WebSocketResponse(
            timeout=_CLOSE_S, heartbeat=_HEARTBEAT_S, max_msg_size=_HARD_LIMIT, compress=False
        )
        transport = request.transport
        if transport is None or not socket.can_prepare(request).ok:
            raise HTTPUpgradeRequired(reason="a WebSocket is served here", headers={"Upgrade": "websocket"})
        await socket.prepare(request)
        connection = Connection(socket, transport, self._access, self, self._clock)
        self._connections.add(connection)
        try:
            await connection.serve()
        finally:
            self._connections.discard(connection)
        return socket

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_MS / 1000)
            await self.emit(TICK_EVENT, {"ts": self._clock.now_ms()})

    async def _stop_listening(self) -> None:
        await asyncio.gather(*(connection.close("the gateway stops") for connection in self._connections))
        await self._runner.cleanup()


def _why_not(error: OSError) -> str:
    if error.errno == EADDRINUSE:
        return "is taken: a gateway may be running already, else choose another port (--port)."
    return f"can't be listened on: {error.strerror or 'no such address'}."
