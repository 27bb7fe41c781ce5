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
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from vendor_http import as_json, holds, refusal, serving
from vendor_moods import MOODS, SPOILT, spoil

from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.providers._contract import Provider, discover
from token_dashboard.providers._login import find_login

FIXTURES = Path(__file__).parent / "fixtures" / "providers"


def read_fixture(provider: str) -> dict[str, Any]:
    fixture: dict[str, Any] = json.loads((FIXTURES / f"{provider}.json").read_bytes())
    return fixture


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """One request that reached the vendor."""

    method: str
    target: str
    """The path and query as they came."""
    path: str
    query: dict[str, str | list[str]]
    """A list for a parameter that was repeated."""
    key: str | None
    """The kind of the key that was sent, ``None`` for none or an unknown one."""
    headers: dict[str, str]
    json: dict[str, Any]
    """The body of a POST."""


@dataclass(slots=True)
class VendorServer:
    """A running vendor; see the module's docstring."""

    provider: str
    cases: dict[str, Any]
    keys: dict[str, Secret] = field(default_factory=dict)
    """What the operator of the present case has, by kind. New ones in each run."""
    found: dict[str, Key] = field(default_factory=dict)
    """The same as the product finds them, with what stood beside a login."""
    home: Path = Path()
    """A home folder with the logins of the present case."""
    requests: list[SeenRequest] = field(default_factory=list)
    played: set[int] = field(default_factory=set)
    """Which exchanges of the present case were asked for."""
    elsewhere: list[SeenRequest] = field(default_factory=list)
    """What reached the other host that the mood ``redirect`` points to; it must stay empty."""
    mangle: Callable[[bytes], bytes] | None = None
    """Changes each good body before it is sent."""
    _all_keys: dict[str, Secret] = field(default_factory=dict)
    _case: str = "good"
    _moods: list[str] = field(default_factory=list)
    _origin: str = ""
    _elsewhere_url: str = ""
    known: Provider = field(kw_only=True)

    @classmethod
    @asynccontextmanager
    async def playing(
        cls,
        provider: str | Provider,
        mood: str = "good",
        *,
        port: int = 0,
        cases: dict[str, Any] | None = None,
    ) -> AsyncIterator["VendorServer"]:
        """A provider that is known by its id, with its fixture; or any, with cases written as in one."""
        known = next((one for one in discover() if one.id == provider), provider)
        assert isinstance(known, Provider), f"there is no provider {provider}"
        vendor = cls(known.id, cases or read_fixture(known.id)["cases"], known=known)
        with TemporaryDirectory() as home:
            vendor.home = Path(home)
            vendor.mood = mood
            async with serving(vendor._stranger, 0) as elsewhere, serving(vendor._answer, port) as url:
                vendor._elsewhere_url, vendor._origin = elsewhere, url
                yield vendor

    @property
    def url(self) -> str:
        """The base URL."""
        if self.known.base_url is None:
            return self._origin
        return self._origin + urlsplit(self.known.address(None, self.region).base_url).path

    @property
    def case(self) -> dict[str, Any]:
        """The present case of the fixture."""
        return self.cases[self._case]

    @property
    def region(self) -> str | None:
        """The region that the operator of the present case chose."""
        return self.case.get("region", next(iter(self.known.regions), None))

    @property
    def mood(self) -> str:
        return self._moods[0] if self._moods else self._case

    @mood.setter
    def mood(self, mood: str) -> None:
        self.play(mood)

    def play(self, *moods: str) -> None:
        """One mood a request, in this order; the last one stays. A case goes on under the moods after it."""
        assert not self.cases.keys() & MOODS.keys(), "a case has the name of a mood"
        for mood in moods:
            if mood in self.cases:
                self._case = mood
            elif mood not in MOODS:
                raise ValueError(f"{mood}: choose from {', '.join([*self.cases, *MOODS])}")
        self._moods = list(moods)
        self.found = {kind: Key(secret=self._new_key(kind), source="a test") for kind in self.case["keys"]}
        for kind, login in self.case.get("logins", {}).items():
            self.found[kind] = self._log_in(kind, self.home / login["path"], login["body"])
        self.keys = {kind: key.secret for kind, key in self.found.items()}
        self.played.clear()

    def _new_key(self, kind: str) -> Secret:
        known = self.known.credential(kind)
        prefix = self.case.get("key_prefix", known.prefixes[0] if known.prefixes else "")
        key = self._all_keys.get(kind)
        if key is None or not key.reveal().startswith(f"{prefix}canary-"):
            slug = kind.replace(" ", "-")
            key = self._all_keys[kind] = Secret(f"{prefix}canary-{slug}-{secrets.token_hex(12)}")
        return key

    def _log_in(self, kind: str, path: Path, body: object) -> Key:
        """Write the vendor's own program's file, and read it as the product does."""
        text = body if isinstance(body, str) else json.dumps(body)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("<key>", self._new_key(kind).reveal()))
        key = find_login(self.known.credential(kind), {}, self.home, self.provider)
        assert key is not None, f"{path} is not where {self.provider} looks for a login"
        return key

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method == "PUT" and request.path.startswith("/_mood/"):
            self.mood = request.path.removeprefix("/_mood/")
            return web.Response(text=f"{self.mood}\n")
        self.requests.append(self._seen(request, await request.read()))
        mood = self._moods.pop(0) if len(self._moods) > 1 else self._moods[0]
        if mood in self.cases:
            return self._recorded(self.requests[-1])
        return await self._moody(mood, request)

    async def _stranger(self, request: web.Request) -> web.StreamResponse:
        self.elsewhere.append(self._seen(request, await request.read()))
        return web.json_response({})

    def _seen(self, request: web.Request, body: bytes) -> SeenRequest:
        sent = " ".join([*request.headers.values(), *request.query.values()])
        if basic := re.search(r"\bBasic (\S+)", sent):
            sent += b64decode(basic[1]).decode()
        values = {name: request.query.getall(name) for name in request.query}
        return SeenRequest(
            method=request.method,
            target=request.raw_path,
            path="/" + request.path.removeprefix(urlsplit(self.url).path).lstrip("/"),
            query={name: found[0] if len(found) == 1 else found for name, found in values.items()},
            key=next((kind for kind, key in self._all_keys.items() if key.reveal() in sent), None),
            headers={name.lower(): text for name, text in request.headers.items()},
            json=json.loads(body) if body else {},
        )

    def _recorded(self, seen: SeenRequest) -> web.Response:
        if seen.key is None and self.known.needs_key:
            return refusal(401, "no such key")
        for place, exchange in enumerate(self.case["exchanges"]):
            asked, answer = exchange["request"], exchange["response"]
            if (
                (asked.get("method", "GET"), asked["path"]) == (seen.method, seen.path)
                and asked.get("key", seen.key) == seen.key
                and holds(seen.query, asked.get("query", {}))
                and holds(seen.headers, asked.get("headers", {}))
                and holds(seen.json, asked.get("json", {}))
            ):
                self.played.add(place)
                body = answer["text"].encode() if "text" in answer else json.dumps(answer["body"]).encode()
                status = answer.get("status", 200)
                if self.mangle and status == 200:
                    body = self.mangle(body)
                headers = {"Content-Type": "application/json"} | answer.get("headers", {})
                return web.Response(status=status, headers=headers, body=body)
        return refusal(404, f"nothing recorded for {seen.method} {seen.path} with {seen.key}")

    async def _moody(self, mood: str, request: web.Request) -> web.StreamResponse:
        key = self.requests[-1].key
        echo = f"your key {self._all_keys[key].reveal() if key else ''} is not welcome"
        if mood in SPOILT:
            body = self._recorded(self.requests[-1]).body
            assert isinstance(body, bytes)
            return as_json(spoil(body, SPOILT[mood]))
        now = datetime.now(UTC).replace(microsecond=0)
        match mood:
            case "401" | "403" | "404" | "429" | "500":
                return refusal(int(mood), echo)
            case "429-seconds":
                return refusal(429, echo, {"Retry-After": "120"})
            case "429-date":
                # The vendor's clock runs two days behind ours.
                theirs = now - timedelta(days=2)
                until = theirs + timedelta(hours=1)
                dates = {"Date": format_datetime(theirs, usegmt=True)}
                return refusal(429, echo, dates | {"Retry-After": format_datetime(until, usegmt=True)})
            case "429-ms":
                return refusal(429, echo, {"Retry-After-Ms": "2500", "Retry-After": "3"})
            case "503-later":
                return refusal(503, echo, {"Retry-After": "600"})
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
                return as_json(b'{"data": {"total')
            case "no-json":
                return as_json(b"all is well")
            case "empty":
                return as_json(b"")
            case "empty-object":
                return as_json(b"{}")
            case "array":
                return as_json(b"[]")
            case "nested":
                return as_json(b'{"data": ' + b"[" * 100_000)
            case _:
                return as_json(b'{"data": "' + b"x" * (5 * 1024 * 1024) + b'"}')

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
