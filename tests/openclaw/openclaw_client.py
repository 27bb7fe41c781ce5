"""A program that speaks OpenClaw's gateway protocol over a WebSocket, written from its documentation."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeAlias
from uuid import uuid4

import aiohttp

Frame: TypeAlias = dict[str, Any]

ANSWER_S = 30


class Refused(Exception):
    """The gateway answered with an error."""

    def __init__(self, error: Frame) -> None:
        super().__init__(error)
        self.error = error


@dataclass(slots=True)
class Client:
    """One connection."""

    socket: aiohttp.ClientWebSocketResponse
    hello: Frame = field(default_factory=dict)
    events: list[Frame] = field(default_factory=list)
    """Every event since the connection was made, in order."""
    _waiting: dict[str, asyncio.Future[Frame]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: count(1))
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, token: str, scopes: Sequence[str]) -> AsyncIterator["Client"]:
        """A connection that may do what ``scopes`` say.

        Raises:
            Refused: the gateway does not let it in.
        """
        async with aiohttp.ClientSession() as http, http.ws_connect(url, max_msg_size=0) as socket:
            client = cls(socket)
            reading = asyncio.create_task(client._read())
            try:
                await client.event("connect.challenge")
                client.hello = await client.call(
                    "connect",
                    minProtocol=4,
                    maxProtocol=4,
                    role="operator",
                    scopes=list(scopes),
                    client={"id": "gateway-client", "mode": "backend", "version": "1", "platform": "linux"},
                    auth={"token": token},
                )
                yield client
            finally:
                reading.cancel()

    async def call(self, method: str, **params: Any) -> Frame:
        """The payload of the answer.

        Raises:
            Refused: with the error that it was answered with.
        """
        number = str(next(self._ids))
        waiting = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"type": "req", "id": number, "method": method, "params": params})
        async with asyncio.timeout(ANSWER_S):
            answer = await waiting
        if not answer["ok"]:
            raise Refused(answer["error"])
        payload: Frame = answer["payload"]
        return payload

    async def event(
        self, name: str, is_wanted: Callable[[Frame], bool] = lambda _: True, *, seconds: float = ANSWER_S
    ) -> Frame:
        """The payload of the first event of this name that is wanted, seen already or to come."""
        async with asyncio.timeout(seconds):
            while True:
                self._arrived.clear()
                for payload in self.heard(name):
                    if is_wanted(payload):
                        return payload
                await self._arrived.wait()

    def heard(self, name: str) -> list[Frame]:
        """The payloads of all events of this name so far."""
        return [one["payload"] for one in self.events if one["event"] == name]

    async def say(self, text: str, session: str = "main") -> str:
        """What the bot answers in a chat to this message."""
        while True:
            run = str(uuid4())
            await self.call("chat.send", sessionKey=session, message=text, idempotencyKey=run)
            final = await self._end_of(run)
            # A configuration that changed a moment ago: the host says so, and wants to be asked again.
            if "ConfigReplacedError" not in final.get("errorMessage", ""):
                break
        assert final["state"] == "final", final
        return str(final["message"]["content"][0]["text"])

    async def _end_of(self, run: str) -> Frame:
        return await self.event(
            "chat", lambda one: one["runId"] == run and one["state"] in {"final", "error"}
        )

    async def _read(self) -> None:
        async for message in self.socket:
            frame = json.loads(message.data)
            if frame["type"] == "event":
                self.events.append(frame)
                self._arrived.set()
            elif waiting := self._waiting.pop(frame["id"], None):
                waiting.set_result(frame)
