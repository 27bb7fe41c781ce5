"""A vendor on this machine: plays a provider's recorded exchanges, in good moods and in bad ones.

In tests::

    async with VendorServer.playing("openrouter") as vendor:
        vendor.url, vendor.keys  # what an operator would set
        vendor.mood = "401"  # from now on; any of MOODS, or a case of the fixture

By hand, where a mood is changed with ``curl -X PUT http://127.0.0.1:9999/_mood/429-seconds``::

    python tests/vendor_server.py openrouter --port 9999 --mood good
"""

import argparse
import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from token_dashboard.model.secret import Secret
from token_dashboard.providers._contract import discover

FIXTURES = Path(__file__).parent / "fixtures" / "providers"

MOODS = {
    "401": "the key is unknown",
    "403": "the key may not ask",
    "404": "no such address",
    "429": "asked too often, no word about when to come back",
    "429-seconds": "come back in 120 seconds",
    "429-date": "come back at a date, an hour from the vendor's own Date",
    "429-ms": "come back in 2500 milliseconds",
    "500": "broken, and the error quotes the key",
    "503-later": "in maintenance, with a Retry-After",
    "hang": "never answers",
    "drip": "a byte now and then, without an end",
    "cut": "the connection ends in the middle of the body",
    "html": "a login page with status 200",
    "403-html": "a firewall's page with status 403",
    "redirect": "sends the asker to another host",
    "truncated": "JSON that stops half way",
    "no-json": "plain words with status 200",
    "empty": "nothing at all with status 200",
    "empty-object": "{}",
    "array": "[] where an object belongs",
    "nan": "NaN in place of each number",
    "nan-text": "NaN as text in place of each number",
    "infinity-text": "Infinity as text in place of each number",
    "booleans": "true in place of each number",
    "nested": "a hundred thousand brackets",
    "gigantic": "a body of more than 4 MiB",
}
"""What goes wrong, whichever vendor it is; beside them stand the cases of each fixture."""


