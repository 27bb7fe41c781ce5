"""Keys planted wherever keys may be: none of them comes out anywhere but in a header to its own vendor."""

import json
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from machine import Machine
from vendor_server import VendorServer

from token_dashboard.cli.compose import compose, load
from token_dashboard.model.secret import Secret

KEYRING = """
class Held:
    priority = 5

    def get_password(self, service, user):
        return {key!r}

def get_keyring():
    return Held()
"""
MOODS = ("good", "401", "403", "429", "500", "html", "redirect", "truncated", "array", "good")
COMMANDS = (
    ("-v", "status", "--refresh"),
    ("-v", "status", "--json"),
    ("-v", "chat", "/tokens"),
    ("-v", "chat", "/tokens openrouter"),
    ("-v", "providers"),
    ("-v", "providers", "--json"),
    ("-v", "burn"),
    ("-v", "doctor"),
    ("config", "show"),
    ("config", "check"),
)
METHODS = ("status", "cached", "providers", "alerts", "history")


@dataclass(slots=True)
class Planted:
    """A machine with a key in each place, each for a vendor of its own that plays on this machine."""

    machine: Machine
    vendors: dict[str, VendorServer]
    planted_in: set[Path] = field(default_factory=set)

    def keys(self) -> set[str]:
        return {key.reveal() for vendor in self.vendors.values() for key in vendor.keys.values()}

    def shows_none(self, text: str) -> None:
        assert [key for key in self.keys() if key in text] == []


async def planted(machine: Machine, stack: AsyncExitStack) -> Planted:
    async def play(provider: str) -> VendorServer:
        return await stack.enter_async_context(VendorServer.playing(provider))

    settings, environment, command, login, keyring = [
        await play(one) for one in ("openrouter", "deepseek", "moonshot", "claude-oauth", "openrouter")
    ]
    kept = machine.home / "kept"
    kept.mkdir()
    (kept / "keyring.py").write_text(KEYRING.format(key=keyring.keys["management key"].reveal()))
    (kept / "moonshot").write_text(command.keys["API key"].reveal())
    machine.environment |= {
        "DEEPSEEK_API_KEY": environment.keys["API key"].reveal(),
        "PYTHONPATH": str(kept),
    }
    machine.configure(
        allowUndocumented=True,
        providers={
            "openrouter": {
                "apiKey": settings.keys["API key"].reveal(),
                "managementKey": settings.keys["management key"].reveal(),
                "baseUrl": settings.url,
                "accounts": {
                    "kept": {"managementKey": {"keyring": "openrouter/kept"}, "baseUrl": keyring.url}
                },
            },
            "deepseek": {"baseUrl": environment.url},
            "moonshot": {
                "apiKey": {"command": ["cat", str(kept / "moonshot")]},
                "baseUrl": command.url,
                "region": "global",
            },
            "claude-oauth": {
                "baseUrl": login.url,
                "variables": {"CLAUDE_CONFIG_DIR": str(login.home / ".claude")},
            },
        },
    )
    vendors = {
        "settings": settings,
        "environment": environment,
        "command": command,
        "login": login,
        "keyring": keyring,
    }
    planted_in = {kept, machine.home / ".config"}
    return Planted(machine, vendors, planted_in)


def everything_kept(world: Planted) -> bytes:
    """All files of the home but those that the keys were planted in."""
    files = (path for path in world.machine.home.rglob("*") if path.is_file())
    return b"".join(
        path.read_bytes() for path in files if not any(path.is_relative_to(one) for one in world.planted_in)
    )


async def test_no_key_comes_out_of_a_command_in_any_mood(machine: Machine) -> None:
    async with AsyncExitStack() as stack:
        world = await planted(machine, stack)
        for mood in MOODS:
            for vendor in world.vendors.values():
                vendor.mood = mood
            ran = await machine.run(*COMMANDS[0])
            world.shows_none(ran.out + ran.err)
        asked = {place: {one.key for one in vendor.requests} for place, vendor in world.vendors.items()}
        for words in COMMANDS:
            ran = await machine.run(*words)
            world.shows_none(ran.out + ran.err)
        kept = everything_kept(world)
        for vendor in world.vendors.values():
            assert not vendor.elsewhere
            for request in vendor.requests:
                world.shows_none(request.target + json.dumps(request.json))
    assert asked == {
        "settings": {"API key", "management key"},
        "environment": {"API key"},
        "command": {"API key"},
        "login": {next(iter(world.vendors["login"].keys))},
        "keyring": {"management key"},
    }
    assert kept.count(b"openrouter") > 1
    world.shows_none(kept.decode(errors="replace"))


async def test_no_key_comes_out_of_a_gateway(machine: Machine) -> None:
    async with AsyncExitStack() as stack:
        world = await planted(machine, stack)
        async with machine.serving() as url, aiohttp.ClientSession() as client:
            for mood in ("good", "500", "401"):
                for vendor in world.vendors.values():
                    vendor.mood = mood
                for method in METHODS:
                    params = {"refresh": True} if method == "status" else {}
                    async with client.post(f"{url}/rpc/token-dashboard.{method}", json=params) as answer:
                        told = await answer.text()
                    assert json.loads(told)["ok"], told
                    world.shows_none(told)
            world.shows_none(everything_kept(world).decode(errors="replace"))
        assert all(vendor.requests for vendor in world.vendors.values())


async def test_a_hosts_key_stays_with_its_vendor(machine: Machine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with VendorServer.playing("deepseek") as vendor:
        key = vendor.keys["API key"].reveal()

        async def host_keys(addresses: object) -> dict[str, Secret]:
            return {"deepseek": Secret(key)}

        environment = machine.shell()
        document = {"providers": {"deepseek": {"baseUrl": vendor.url}}}
        loaded = load(None, environment, document)
        shown = []
        async with compose(loaded, is_service=True, environment=environment, host_keys=host_keys) as product:
            for mood in MOODS:
                vendor.mood = mood
                status = await product.dashboard.status(refresh=True)
                shown.append(repr((status, product.accounts.known(), await product.dashboard.providers())))
            shown += [repr(await product.ledger.snapshots.latest()), product.ledger.path.read_bytes().hex()]
        assert {one.key for one in vendor.requests} == {"API key"}
        shown += [request.target for request in vendor.requests]
    text = "\n".join([*shown, *map(logging.Formatter().format, caplog.get_records("call"))])
    assert "DeepSeek" in text
    assert key not in text
    assert key.encode().hex() not in text
