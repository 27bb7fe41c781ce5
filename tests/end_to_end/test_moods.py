"""Whatever mood a provider is in, what a person sees is true."""

import asyncio
from contextlib import AsyncExitStack
from time import monotonic

import aiohttp
import pytest
from machine import Machine, settings_of
from vendor_server import VendorServer

GOOD, AUTHENTICATION, NOTHING_REACHABLE = 0, 2, 4


@pytest.mark.parametrize(
    ("mood", "code", "said"),
    [
        ("401", AUTHENTICATION, "the key was refused"),
        ("429-seconds", NOTHING_REACHABLE, "asked too often"),
        ("500", NOTHING_REACHABLE, "500"),
        ("html", NOTHING_REACHABLE, "OpenRouter"),
        ("array", NOTHING_REACHABLE, "don't know"),
        ("nan", NOTHING_REACHABLE, "don't know"),
        ("redirect", NOTHING_REACHABLE, "OpenRouter"),
        ("truncated", NOTHING_REACHABLE, "OpenRouter"),
    ],
)
async def test_a_failing_provider_is_named_with_its_reason_and_never_shown_as_zero(
    machine: Machine, mood: str, code: int, said: str
) -> None:
    async with VendorServer.playing("openrouter", mood) as vendor:
        machine.use(vendor)
        ran = await machine.run("chat", "/tokens")
        table = await machine.run("status")
        document = await machine.run("status", "--json")
        assert not vendor.elsewhere
    assert said in " ".join(ran.out.split())
    assert "OpenRouter" in ran.out
    assert "$0.00" not in ran.out.split("Today")[0]
    assert (table.code, document.code) == (code, code)
    assert document.json["accounts"][0]["snapshot"] is None
    assert document.json["accounts"][0]["problem"] is not None


@pytest.mark.parametrize("message", ["/tokens", "/tokens refresh"])
async def test_a_chat_does_not_wait_for_a_provider_that_never_answers(machine: Machine, message: str) -> None:
    async with VendorServer.playing("openrouter", "hang") as vendor:
        machine.use(vendor)
        ran = await machine.run("chat", message)
    assert (ran.code, ran.err) == (0, "")
    assert "OpenRouter: no answer yet" in ran.out  # not "within 8 s", for which other commands wait


async def test_the_last_good_figure_stays_and_is_marked_stale(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor)
        good = (await machine.run("status", "--json")).json
        vendor.mood = "500"
        ran = await machine.run("status", "--refresh", "--json")
        chat = (await machine.run("chat", "/tokens openrouter")).out
    assert ran.json["accounts"][0]["snapshot"] == good["accounts"][0]["snapshot"]
    assert ran.json["accounts"][0]["stale"]
    assert ran.json["stale"]
    assert not good["stale"]
    assert "500" in chat


async def test_a_provider_that_said_wait_is_left_alone_by_every_command(machine: Machine) -> None:
    async with VendorServer.playing("openrouter", "429-seconds") as vendor:
        machine.use(vendor)
        await machine.run("status")
        asked = len(vendor.requests)
        vendor.mood = "good"
        await machine.run("status", "--refresh")
        await machine.run("chat", "/tokens refresh")
        assert len(vendor.requests) == asked


async def test_a_plain_key_shows_its_spend_and_says_what_the_balance_needs(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        plain = next(case for case, one in vendor.cases.items() if one["keys"] == ["API key"])
        vendor.mood = plain
        machine.use(vendor)
        ran = await machine.run("chat", "/tokens openrouter")
    assert "management key" in " ".join(ran.out.split())


async def test_tokens_is_answered_within_two_seconds_while_a_provider_hangs(machine: Machine) -> None:
    async with VendorServer.playing("openrouter", "hang") as vendor:
        machine.use(vendor)
        async with (
            machine.serving() as url,
            aiohttp.ClientSession() as client,
            asyncio.timeout(2),
            client.post(f"{url}/rpc/token-dashboard.status", json={"refresh": True}) as answer,
        ):
            assert (await answer.json())["ok"]


async def test_a_command_beside_a_gateway_waits_no_longer_for_three_that_hang(machine: Machine) -> None:
    async with AsyncExitStack() as stack:
        hanging = ("deepseek", "moonshot", "xai")
        vendors = [
            await stack.enter_async_context(VendorServer.playing(name, mood))
            for name, mood in [("openrouter", "good"), *((one, "hang") for one in hanging)]
        ]
        machine.configure(providers={one.provider: settings_of(one) for one in vendors})
        await stack.enter_async_context(machine.serving())
        begun = monotonic()
        ran = await machine.run("chat", "/tokens refresh")
        took_s = monotonic() - begun
    assert "$3.21" in ran.out
    assert took_s < 6  # 1.5 s that the gateway waits, and a program that starts on a busy machine
    assert all(len(one.requests) == 1 for one in vendors[1:])


async def test_two_people_who_refresh_at_once_cause_one_poll(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor)
        async with machine.serving() as url, aiohttp.ClientSession() as client:

            async def refresh() -> None:
                async with client.post(f"{url}/rpc/token-dashboard.status", json={"refresh": True}) as answer:
                    assert (await answer.json())["ok"]

            await refresh()
            one_round = len(vendor.requests)
            vendor.requests.clear()
            await refresh()
            one_round = len(vendor.requests)
            vendor.requests.clear()
            await asyncio.gather(refresh(), refresh(), refresh())
            assert len(vendor.requests) == one_round


async def test_a_command_asks_the_running_gateway_instead_of_the_provider(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor)
        async with machine.serving() as url, aiohttp.ClientSession() as client:
            async with client.post(f"{url}/rpc/token-dashboard.status", json={"refresh": True}) as answer:
                assert (await answer.json())["ok"]
            vendor.requests.clear()
            assert (await machine.run("status")).code == GOOD
            assert (await machine.run("chat", "/tokens")).code == GOOD
            assert vendor.requests == []
