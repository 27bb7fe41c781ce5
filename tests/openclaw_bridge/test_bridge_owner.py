"""Messages to the owner by way of OpenClaw: where they go, once each, and what becomes of them otherwise."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bridge_gateway import NO_FACTS, TELEGRAM, PlayedGateway
from vendor_server import VendorServer

WEB_CHAT_ONLY = {**NO_FACTS, "webChatSession": "agent:main:main"}
UNREACHABLE = {**TELEGRAM, "owners": [], "channels": {"telegram": {"enabled": True, "allowFrom": ["*"]}}}

NOBODY_THERE = {**TELEGRAM, "channels": {"discord": {"enabled": True, "allowFrom": ["*"]}}}


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    """A vendor whose account stands lower than the threshold of ``low``."""
    async with VendorServer.playing("openrouter") as playing:
        yield playing


def low(vendor: VendorServer, **settings: Any) -> dict[str, Any]:
    """A configuration whose threshold the vendor's account has crossed."""
    names = {"API key": "apiKey", "management key": "managementKey"}
    keys = {names[kind]: key.reveal() for kind, key in vendor.keys.items()}
    return {
        "providers": {"openrouter": {**keys, "baseUrl": vendor.url}},
        "alertThresholds": {"openrouter": {"balanceUsd": 1_000_000}},
        **settings,
    }


async def test_an_alert_goes_to_the_first_owner_and_to_the_programs_that_listen(
    home: Path, vendor: VendorServer
) -> None:
    async with PlayedGateway(home, TELEGRAM, low(vendor)).running() as gateway:
        (sent,) = await gateway.heard("send")
        assert sent["channel"] == "telegram"
        assert sent["to"] == "424242"
        assert sent["text"].startswith("⚠ OpenRouter")
        (emitted,) = await gateway.heard("emit")
        assert emitted["event"] == "alert"
        assert emitted["payload"]["subject"] == "openrouter"


async def test_an_alert_goes_where_the_configuration_says(home: Path, vendor: VendorServer) -> None:
    notify = {"channel": "discord", "to": "user:1", "accountId": "work", "threadId": "7"}
    async with PlayedGateway(home, TELEGRAM, low(vendor, notify=notify)).running() as gateway:
        (sent,) = await gateway.heard("send")
        assert {name: sent[name] for name in notify} == notify
        assert await gateway.say("/tokens alerts here", threadId="9")
        assert len(await gateway.heard("send")) == 1


async def test_a_bot_that_lives_in_the_web_chat_gets_it_there(home: Path, vendor: VendorServer) -> None:
    async with PlayedGateway(home, WEB_CHAT_ONLY, low(vendor)).running() as gateway:
        (injected,) = await gateway.heard("inject")
        assert injected["sessionKey"] == "agent:main:main"
        assert injected["text"].startswith("⚠ OpenRouter")


async def test_the_owner_chooses_a_chat_by_typing_there(home: Path, vendor: VendorServer) -> None:
    async with PlayedGateway(home, NOBODY_THERE, low(vendor)).running() as gateway:
        await gateway.heard("emit")
        await gateway.say("/tokens alerts here", accountId="work", threadId="9")
        (sent,) = await gateway.heard("send")
        assert (sent["to"], sent["accountId"], sent["threadId"]) == ("424242", "work", "9")
    async with PlayedGateway(home, NOBODY_THERE).running() as gateway:
        assert (await gateway.delivery())["target"] == "telegram 424242"


async def test_who_is_no_owner_any_more_chooses_nothing(home: Path, vendor: VendorServer) -> None:
    async with PlayedGateway(home, UNREACHABLE, low(vendor)).running() as gateway:
        await gateway.heard("emit")
        answer = await gateway.say("/tokens alerts here", facts=TELEGRAM)
        assert "owner" in answer
        assert (await gateway.delivery())["target"] is None


