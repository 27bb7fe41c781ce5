"""Asks a running gateway over its WebSocket as a chat client does, and times the answers."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse
from programs import Home

START_LIMIT_S = 60
ANSWER_LIMIT_S = 30


@asynccontextmanager
async def gateway(tokens: str, home: Home) -> AsyncIterator[ClientWebSocketResponse]:
    """A connected client of a ``tokens serve`` that runs for as long as the block does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = home.folder / "serve.log"
    with said.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(tokens, "serve", "--port", str(port)),
            env=home.environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        async with ClientSession() as session:
            client = await _connected(session, port, process)
            if client is None:
                sys.exit(f"tokens serve can't be reached on its port.\n{said.read_text()}")
            try:
                yield client
            finally:
                await client.close()
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _connected(
    session: ClientSession, port: int, process: asyncio.subprocess.Process
) -> ClientWebSocketResponse | None:
    deadline = time.monotonic() + START_LIMIT_S
    while process.returncode is None and time.monotonic() < deadline:
        try:
            client = await session.ws_connect(f"ws://127.0.0.1:{port}/", max_msg_size=0)
        except (OSError, ClientError):
            await asyncio.sleep(0.1)
            continue
        connect = {
            "minProtocol": 4,
            "maxProtocol": 4,
            "role": "operator",
            "client": {"id": "benchmark", "mode": "cli", "version": "1", "platform": sys.platform},
        }
        answer = await _call(client, "connect", connect)
        if answer["ok"]:
            return client
        sys.exit(f"tokens serve refused the client: {answer['error']}")
    return None


async def method_s(client: ClientWebSocketResponse, method: str, times: int) -> list[float]:
    """Seconds from request to answer of a gateway method, each."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        answer = await _call(client, method, {})
        taken.append(time.perf_counter() - begin)
        if not answer["ok"]:
            sys.exit(f"{method}: {answer['error']}")
    return taken


async def chat_s(client: ClientWebSocketResponse, message: str, times: int) -> list[float]:
    """Seconds from a typed message to the text that answers it, each."""
    taken = []
    for number in range(times):
        run_id = f"benchmark {number}"
        begin = time.perf_counter()
        asked = {"message": message, "sessionKey": "main", "idempotencyKey": run_id}
        answer = await _call(client, "chat.send", asked)
        if not answer["ok"]:
            sys.exit(f"chat.send: {answer['error']}")
        while True:
            frame = await _frame(client)
            if frame.get("event") == "chat" and frame["payload"]["runId"] == run_id:
                break
        taken.append(time.perf_counter() - begin)
    return taken


async def _call(client: ClientWebSocketResponse, method: str, params: dict[str, Any]) -> dict[str, Any]:
    identity = f"{method} {time.perf_counter_ns()}"
    await client.send_str(json.dumps({"type": "req", "id": identity, "method": method, "params": params}))
    while True:
        frame = await _frame(client)
        if frame["type"] == "res" and frame["id"] == identity:
            return frame


async def _frame(client: ClientWebSocketResponse) -> dict[str, Any]:
    frame: dict[str, Any] = await client.receive_json(timeout=ANSWER_LIMIT_S)
    return frame
