"""An OpenAI-compatible model on this machine: the same words and known token counts for every request."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from aiohttp import web

PROVIDER, MODEL = "loopback", "loopback-1"
API_KEY = "canary-key-of-the-loopback-model"
INPUT, CACHED, OUTPUT = 1_000, 600, 50
"""What each request is said to have used; the input includes what was cached."""
COST = Decimal("0.00096")
"""What that costs at the prices that OpenClaw's configuration has: 1, 0.10 and 10 dollars a million."""


@dataclass(slots=True)
class ModelServer:
    """A running server."""

    port: int = 0
    answer: str = "canary answer of the model"
    wish: dict[str, Any] | None = None
    """The arguments with which it uses OpenClaw's ``tool_call`` next, once, before it answers."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    """The ``Authorization`` of each request."""

    @classmethod
    @asynccontextmanager
    async def serving(cls) -> AsyncIterator["ModelServer"]:
        server = cls()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/v1/chat/completions", server._complete)
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            server.port = runner.addresses[0][1]
            yield server
        finally:
            await runner.cleanup()

    @property
    def provider(self) -> dict[str, Any]:
        """OpenClaw's configuration of a provider that is this server; a dollar a million in, ten out."""
        return {
            "baseUrl": f"http://127.0.0.1:{self.port}/v1",
            "apiKey": API_KEY,
            "api": "openai-completions",
            "models": [
                {
                    "id": MODEL,
                    "name": MODEL,
                    "contextWindow": 200_000,
                    "maxTokens": 4096,
                    "cost": {"input": 1, "output": 10, "cacheRead": 0.1, "cacheWrite": 1},
                }
            ],
        }

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        self.keys.append(request.headers.get("Authorization", ""))
        number = f"chatcmpl-{len(self.requests)}"
        usage = {
            "prompt_tokens": INPUT,
            "completion_tokens": OUTPUT,
            "total_tokens": INPUT + OUTPUT,
            "prompt_tokens_details": {"cached_tokens": CACHED},
        }
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        wish, self.wish = self.wish, None
        said = {"role": "assistant", **(_tool_call(wish) if wish else {"content": self.answer})}
        for delta, finish, used in (
            (said, None, None),
            ({}, "tool_calls" if wish else "stop", None),
            (None, None, usage),
        ):
            choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
            chunk = {
                "id": number,
                "object": "chat.completion.chunk",
                "created": 1_700_000_000,
                "model": MODEL,
            }
            event = chunk | {"choices": choices} | ({"usage": used} if used else {})
            await response.write(f"data: {json.dumps(event)}\n\n".encode())
        await response.write(b"data: [DONE]\n\n")
        return response

    def tool_results(self) -> list[str]:
        """What tools have answered in the conversation of the last request."""
        return [str(one["content"]) for one in self.requests[-1]["messages"] if one["role"] == "tool"]


def _tool_call(arguments: dict[str, Any]) -> dict[str, Any]:
    function = {"name": "tool_call", "arguments": json.dumps(arguments)}
    return {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}