def read_fixture(provider: str) -> dict[str, Any]:
    fixture: dict[str, Any] = json.loads((FIXTURES / f"{provider}.json").read_bytes())
    return fixture


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request that reached the vendor."""

    method: str
    path: str
    query: dict[str, str]
    key: str | None
    """The kind of the key that was sent, ``None`` for none or an unknown one."""
    headers: dict[str, str]


@dataclass(slots=True)
class VendorServer:
    """A running vendor; see the module's docstring."""

    provider: str
    cases: dict[str, Any]
    keys: dict[str, Secret] = field(default_factory=dict)
    """What the operator of the present case has set, by kind. New ones in each run."""
    url: str = ""
    """The base URL."""
    requests: list[SeenRequest] = field(default_factory=list)
    elsewhere: list[SeenRequest] = field(default_factory=list)
    """What reached the other host that the mood ``redirect`` points to; it must stay empty."""
    mangle: Callable[[bytes], bytes] | None = None
    """Changes each good body before it is sent."""
    _all_keys: dict[str, Secret] = field(default_factory=dict)
    _case: str = "good"
    _moods: list[str] = field(default_factory=list)
    _elsewhere_url: str = ""

    @classmethod
    @asynccontextmanager
    async def playing(
        cls, provider: str, mood: str = "good", *, port: int = 0
    ) -> AsyncIterator["VendorServer"]:
        known = next(one for one in discover() if one.id == provider)
        vendor = cls(provider, read_fixture(provider)["cases"])
        for credential in known.credentials:
            slug = credential.kind.replace(" ", "-")
            vendor._all_keys[credential.kind] = Secret(f"canary-{slug}-{secrets.token_hex(12)}")
        vendor.mood = mood
        async with _serving(vendor._stranger, 0) as elsewhere, _serving(vendor._answer, port) as url:
            vendor._elsewhere_url = elsewhere
            vendor.url = url + urlsplit(known.base_url).path
            yield vendor

    @property
    def mood(self) -> str:
        return self._moods[0] if self._moods else self._case

    @mood.setter
    def mood(self, mood: str) -> None:
        self.play(mood)

    def play(self, *moods: str) -> None:
        """One mood a request, in this order; the last one stays. A case goes on under the moods after it."""
        for mood in moods:
            if mood in self.cases:
                self._case = mood
            elif mood not in MOODS:
                raise ValueError(f"{mood}: choose from {', '.join([*self.cases, *MOODS])}")
        self.keys = {kind: self._all_keys[kind] for kind in self.cases[self._case]["keys"]}
        self._moods = list(moods)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "PUT" and request.path.startswith("/_mood/"):
            self.mood = request.path.removeprefix("/_mood/")
            return web.Response(text=f"{self.mood}\n")
        self.requests.append(self._seen(request))
        mood = self._moods.pop(0) if len(self._moods) > 1 else self._moods[0]
        if mood in self.cases:
            return self._recorded(self.requests[-1])
        return await self._moody(mood, request)

    async def _stranger(self, request: web.Request) -> web.StreamResponse:
        self.elsewhere.append(self._seen(request))
        return web.json_response({})

    def _seen(self, request: web.Request) -> SeenRequest:
        sent = " ".join([*request.headers.values(), *request.query.values()])
        return SeenRequest(
            method=request.method,
            path="/" + request.path.removeprefix(urlsplit(self.url).path).lstrip("/"),
            query=dict(request.query),
            key=next((kind for kind, key in self._all_keys.items() if key.reveal() in sent), None),
            headers={name.lower(): text for name, text in request.headers.items()},
        )

    def _recorded(self, seen: SeenRequest) -> web.Response:
        if seen.key is None:
            return _error(401, "no such key")
        for exchange in self.cases[self._case]["exchanges"]:
            asked, answer = exchange["request"], exchange["response"]
            if (
                (asked.get("method", "GET"), asked["path"]) == (seen.method, seen.path)
                and asked.get("key", seen.key) == seen.key
                and asked.get("query", {}).items() <= seen.query.items()
            ):
                body = answer["text"].encode() if "text" in answer else json.dumps(answer["body"]).encode()
                status = answer.get("status", 200)
                if self.mangle and status == 200:
                    body = self.mangle(body)
                headers = {"Content-Type": "application/json"} | answer.get("headers", {})
                return web.Response(status=status, headers=headers, body=body)
        return _error(404, f"nothing recorded for {seen.method} {seen.path} with {seen.key}")

    async def _moody(self, mood: str, request: web.Request) -> web.StreamResponse:
        key = self.requests[-1].key
        echo = f"your key {self._all_keys[key].reveal() if key else ''} is not welcome"
        numbers = {"nan": "NaN", "nan-text": '"NaN"', "infinity-text": '"Infinity"', "booleans": "true"}
        if mood in numbers:
            body = self._recorded(self.requests[-1]).body
            assert isinstance(body, bytes)
            spoiled = re.sub(rb"(?<=[:\[,])( ?)-?\d[\d.eE+-]*", rb"\1" + numbers[mood].encode(), body)
            return web.Response(body=spoiled, content_type="application/json")
        now = datetime.now(UTC).replace(microsecond=0)
        match mood:
            case "401" | "403" | "404" | "429" | "500":
                return _error(int(mood), echo)
            case "429-seconds":
                return _error(429, echo, {"Retry-After": "120"})
            case "429-date":
                # The vendor's clock runs two days behind ours.
                theirs = now - timedelta(days=2)
                until = theirs + timedelta(hours=1)
                dates = {"Date": format_datetime(theirs, usegmt=True)}
                return _error(429, echo, dates | {"Retry-After": format_datetime(until, usegmt=True)})
            case "429-ms":
                return _error(429, echo, {"Retry-After-Ms": "2500", "Retry-After": "3"})
            case "503-later":
                return _error(503, echo, {"Retry-After": "600"})
            case "html" | "403-html":
                page = f"<!doctype html><title>Sign in</title><p>{echo}</p>"
                return web.Response(
                    status=200 if mood == "html" else 403, text=page, content_type="text/html"
                )
            case "redirect":
                raise web.HTTPFound(self._elsewhere_url + "/take")
            case "hang" | "drip" | "cut":
                return await self._unfinished(mood, request)
            case "truncated":
                return _json(b'{"data": {"total')
            case "no-json":
                return _json(b"all is well")
            case "empty":
                return _json(b"")
            case "empty-object":
                return _json(b"{}")
            case "array":
                return _json(b"[]")
            case "nested":
                return _json(b'{"data": ' + b"[" * 100_000)
            case _:
                return _json(b'{"data": "' + b"x" * (5 * 1024 * 1024) + b'"}')

    async def _unfinished(self, mood: str, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        if mood == "hang":
            await asyncio.Event().wait()
        if mood == "cut":
            response.content_length = 1000
        await response.prepare(request)
        await response.write(b'{"data"')
        while mood == "drip":
            await asyncio.sleep(0.02)
            await response.write(b" ")
        assert request.transport is not None
        request.transport.close()
        return response


def _json(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response({"error": {"code": status, "message": message}}, status=status, headers=headers)


@asynccontextmanager
async def _serving(answer: Callable[[web.Request], Any], port: int) -> AsyncIterator[str]:
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


async def _play_by_hand(provider: str, port: int, mood: str) -> None:
    async with VendorServer.playing(provider, mood, port=port) as vendor:
        lines = [f"{provider} at {vendor.url}, mood {vendor.mood}"]
        lines += [f"  {kind}: {key.reveal()}" for kind, key in vendor.keys.items()]
        lines += [f"  moods: {', '.join([*vendor.cases, *MOODS])}"]
        print("\n".join(lines), flush=True)  # noqa: T201 - by hand, this is what it is started for
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Play a vendor on this machine.")
    parser.add_argument("provider")
    parser.add_argument("--port", type=int, default=9999)
    parser.add_argument("--mood", default="good", help="a case of the fixture, or one of the bad moods")
    chosen = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_play_by_hand(chosen.provider, chosen.port, chosen.mood))
