"""``tokens providers``, as a person types it: what is set up, what was asked, and how a test went."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from machine import Machine
from vendor_server import VendorServer

from token_dashboard.contract import read_contract


def keeps(schema: str, document: dict[str, Any]) -> bool:
    return Draft202012Validator(read_contract(f"schemas/{schema}.schema.json")).is_valid(document)


@pytest.fixture
async def vendor() -> AsyncIterator[VendorServer]:
    async with VendorServer.playing("openrouter") as server:
        yield server


@pytest.fixture
def set_up(machine: Machine, vendor: VendorServer) -> Machine:
    """OpenRouter with both keys, at a vendor on this machine, in a terminal of 80 columns."""
    machine.use(vendor)
    machine.environment["COLUMNS"] = "80"
    return machine


@pytest.mark.parametrize(
    ("mood", "code", "status"),
    [("good", 0, "200"), ("401", 2, "401"), ("403", 2, "403"), ("500", 4, "500"), ("html", 4, "200")],
)
async def test_a_test_tells_each_request_and_exits_by_how_it_went(
    set_up: Machine, vendor: VendorServer, mood: str, code: int, status: str
) -> None:
    vendor.mood = mood
    ran = await set_up.run("providers", "test", "openrouter")
    assert (ran.code, ran.err) == (code, "")
    assert re.search(rf"GET /credits +management key +{status} +\d+ ms", ran.out)
    assert "management key from providers.openrouter.managementKey" in ran.out
    assert "canary" not in ran.out
    assert all(len(line) <= 80 or "https://" in line for line in ran.out.splitlines())


async def test_a_test_as_json_keeps_its_schema_and_shows_no_key(
    set_up: Machine, vendor: VendorServer
) -> None:
    ran = await set_up.run("providers", "test", "openrouter", "--json")
    assert keeps("provider", ran.json)
    asked = ran.json["accounts"][0]["asking"]["questions"]
    assert [(one["path"], one["key"], one["status"]) for one in asked] == [
        ("/credits", "management key", 200),
        ("/key", "API key", 200),
        ("/activity", "management key", 200),
    ]
    assert not any(key.reveal() in ran.out for key in vendor.keys.values())


async def test_show_tells_figures_and_sources_and_asks_nobody(set_up: Machine, vendor: VendorServer) -> None:
    await set_up.run("status")
    requests = len(vendor.requests)
    ran = await set_up.run("providers", "show", "openrouter")
    assert (ran.code, len(vendor.requests)) == (0, requests)
    for part in ("$3.21", "documented by its vendor", "Asked at 127.0.0.1", "GET /credits", "next check"):
        assert part in ran.out
    assert keeps("provider", (await set_up.run("providers", "show", "openrouter", "--json")).json)


async def test_the_list_has_what_is_set_up_first_and_fits_the_terminal(set_up: Machine) -> None:
    await set_up.run("status")
    ran = await set_up.run("providers")
    ours, others = ran.out.split("\n\n")[:2]
    assert re.search(r"OpenRouter +management key, API key +0 m ago +in \d+ m", ours)
    assert re.search(r"DeepSeek +DEEPSEEK_API_KEY +balance", others)
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    assert keeps("providers", (await set_up.run("providers", "--json")).json)


async def test_an_account_of_status_is_shown_in_full(set_up: Machine) -> None:
    ran = await set_up.run("status", "--provider", "openrouter")
    assert ran.code == 0
    assert "this stops you first" in ran.out


async def test_status_says_of_a_provider_that_it_is_not_set_up(set_up: Machine) -> None:
    ran = await set_up.run("status", "--provider", "deepseek")
    assert (ran.code, ran.out) == (0, "deepseek is not set up → tokens providers show deepseek\n")


@pytest.mark.parametrize("words", [("test",), ("show",)])
async def test_an_unknown_provider_is_wrong_usage_and_the_near_ones_are_named(
    machine: Machine, words: tuple[str, ...]
) -> None:
    ran = await machine.run("providers", *words, "openruter")
    assert ran.code == 64
    assert "openrouter" in ran.err
    ran = await machine.run("providers", *words, "banana-split-42")
    assert ran.code == 64
    assert "tokens providers" in ran.err


async def test_an_unknown_account_is_wrong_usage_and_those_there_are_are_named(set_up: Machine) -> None:
    ran = await set_up.run("providers", "test", "openrouter", "--account", "work")
    assert ran.code == 64
    assert "default" in ran.err


async def test_a_provider_without_a_key_says_which_to_make_and_where(machine: Machine) -> None:
    ran = await machine.run("providers", "test", "deepseek")
    assert ran.code == 2
    assert "https://platform.deepseek.com/api_keys" in ran.out
    assert "DEEPSEEK_API_KEY" in ran.out


async def test_a_key_that_tells_nothing_of_its_account_gets_a_hint_and_no_error(machine: Machine) -> None:
    machine.environment |= {"OPENAI_API_KEY": "sk-proj-canary", "GROQ_API_KEY": "gsk_canary"}
    ran = await machine.run("providers")
    assert ran.code == 0
    assert re.search(r"OpenAI tells nothing .*tokens providers show openai", ran.out, re.DOTALL)
    assert "Groq tells nothing of the account to any key (GROQ_API_KEY)" in ran.out.replace("\n  ", " ")
    assert "canary" not in ran.out
    for words in (("show",), ("test",)):
        ran = await machine.run("providers", *words, "groq")
        assert (ran.code, ran.err) == (0, "")
        assert "counted in the agents' logs" in ran.out


async def test_the_reply_about_one_account_names_what_stops_first(set_up: Machine) -> None:
    ran = await set_up.run("chat", "/tokens openrouter")
    assert "this stops you first" in ran.out
