"""JSON-RPC 2.0 in both directions: what the other end asks is answered, what we ask is awaited.

Several calls may be under way at once on either side. A line that can't be understood is answered as such and
nothing else suffers from it.
"""

import asyncio
import itertools
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import NoReturn, TypeAlias

from token_dashboard.gateway.host import Json
from token_dashboard.gateway.openclaw.lines import MAX_LINE, TOO_LONG, Lines
from token_dashboard.gateway.refusal import (
    INVALID_REQUEST,
    UNAVAILABLE,
    Refusal,
    boundary,
    error_shape,
    shorten,
)
from token_dashboard.model.errors import RpcError

PARSE_ERROR = -32700
NO_REQUEST = -32600
UNKNOWN_METHOD = -32601
FAILED = -32000
"""The call was understood and failed; ``data`` says how, in the gateway's error shape."""
_UNDER_WAY = 256

Handler: TypeAlias = Callable[[Json], Awaitable[object]]
"""Params in, a JSON value out. Raises ``RpcError`` to refuse."""
_Id: TypeAlias = str | int | None


class HostRefused(Refusal):
    """The other end answered a call of ours with an error."""

    def __init__(self, method: str, reason: str) -> None:
        super().__init__(UNAVAILABLE, f"OpenClaw refused {method}: {shorten(reason, 200)}", is_retryable=True)


class HostSilent(Refusal):
    """The other end didn't answer a call of ours in time, or has gone: what became of it is not known."""

    def __init__(self, method: str) -> None:
        super().__init__(UNAVAILABLE, f"OpenClaw did not answer {method}", is_retryable=True)


class Fault(Refusal):
    """A refusal with a JSON-RPC code of its own."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(INVALID_REQUEST, reason)
        self.number = number


class Peer:
    """One end of the bridge. ``handlers`` may be added to while it runs."""

    def __init__(self, lines: Lines) -> None:
        self.handlers: dict[str, Handler] = {}
        self._lines = lines
        self._ids = itertools.count(1)
        self._awaited: dict[int, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Answer until the other end closes; what is under way then is cancelled, both ways."""
        try:
            with suppress(ConnectionError):
                while (line := await self._lines.next()) is not None:
                    await self._receive(line)
        finally:
            for awaited in self._awaited.values():
                awaited.cancel()
            for task in self._tasks:
                task.cancel()

    async def call(self, method: str, params: Json, timeout_s: float) -> object:
        """The result of a method of the other end.

        Raises:
            HostRefused: it answered with an error.
            HostSilent: it has gone or didn't answer in time. A late answer is passed over.
        """
        number = next(self._ids)
        awaited: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._awaited[number] = awaited
        try:
            async with asyncio.timeout(timeout_s):
                await self._lines.send(_line({"id": number, "method": method, "params": params}))
                await asyncio.wait((awaited,))
        except (TimeoutError, ConnectionError):
            raise HostSilent(method) from None
        finally:
            del self._awaited[number]
        if awaited.cancelled():
            raise HostSilent(method)
        answer = awaited.result()
        if isinstance(error := answer.get("error"), dict):
            raise HostRefused(method, str(error.get("message") or "no reason given"))
        return answer.get("result")

    def tell(self, method: str, params: Json) -> None:
        """Send a notification, from any thread."""
        self._lines.post(_line({"method": method, "params": params}))

    async def _receive(self, line: bytes) -> None:
        if line == TOO_LONG:
            await self._refuse(None, NO_REQUEST, f"a line may have {MAX_LINE} bytes")
            return
        try:
            message = json.loads(line, parse_constant=_refuse_constant)
        except (ValueError, RecursionError):
            if line.strip():
                await self._refuse(None, PARSE_ERROR, "a line that is no JSON was passed over")
            return
        if not isinstance(message, dict):
            await self._refuse(None, NO_REQUEST, "a message must be a JSON object")
        elif "method" in message:
            await self._take(message)
        elif isinstance(number := message.get("id"), int):
            awaited = self._awaited.get(number)
            if awaited is not None and not awaited.done():
                awaited.set_result(message)

    async def _take(self, message: Json) -> None:
        """Start answering a request; a notification is a request without an id."""
        number, method, params = message.get("id"), message["method"], message.get("params", {})
        if not isinstance(number, str | int | None):
            await self._refuse(None, NO_REQUEST, "id must be a text or a number")
        elif not isinstance(method, str) or not isinstance(params, dict):
            await self._refuse(number, NO_REQUEST, "method must be a text and params an object")
        elif method not in self.handlers:
            await self._refuse(number, UNKNOWN_METHOD, f"unknown method: {shorten(method)}")
        elif number is not None and len(self._tasks) >= _UNDER_WAY:
            await self._refuse(number, FAILED, f"{_UNDER_WAY} calls are under way already")
        else:
            task = asyncio.create_task(self._answer(number, method, params))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _answer(self, number: _Id, method: str, params: Json) -> None:
        with suppress(ConnectionError):
            try:
                with boundary(method):
                    line = _line({"id": number, "result": await self.handlers[method](params)})
                    if len(line) > MAX_LINE:
                        raise Refusal(UNAVAILABLE, f"the answer to {method} is too long: {len(line)} bytes")
            except RpcError as error:
                code = error.number if isinstance(error, Fault) else FAILED
                await self._refuse(number, code, str(error), error_shape(error))
                return
            if number is not None:
                await self._lines.send(line)

    async def _refuse(self, number: _Id, code: int, reason: str, data: Json | None = None) -> None:
        error: dict[str, object] = {"code": code, "message": reason}
        await self._lines.send(_line({"id": number, "error": error | ({"data": data} if data else {})}))


def _line(message: Json) -> bytes:
    return json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
