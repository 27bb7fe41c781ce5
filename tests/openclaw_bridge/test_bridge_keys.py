"""The keys that OpenClaw has, and which of them may be used: two ends of a bridge in one process."""

import asyncio
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from token_dashboard.gateway.openclaw.keys import host_keys
from token_dashboard.gateway.openclaw.lines import Lines
from token_dashboard.gateway.openclaw.peer import HostRefused, HostSilent, Peer
from token_dashboard.gateway.openclaw.shim import Shim
from token_dashboard.model.errors import RpcError
from token_dashboard.model.secret import Secret

KEYS = {
    "openrouter": {"apiKey": "sk-or-1", "source": "profile"},
    "google": {"apiKey": " g-1 ", "source": "config"},
    "deepseek": None,
    "moonshot": {"apiKey": "", "source": "config"},
}
VENDORS = {
    "openrouter": "https://openrouter.ai",
    "gemini": "https://generativelanguage.googleapis.com",
    "deepseek": "https://api.deepseek.com",
    "moonshot": "https://api.moonshot.ai",
    "litellm": None,
}


class PlayedHost:
    """What the other end knows; it may be changed between two calls."""

    def __init__(self, peer: Peer) -> None:
        self.keys: Any = dict(KEYS)
        self.models: dict[str, Any] = {}
        self.asked: list[str] = []
        peer.handlers |= {"facts": self._facts, "keys": self._give}

    async def _facts(self, _: Any) -> Any:
        return {"models": self.models}

    async def _give(self, params: Any) -> Any:
        self.asked = params["providers"]
        return self.keys


@pytest.fixture
async def ends() -> AsyncIterator[tuple[Shim, PlayedHost]]:
    """Our end, and the host that it asks."""
    (from_there, to_here), (from_here, to_there) = os.pipe(), os.pipe()
    with os.fdopen(to_here, "wb") as answers, os.fdopen(to_there, "wb") as questions:
        here = Peer(Lines(os.fdopen(from_there, "rb", closefd=False), questions))
        there = Peer(Lines(os.fdopen(from_here, "rb", closefd=False), answers))
        running = [asyncio.create_task(one.run()) for one in (here, there)]
        yield Shim(here), PlayedHost(there)
    await asyncio.gather(*running)  # both have read to the end
    os.close(from_there)
    os.close(from_here)


async def test_keys_come_by_our_names_of_the_providers(ends: tuple[Shim, PlayedHost]) -> None:
    shim, host = ends
    assert await host_keys(shim, VENDORS) == {"openrouter": Secret("sk-or-1"), "gemini": Secret("g-1")}
    assert host.asked == ["deepseek", "google", "litellm", "moonshot", "openrouter"]


async def test_a_key_for_another_place_is_not_asked_for(ends: tuple[Shim, PlayedHost]) -> None:
    shim, host = ends
    host.models = {
        "openrouter": {"baseUrl": "http://127.0.0.1:4000/v1"},
        "google": {"baseUrl": "https://generativelanguage.googleapis.com/v1beta"},
        "litellm": {"baseUrl": "https://proxy.example"},
        "moonshot": {"baseUrl": "http://[broken"},
    }
    assert await host_keys(shim, VENDORS) == {"gemini": Secret("g-1")}
    assert host.asked == ["deepseek", "google"]


async def test_a_changed_key_counts_from_the_next_time_on(ends: tuple[Shim, PlayedHost]) -> None:
    shim, host = ends
    await host_keys(shim, VENDORS)
    host.keys = {"openrouter": {"apiKey": "sk-or-2"}, "unasked": {"apiKey": "x"}}
    assert await host_keys(shim, VENDORS) == {"openrouter": Secret("sk-or-2")}


@pytest.mark.parametrize("odd", [None, [], "x", {"openrouter": "x"}, {"openrouter": {"apiKey": 5}}])
async def test_an_odd_answer_holds_no_keys(ends: tuple[Shim, PlayedHost], odd: Any) -> None:
    shim, host = ends
    host.keys = odd
    assert await host_keys(shim, VENDORS) == {}


async def test_what_the_host_cannot_do_is_an_error_of_ours(ends: tuple[Shim, PlayedHost]) -> None:
    shim, _ = ends
    with pytest.raises(HostRefused, match="unknown method: gateway") as refused:
        await shim.gateway("usage.status", {})
    assert isinstance(refused.value, RpcError)


async def test_a_host_that_has_gone_is_told_from_one_that_refuses() -> None:
    silent, gone = os.pipe()
    os.close(gone)
    with os.fdopen(silent, "rb") as source, open(os.devnull, "wb") as sink:  # noqa: ASYNC230, PTH123 - no wait
        peer = Peer(Lines(source, sink))
        asking = asyncio.create_task(Shim(peer).facts())
        await asyncio.sleep(0)
        await peer.run()
        with pytest.raises(HostSilent):
            await asking
