"""Plays OpenClaw: starts the Python end of the bridge as a child and speaks with it over its pipes."""

import asyncio
import json
import os
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-u", "-m", "token_dashboard", "openclaw", "bridge")
PATIENCE_S = 20.0
NO_FACTS: dict[str, Any] = {"owners": [], "channels": {}, "models": {}}
TELEGRAM: dict[str, Any] = {
    "owners": ["telegram:424242"],
    "channels": {"telegram": {"enabled": True, "allowFrom": [424242]}},
    "models": {},
    "webChatSession": "agent:main:main",
}
READ = ["operator.read"]


def usage_of(*accounts: dict[str, Any]) -> dict[str, Any]:
    """What the host's ``usage.status`` says of these accounts."""
    return {"updatedAt": int(time.time() * 1000), "providers": list(accounts)}


Answer = Callable[[dict[str, Any]], Awaitable[Any]]


class RefusedCall(Exception):
    """The child answered with an error; ``error`` is its object."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(slots=True)
class PlayedGateway:
    """One gateway with its child. ``answers`` and ``facts`` may be changed while it runs."""

    home: Path
    facts: dict[str, Any] = field(default_factory=lambda: dict(NO_FACTS))
    config: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """What the child has asked and told, in order."""
    stray: deque[dict[str, Any]] = field(default_factory=deque)
    """Answers that belong to no call."""
    child: asyncio.subprocess.Process = field(init=False)
    _pending: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _last_id: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self, *, greet: bool = True) -> AsyncIterator["PlayedGateway"]:
        """With a child that has been greeted, unless told. It is ended by closing its stdin."""
        environment = {"HOME": str(self.home), "PATH": os.environ["PATH"], "TZ": "UTC", **self.variables}
        with (self.home / "stderr").open("ab") as stderr:
            self.child = await asyncio.create_subprocess_exec(
                *COMMAND, stdin=-1, stdout=-1, stderr=stderr, env=environment, limit=2**25
            )
        listening = asyncio.create_task(self._listen())
        try:
            if greet:
                await self.greet()
            yield self
        finally:
            self.hang_up()
            try:
                await asyncio.wait_for(self.child.wait(), PATIENCE_S)
            finally:
                with suppress(ProcessLookupError):
                    self.child.kill()
                await listening
                for task in self._tasks:
                    task.cancel()

    async def greet(self, protocol: int = 1) -> Any:
        return await self.call(
            "initialize",
            protocol=protocol,
            shimVersion="0.1.0",
            hostVersion="2026.9.6",
            stateDir=str(self.home),
            config=self.config,
            facts=self.facts,
        )

    async def call(self, method: str, /, **params: Any) -> Any:
        answer = await self.begin(method, **params)
        if "error" in answer:
            raise RefusedCall(answer["error"])
        return answer["result"]

    async def begin(self, method: str, /, **params: Any) -> dict[str, Any]:
        """The whole answer to a call."""
        self._last_id += 1
        number = self._last_id
        self._pending[number] = asyncio.get_running_loop().create_future()
        self.write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return await asyncio.wait_for(self._pending[number], PATIENCE_S)

    async def say(self, text: str, **context: Any) -> str:
        """What is answered to a command that somebody types; the owner in Telegram, unless told."""
        name, _, arguments = text.removeprefix("/").partition(" ")
        typed = {
            "name": name,
            "args": arguments,
            "senderId": "424242",
            "senderIsOwner": None,
            "isAuthorized": True,
            "channel": "telegram",
            "accountId": "default",
            "from": "telegram:424242",
            "to": "telegram:424242",
            "threadId": None,
            "sessionKey": "agent:main:main",
            "scopes": None,
            "facts": self.facts,
        }
        return str((await self.call("command", **typed | context))["text"])

    async def rpc(self, method: str, scopes: Any = READ, /, **params: Any) -> Any:
        return await self.call("rpc", method=f"token-dashboard.{method}", params=params, scopes=scopes)

    def tell(self, method: str, /, **params: Any) -> None:
        self.write({"jsonrpc": "2.0", "method": method, "params": params})

    def write(self, message: bytes | Mapping[str, Any]) -> None:
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        assert self.child.stdin is not None
        self.child.stdin.write(line + b"\n")

    def hang_up(self) -> None:
        assert self.child.stdin is not None
        self.child.stdin.close()

    async def heard(self, method: str, times: int = 1) -> list[dict[str, Any]]:
        """What the child has asked of a method, once it has done so as often."""

        def found() -> list[dict[str, Any]]:
            return [params for name, params in self.asked if name == method]

        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: len(found()) >= times)
        return found()

    async def answered_strangely(self) -> dict[str, Any]:
        """The next answer that belongs to no call."""
        async with asyncio.timeout(PATIENCE_S), self._news:
            await self._news.wait_for(lambda: bool(self.stray))
        return self.stray.popleft()

    async def until(self, is_so: Callable[[], Awaitable[bool]]) -> None:
        """Ask again and again until it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if await is_so():
                    return
                await asyncio.sleep(0.01)

    @property
    def note(self) -> Path:
        """Where commands on this machine find the child."""
        return self.home / ".local" / "state" / "token-dashboard" / "ledger.gateway.json"

    async def seated(self) -> None:
        """Until the child's services run: then commands find it."""

        async def is_found() -> bool:
            return self.note.exists() and str(self.child.pid) in self.note.read_text()

        await self.until(is_found)

    async def delivery(self) -> dict[str, Any]:
        """How messages to the owner fare."""
        fares: dict[str, Any] = (await self.rpc("alerts"))["delivery"]
        return fares

    @property
    def stderr(self) -> str:
        return (self.home / "stderr").read_text()

    async def _listen(self) -> None:
        assert self.child.stdout is not None
        while line := await self.child.stdout.readline():
            message = json.loads(line)  # stdout is the protocol's: anything else fails the test
            assert message["jsonrpc"] == "2.0"
            if "method" in message:
                task = asyncio.create_task(self._serve(message))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif (pending := self._pending.pop(message["id"] or 0, None)) is not None:
                pending.set_result(message)
            else:
                async with self._news:
                    self.stray.append(message)
                    self._news.notify_all()
        for pending in self._pending.values():
            pending.set_exception(ConnectionError("the child has ended"))

    async def _serve(self, message: dict[str, Any]) -> None:
        method, params = message["method"], message["params"]
        async with self._news:
            self.asked.append((method, params))
            self._news.notify_all()
        if "id" not in message:
            return
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        try:
            answer["result"] = await self._answer(method, params)
        except RefusedCall as refused:
            answer["error"] = refused.error
        if not self.child.stdin or not self.child.stdin.is_closing():
            self.write(answer)

    async def _answer(self, method: str, params: dict[str, Any]) -> Any:
        if method in self.answers:
            return await self.answers[method](params)
        usual: dict[str, Any] = {
            "facts": self.facts,
            "send": {"status": "sent"},
            "inject": {"status": "sent"},
            "gateway": usage_of(),
        }
        return usual.get(method, {})


async def run_command(home: Path, *arguments: str) -> str:
    """What a command prints that somebody types on the machine of the gateway."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "token_dashboard",
        *arguments,
        stdout=-1,
        stderr=-1,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"},
    )
    out, err = await child.communicate()
    assert child.returncode == 0, err
    return out.decode()
