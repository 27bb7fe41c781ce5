"""One WebSocket client of the embedded gateway, from its first frame to its last."""

import asyncio
import secrets
from asyncio import WriteTransport
from contextlib import suppress

from aiohttp import WSCloseCode, WSMsgType
from aiohttp.web import WebSocketResponse

from token_dashboard.gateway import chat, frames
from token_dashboard.gateway.access import Access
from token_dashboard.gateway.frames import BadFrame, Request
from token_dashboard.gateway.handshake import CHALLENGE_EVENT, CONNECT, Session, hello, let_in
from token_dashboard.gateway.host import WRITE, Json
from token_dashboard.gateway.refusal import INVALID_REQUEST, UNAVAILABLE, Refusal, boundary
from token_dashboard.gateway.registry import Registry, demand
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import RpcError

HANDSHAKE_S = 10.0
_AT_ONCE = 32
_UNDER_WAY = 256
PATIENCE_S = 5
"""How long a client may leave an event unread."""
_MAX_REASON = 123
"""Bytes that a close frame has room for."""


class Connection:
    """Reads requests one after the other and runs them beside each other."""

    def __init__(
        self,
        socket: WebSocketResponse,
        transport: WriteTransport,
        access: Access,
        registry: Registry,
        clock: Clock,
    ) -> None:
        self._socket = socket
        self._transport = transport
        self._access = access
        self._registry = registry
        self._clock = clock
        self._session: Session | None = None
        self._seq = 0
        self._calls: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._runs: set[str] = set()

    @property
    def is_connected(self) -> bool:
        """The client has been let in."""
        return self._session is not None

    async def serve(self) -> None:
        """Until either side closes. What the client has under way then is cancelled."""
        try:
            with suppress(ConnectionError):  # the client is gone: there is nobody to tell
                session = await self._handshake()
                if session:
                    self._session = session
                    await self._serve_requests(session)
        finally:
            self._session = None
            for call in self._calls:
                call.cancel()
            if self._calls:
                await asyncio.wait(self._calls, timeout=1)

    async def offer(self, event: str, payload: Json) -> None:
        """Send an event. A client that doesn't read is dropped, so that nobody waits for it."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._send_event(event, payload)
        except TimeoutError:
            self._transport.abort()
        except ConnectionError:
            return  # it has just gone; its reader cleans up

    async def close(self, reason: str) -> None:
        """Say good-bye, without waiting long for the answer."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                await self._socket.close(code=WSCloseCode.GOING_AWAY, message=reason.encode())

    async def _handshake(self) -> Session | None:
        challenge = {"nonce": secrets.token_urlsafe(24), "ts": self._clock.now_ms()}
        await self._socket.send_str(frames.event(CHALLENGE_EVENT, challenge))
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                while (request := await self._next_request()) is not None:
                    if request.method == CONNECT:
                        return await self._let_in(request)
                    await self._refuse(
                        request.id, Refusal(INVALID_REQUEST, "the first request must be connect")
                    )
        except TimeoutError:
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no connect in time")
        return None

    async def _let_in(self, request: Request) -> Session | None:
        try:
            session = let_in(request.params, self._access, secrets.token_hex(8))
        except Refusal as refused:
            await self._refuse(request.id, refused)
            reason = str(refused).encode()[:_MAX_REASON]
            await self._socket.close(code=WSCloseCode.POLICY_VIOLATION, message=reason)
            return None
        methods = (*self._registry.methods, chat.SEND)
        await self._socket.send_str(frames.success(request.id, hello(session, methods)))
        return session

    async def _serve_requests(self, session: Session) -> None:
        while (request := await self._next_request()) is not None:
            if len(self._calls) >= _UNDER_WAY:
                reason = f"{_UNDER_WAY} requests of this connection are under way already"
                await self._refuse(request.id, Refusal(UNAVAILABLE, reason, is_retryable=True))
                continue
            call = asyncio.create_task(self._run(request, session))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _next_request(self) -> Request | None:
        """The next frame that is a request; ``None`` when the connection has ended."""
        while True:
            message = await self._socket.receive()
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return None
            try:
                return frames.read_request(message.data)
            except BadFrame as bad:
                await self._refuse(bad.id, bad)

    async def _run(self, request: Request, session: Session) -> None:
        with suppress(ConnectionError):
            async with self._slots:
                try:
                    if request.method == chat.SEND:
                        await self._chat(request, session)
                        return
                    with boundary(request.method):
                        payload = await self._registry.call(request.method, request.params, session.scopes)
                        frame = frames.success(request.id, payload)
                except RpcError as error:
                    await self._refuse(request.id, error)
                else:
                    await self._socket.send_str(frame)

    async def _chat(self, request: Request, session: Session) -> None:
        """Say that the run has started; what comes of it is an event."""
        demand(session.scopes, WRITE)
        turn = chat.read_turn(request.params)
        is_repeat = turn.run_id in self._runs
        status = "in_flight" if is_repeat else "started"
        await self._socket.send_str(frames.success(request.id, {"runId": turn.run_id, "status": status}))
        if is_repeat:
            return
        self._runs.add(turn.run_id)
        try:
            reply = await self._registry.answer(turn.message, session.command_call)
        finally:
            self._runs.discard(turn.run_id)
        await self._send_event(chat.EVENT, chat.final(turn, reply, self._clock.now_ms()))

    async def _send_event(self, event: str, payload: Json) -> None:
        self._seq += 1
        await self._socket.send_str(frames.event(event, payload, self._seq))

    async def _refuse(self, request_id: str, error: RpcError) -> None:
        await self._socket.send_str(frames.failure(request_id, error))
