"""A machine with a running gateway: our plugin over a real engine, a real ledger and real logs."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from raw_client import Dial, Wire
from vendor_server import VendorServer

from token_dashboard.cli.compose import Product, compose, load
from token_dashboard.gateway.audience import HostAudience
from token_dashboard.gateway.embedded import EmbeddedGateway
from token_dashboard.gateway.notices import HostNotifier
from token_dashboard.gateway.plugin import register

USAGE = {"input_tokens": 100, "output_tokens": 200, "cache_read_input_tokens": 5_000}


@dataclass(slots=True)
class Bot:
    """A machine with a running gateway."""

    home: Path
    environment: dict[str, str]
    stack: AsyncExitStack

    async def start(self, **settings: object) -> "Running":
        config = self.home / "config.json"
        config.write_text(json.dumps(settings))
        config.chmod(0o600)
        product = await self.stack.enter_async_context(
            compose(load(config, self.environment), is_service=True, environment=self.environment)
        )
        gateway = EmbeddedGateway(host="127.0.0.1", port=0, token=None, clock=product.clock)
        notifier = HostNotifier(gateway, product.dashboard, product.clock)
        register(gateway, product.dashboard, product.poller(notifier, HostAudience(gateway)))
        return Running(product, await self.stack.enter_async_context(gateway), notifier)

    def use_claude(self, **members: object) -> None:
        """Leave the log of one reply, made just now; ``members`` are added to its line."""
        log = self.home / ".claude" / "projects" / "p" / "s.jsonl"
        log.parent.mkdir(parents=True)
        message = {"id": "msg_1", "role": "assistant", "model": "claude-opus-4-5", "usage": USAGE}
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        line = {"type": "assistant", "timestamp": now, "sessionId": "s", "requestId": "r", "message": message}
        log.write_text(json.dumps({**line, **members}) + "\n")


@dataclass(frozen=True, slots=True)
class Running:
    product: Product
    gateway: EmbeddedGateway
    notifier: HostNotifier


def account(vendor: VendorServer) -> dict[str, Any]:
    """The configuration of the vendor's account."""
    names = {"API key": "apiKey", "management key": "managementKey"}
    keys = {names[kind]: key.reveal() for kind, key in vendor.keys.items()}
    return {"providers": {"openrouter": {**keys, "baseUrl": vendor.url}}}


@asynccontextmanager
async def chatting(running: Running, dial: Dial) -> AsyncIterator[Wire]:
    async with dial(running.gateway) as wire:
        await wire.connect()
        yield wire


async def said(wire: Wire, message: str) -> str:
    assert (await wire.call("chat.send", {"message": message}))["ok"] is True
    return str((await wire.event("chat"))["payload"]["message"]["content"][0]["text"])
