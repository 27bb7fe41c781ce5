"""A plugin with every kind of behaviour, good and bad."""

import asyncio
from dataclasses import dataclass, field

from token_dashboard.gateway.host import (
    ADMIN,
    READ,
    Command,
    CommandCall,
    Host,
    Json,
    Method,
    Reply,
    Service,
    Tool,
)
from token_dashboard.model.errors import LedgerLocked, RpcError


@dataclass
class Plugin:
    """Behaves well and badly, and remembers what was done to it."""

    started: asyncio.Event = field(default_factory=asyncio.Event)
    """A hanging handler has been entered."""
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    release: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[CommandCall] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    service: list[str] = field(default_factory=list)

    def register(self, host: Host) -> None:
        for name, handler in {
            "echo": self.echo,
            "hang": self.hang,
            "leak": self.leak,
            "locked": self.locked,
            "refuse": self.refuse,
            "odd": self.odd,
        }.items():
            host.register_gateway_method(
                Method(name=f"test.{name}", description=name, scope=READ, handler=handler)
            )
        host.register_gateway_method(
            Method(name="test.admin", description="admin", scope=ADMIN, handler=self.echo)
        )
        host.register_command(Command(name="say", description="Say", arguments="[it]", handler=self.say))
        host.register_command(Command(name="crash", description="Crash", arguments="", handler=self.crash))
        host.register_command(
            Command(name="own", description="Own", arguments="", handler=self.say, requires_owner=True)
        )
        host.register_tool(
            Tool(name="echo_tool", description="Echo", input_schema={"type": "object"}, handler=self.echo)
        )
        host.register_service(Service(id="test-service", run=self.serve))

    async def echo(self, params: Json) -> Json:
        return {"echo": dict(params)}

    async def hang(self, _: Json) -> Json:
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        self.started.set()
        try:
            await self.release.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        finally:
            self.running -= 1
        return {}

    async def leak(self, _: Json) -> Json:
        raise RuntimeError("the key is sk-very-secret")

    async def locked(self, _: Json) -> Json:
        raise LedgerLocked(path="ledger.db")

    async def refuse(self, _: Json) -> Json:
        raise RpcError("INVALID_REQUEST", "not like this")

    async def odd(self, _: Json) -> Json:
        return {"cannot": {"be", "JSON"}}

    async def say(self, call: CommandCall) -> Reply:
        self.calls.append(call)
        return Reply(text=f"you said: {call.arguments}")

    async def crash(self, _: CommandCall) -> Reply:
        raise RuntimeError("the key is sk-very-secret")

    async def serve(self) -> None:
        self.service.append("started")
        try:
            await asyncio.Event().wait()
        finally:
            self.service.append("stopped")
