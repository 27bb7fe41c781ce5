"""The owner is told of a crossing once."""

import asyncio
from typing import Any

import aiohttp
from machine import Machine
from vendor_server import VendorServer


async def alerts_heard(url: str, *, seconds: float) -> list[dict[str, Any]]:
    """What a connected client hears, from its connection on."""
    heard: list[dict[str, Any]] = []
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
        connect = {
            "minProtocol": 4,
            "maxProtocol": 4,
            "role": "operator",
            "scopes": ["operator.read"],
            "client": {"id": "gateway-client", "version": "1", "platform": "linux", "mode": "backend"},
        }
        await socket.send_json({"type": "req", "id": "1", "method": "connect", "params": connect})
        refresh = {"type": "req", "id": "2", "method": "token-dashboard.status", "params": {"refresh": True}}
        await socket.send_json(refresh)
        try:
            async with asyncio.timeout(seconds):
                async for message in socket:
                    frame = message.json()
                    if frame.get("event") == "plugin.token-dashboard.alert":
                        heard.append(frame["payload"])
        except TimeoutError:
            pass
    return heard


async def test_a_balance_under_its_threshold_is_shown_first_and_kept_through_a_restart(
    machine: Machine,
) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor, alertThresholds={"*": {"balanceUsd": 1_000_000}})
        typed = (await machine.run("chat", "/tokens")).out
        assert typed.startswith("⚠ OpenRouter")
        before = (await machine.run("status", "--json")).json["alerts"]
        assert [one["kind"] for one in before] == ["low_balance"]
        async with machine.serving() as url:
            await alerts_heard(url, seconds=1.5)
        ongoing = (await machine.run("status", "--json")).json["alerts"]
        assert [one["state"] for one in ongoing] == ["ongoing"]
        async with machine.serving() as url:
            assert await alerts_heard(url, seconds=1.5) == []


async def test_without_a_fresh_figure_there_is_no_alert(machine: Machine) -> None:
    async with VendorServer.playing("openrouter", "500") as vendor:
        machine.use(vendor, alertThresholds={"*": {"balanceUsd": 1_000_000}})
        assert (await machine.run("status", "--json")).json["alerts"] == []
