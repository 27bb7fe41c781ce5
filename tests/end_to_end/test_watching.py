"""While a gateway runs, what an agent writes shows within two seconds."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from machine import Machine, Replies

SOON_S = 2.0
CONNECT = {
    "minProtocol": 4,
    "maxProtocol": 4,
    "role": "operator",
    "scopes": ["operator.read"],
    "client": {"id": "gateway-client", "version": "1", "platform": "linux", "mode": "backend"},
}


class Client:
    """A connected program; what it hears of usage is kept with the moment it heard it."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.heard: asyncio.Queue[tuple[float, dict[str, Any]]] = asyncio.Queue()

    async def listen(self) -> None:
        async for message in self._socket:
            frame = message.json()
            if frame.get("event") == "plugin.token-dashboard.usage":
                self.heard.put_nowait((time.monotonic(), frame["payload"]))
            elif frame.get("id") in self._answers:
                self._answers.pop(frame["id"]).set_result(frame.get("payload", {}))

    async def call(self, method: str, **params: object) -> dict[str, Any]:
        number = str(len(self._answers) + time.monotonic_ns())
        self._answers[number] = asyncio.get_running_loop().create_future()
        answer = self._answers[number]
        await self._socket.send_json({"type": "req", "id": number, "method": method, "params": params})
        async with asyncio.timeout(10):
            return await answer


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session, session.ws_connect(url) as socket:
        client = Client(socket)
        listening = asyncio.create_task(client.listen())
        await client.call("connect", **CONNECT)
        yield client
        listening.cancel()


async def counted(client: Client, requests: int) -> None:
    """Until the first look has counted what was there before, and what it found is watched."""
    async with asyncio.timeout(30):
        for _ in range(300):
            if (await client.call("token-dashboard.cached"))["today"]["requests"] >= requests:
                break
            await asyncio.sleep(0.1)
    await asyncio.sleep(1.5)


async def heard_within(client: Client, since: float, requests: int) -> None:
    async with asyncio.timeout(SOON_S + 3):
        while True:
            at, usage = await client.heard.get()
            if usage["today"]["requests"] >= requests:
                break
    assert usage["today"]["requests"] == usage["agents"][0]["requests"] == requests
    assert at - since < SOON_S
    assert (await client.call("token-dashboard.cached"))["today"]["requests"] == requests


async def test_an_appended_line_is_heard_of_and_shown_within_two_seconds(
    machine: Machine, replies: Replies
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    file = replies.write("first", now, 3)
    async with machine.serving() as url, connected(url) as client:
        await counted(client, 3)
        for requests, path in ((4, file), (5, file.with_name("second.jsonl"))):
            lines = Replies(machine.home / "elsewhere").write(f"more-{requests}", now, 1).read_text()
            began = time.monotonic()
            with path.open("a") as log:
                log.write(lines)
            await heard_within(client, began, requests)
        assert "41.5 k tokens" in (await machine.run("chat", "/tokens")).out


async def test_a_project_that_is_new_is_found_at_once(machine: Machine, replies: Replies) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    replies.write("first", now, 1)
    async with machine.serving() as url, connected(url) as client:
        await counted(client, 1)
        began = time.monotonic()
        other = Replies(machine.home / "other")
        written = other.write("second", now, 1)
        project = machine.home / ".claude" / "projects" / "-home-me-other"
        project.mkdir()
        (project / "second.jsonl").write_bytes(written.read_bytes())
        await heard_within(client, began, 2)
