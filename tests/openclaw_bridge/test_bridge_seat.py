"""Of several companions over one ledger one scans, polls and warns; another one follows it."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bridge_gateway import NO_FACTS, PATIENCE_S, READ, PlayedGateway, usage_of

from token_dashboard.cli.sidecar import serve
from token_dashboard.gateway.openclaw.greeting import Greeting
from token_dashboard.gateway.openclaw.lines import Lines
from token_dashboard.gateway.openclaw.peer import Peer


@pytest.fixture
async def host(home: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Peer]:
    """A gateway whose companion runs in this process and looks for a free seat all the time."""
    monkeypatch.setenv("HOME", str(home))
    (from_there, to_here), (from_here, to_there) = os.pipe(), os.pipe()
    with os.fdopen(to_here, "wb") as answers, os.fdopen(to_there, "wb") as questions:
        here = Peer(Lines(os.fdopen(from_there, "rb", closefd=False), questions))
        there = Peer(Lines(os.fdopen(from_here, "rb", closefd=False), answers))
        known: dict[str, Any] = {"facts": NO_FACTS, "keys": {}, "gateway": usage_of()}

        async def answer(method: str) -> Any:
            return known[method]

        there.handlers |= {name: lambda _, name=name: answer(name) for name in known}
        greeting = Greeting(here)
        running = [asyncio.create_task(one.run()) for one in (here, there)]

        async def served() -> None:
            await greeting.hello
            await serve(None, greeting, here, running[0], look_again_s=0.01)

        serving = asyncio.create_task(served())
        yield there
        await there.call("shutdown", {}, PATIENCE_S)
    await asyncio.gather(serving, *running)
    os.close(from_there)
    os.close(from_here)


async def test_a_companion_whose_seat_is_taken_waits_for_it_and_then_takes_it(home: Path, host: Peer) -> None:
    async with PlayedGateway(home).running() as first:
        await first.seated()
        await host.call(
            "initialize", {"protocol": 1, "stateDir": str(home), "config": {}, "facts": NO_FACTS}, PATIENCE_S
        )
        for _ in range(20):  # time enough to take it, if that were possible
            await host.call("rpc", {"method": "token-dashboard.cached", "params": {}, "scopes": READ}, 5)
            assert str(first.child.pid) in first.note.read_text()

    async def is_ours() -> bool:
        return first.note.exists() and str(os.getpid()) in first.note.read_text()

    await first.until(is_ours)