async def test_without_a_way_an_alert_waits_through_restarts_until_there_is_one(
    home: Path, vendor: VendorServer
) -> None:
    async with PlayedGateway(home, UNREACHABLE, low(vendor)).running() as gateway:
        await gateway.heard("emit")
        assert (await gateway.delivery())["waiting"] == 1
    async with PlayedGateway(home, UNREACHABLE, low(vendor)).running() as gateway:
        assert (await gateway.delivery())["waiting"] == 1
    async with PlayedGateway(home, TELEGRAM, low(vendor)).running() as gateway:
        await gateway.heard("send")
        assert (await gateway.delivery())["waiting"] == 0
    async with PlayedGateway(home, TELEGRAM, low(vendor)).running() as gateway:
        await gateway.rpc("status", refresh=True)
        assert [name for name, _ in gateway.asked if name in {"send", "emit"}] == []


@pytest.mark.parametrize("status", ["sent", "queued", "suppressed"])
async def test_what_the_gateway_has_taken_is_never_sent_again(
    home: Path, vendor: VendorServer, status: str
) -> None:
    gateway = PlayedGateway(home, TELEGRAM, low(vendor), answers={"send": _answering({"status": status})})
    async with gateway.running():
        await gateway.heard("send")
        await gateway.until(lambda: _is_delivered(gateway))
    async with gateway.running():
        await gateway.rpc("status", refresh=True)
        assert len(await gateway.heard("send")) == 1


async def test_what_failed_is_kept_and_tried_again_when_there_is_another_way(
    home: Path, vendor: VendorServer
) -> None:
    gateway = PlayedGateway(home, TELEGRAM, low(vendor), answers={"send": _answering({"status": "failed"})})
    async with gateway.running():
        await gateway.heard("send")
        await gateway.until(lambda: _has_failed(gateway))
        gateway.answers.clear()
        await gateway.say("/tokens alerts here", threadId="9")
        assert (await gateway.heard("send", 2))[1]["threadId"] == "9"
        await gateway.until(lambda: _is_delivered(gateway))


async def test_a_message_whose_fate_is_unknown_is_not_sent_twice(home: Path, vendor: VendorServer) -> None:
    async def never(_: dict[str, Any]) -> Any:
        await asyncio.Event().wait()

    gateway = PlayedGateway(home, TELEGRAM, low(vendor), answers={"send": never})
    async with gateway.running():
        await gateway.heard("send")
        gateway.child.kill()
        await gateway.child.wait()
    gateway.answers.clear()
    async with gateway.running():
        await gateway.rpc("status", refresh=True)
        await gateway.until(lambda: _is_delivered(gateway))
        assert len(await gateway.heard("send")) == 1


async def test_after_a_crash_it_is_said_that_the_process_was_restarted(home: Path) -> None:
    gateway = PlayedGateway(home, TELEGRAM)
    async with gateway.running():
        await gateway.seated()
        assert (await gateway.delivery())["restartedAt"] is None
        gateway.child.kill()
        await gateway.child.wait()
    async with gateway.running():
        await gateway.seated()
        assert (await gateway.delivery())["restartedAt"] is not None
    async with gateway.running():
        await gateway.seated()
        assert (await gateway.delivery())["restartedAt"] is None


async def test_no_key_is_ever_said_to_the_host(home: Path, vendor: VendorServer) -> None:
    gateway = PlayedGateway(home, TELEGRAM, low(vendor))
    vendor.mood = "401"
    async with gateway.running():
        await gateway.heard("log")
        await gateway.say("/tokens")
    everything = gateway.stderr + str(gateway.asked)
    assert [key for key in vendor.keys.values() if key.reveal() in everything] == []


def _answering(answer: Any) -> Any:
    async def give(_: dict[str, Any]) -> Any:
        return answer

    return give


async def _has_failed(gateway: PlayedGateway) -> bool:
    return (await gateway.delivery())["failedAt"] is not None


async def _is_delivered(gateway: PlayedGateway) -> bool:
    delivery = await gateway.delivery()
    return delivery["waiting"] == 0 and delivery["failedAt"] is None
