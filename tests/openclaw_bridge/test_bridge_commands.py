"""Commands on the same machine work with a running companion of OpenClaw as they do with ``tokens serve``."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bridge_gateway import PlayedGateway, run_command
from vendor_server import VendorServer


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer.playing("openrouter") as playing:
        yield playing


def account(vendor: VendorServer) -> dict[str, Any]:
    keys = {"apiKey": vendor.keys["API key"].reveal()}
    return {"providers": {"openrouter": {**keys, "baseUrl": vendor.url}}}


async def test_a_command_shows_the_accounts_that_only_the_host_has_keys_for(
    home: Path, vendor: VendorServer
) -> None:
    async with PlayedGateway(home, config=account(vendor)).running() as gateway:
        await gateway.seated()
        status = json.loads(await run_command(home, "status", "--json"))
        assert [one["provider"] for one in status["accounts"]] == ["openrouter"]
        assert status["accounts"][0]["snapshot"] is not None
        assert "OpenRouter" in await run_command(home, "chat", "/tokens openrouter")
    # Without the host nobody has a key: what another process asked is not ours to show.
    assert json.loads(await run_command(home, "status", "--json"))["accounts"] == []


async def test_the_address_is_for_its_user_alone_and_goes_with_the_process(home: Path) -> None:
    async with PlayedGateway(home).running() as gateway:
        await gateway.seated()
        assert gateway.note.stat().st_mode & 0o777 == 0o600
        assert json.loads(gateway.note.read_text())["url"].startswith("http://127.0.0.1:")
    assert not gateway.note.exists()


async def test_two_over_one_ledger_both_answer_and_one_of_them_polls(
    home: Path, vendor: VendorServer
) -> None:
    async with PlayedGateway(home, config=account(vendor)).running() as first:
        await first.seated()
        await first.rpc("status")
        before = len(vendor.requests)
        async with PlayedGateway(home, config=account(vendor)).running() as second:
            for _ in range(50):  # time enough for a poller to ask, if there were one
                assert [one["provider"] for one in (await second.rpc("status"))["accounts"]] == ["openrouter"]
            assert str(first.child.pid) in first.note.read_text()
        assert len(vendor.requests) == before
