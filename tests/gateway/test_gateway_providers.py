"""One provider closely, and asked now, over the wire."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from raw_client import Dial, Frame
from running_bot import Bot, account, chatting
from vendor_server import VendorServer

from token_dashboard.contract import read_contract

LOOK = "token-dashboard.providers"
TEST = "token-dashboard.testProvider"
OPENROUTER = {"provider": "openrouter"}


def faults(answer: Frame) -> list[str]:
    validator = Draft202012Validator(read_contract("schemas/provider.schema.json"))
    return [fault.message for fault in validator.iter_errors(answer)]


def questions(answer: Frame) -> list[tuple[str, str, int | None]]:
    (one,) = answer["accounts"]
    return [(asked["path"], asked["key"], asked["status"]) for asked in one["asking"]["questions"]]


async def test_a_provider_is_looked_at_closely_without_asking_it(
    bot: Bot, dial: Dial, vendor: VendorServer
) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await wire.call("token-dashboard.status")
        vendor.mood = "hang"
        answer = (await wire.call(LOOK, OPENROUTER))["payload"]
    assert faults(answer) == []
    assert questions(answer) == [
        ("/credits", "management key", 200),
        ("/key", "API key", 200),
        ("/activity", "management key", 200),
    ]
    assert answer["accounts"][0]["info"]["sources"] == [
        "providers.openrouter.managementKey",
        "providers.openrouter.apiKey",
    ]
    assert "canary" not in str(answer)


async def test_a_test_asks_now(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        await wire.call("token-dashboard.status")
        vendor.mood = "401"
        answer = (await wire.call(TEST, OPENROUTER))["payload"]
    assert faults(answer) == []
    assert questions(answer) == [("/credits", "management key", 401)]
    assert answer["accounts"][0]["account"]["problem"]["key"] == "credentials_rejected"
    assert "canary" not in str(answer)


async def test_a_test_needs_the_scope_to_write(bot: Bot, dial: Dial, vendor: VendorServer) -> None:
    running = await bot.start(**account(vendor))
    async with dial(running.gateway) as wire:
        await wire.connect(scopes=["operator.read"])
        assert (await wire.call(LOOK, OPENROUTER))["ok"] is True
        error = (await wire.call(TEST, OPENROUTER))["error"]
    assert (error["code"], error["details"]) == ("FORBIDDEN", {"code": "MISSING_SCOPE"})


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        (TEST, {}, "params.provider must be a non-empty string"),
        (TEST, {"provider": "opnrouter"}, "did you mean 'openrouter'?"),
        (LOOK, {"provider": "opnrouter"}, "did you mean 'openrouter'?"),
        (LOOK, {**OPENROUTER, "account": "work"}, "params.account 'work' is not known; known: default"),
        (TEST, {**OPENROUTER, "account": "defualt"}, "did you mean 'default'?"),
        (TEST, {**OPENROUTER, "key": "x"}, "params.key is not known; known: account, provider"),
    ],
)
async def test_what_is_not_known_is_refused_by_name(
    bot: Bot, dial: Dial, vendor: VendorServer, method: str, params: dict[str, Any], reason: str
) -> None:
    async with chatting(await bot.start(**account(vendor)), dial) as wire:
        error = (await wire.call(method, params))["error"]
    assert error["code"] == "INVALID_REQUEST"
    assert reason in error["message"]
