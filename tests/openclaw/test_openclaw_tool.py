"""The gateway's agent asks what it has used, with the tool ``token_usage``."""

import json
import time
from typing import Any

import aiohttp
import pytest
from openclaw_answers import faults
from openclaw_client import Client
from openclaw_machine import TOKEN, Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_model import ModelServer
from openclaw_vendor import RICH

pytestmark = ON_THE_GATEWAY


async def invoke(gateway: Gateway, **arguments: object) -> dict[str, Any]:
    """What the tool gives the model, by the gateway's own way to try a tool without one."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as http,
        http.post(f"{gateway.url}/tools/invoke", json={"tool": "token_usage", "args": arguments}) as answer,
    ):
        told: dict[str, Any] = await answer.json()
        return told


async def test_it_answers_with_figures_in_the_shape_of_the_schema(gateway: Gateway, client: Client) -> None:
    await client.call("token-dashboard.status", refresh=True)
    told = await invoke(gateway)
    assert told["ok"] is True
    details = told["result"]["details"]
    assert faults(details, "token-usage") == []
    assert RICH in json.dumps(details)
    assert json.loads(told["result"]["content"][0]["text"]) == details


async def test_it_answers_from_the_cache_within_a_fifth_of_a_second(gateway: Gateway) -> None:
    await invoke(gateway)
    took = []
    for _ in range(5):
        began = time.monotonic()
        assert (await invoke(gateway))["ok"] is True
        took.append(time.monotonic() - began)
    assert sorted(took)[2] < 0.2


async def test_it_tells_no_secret(gateway: Gateway) -> None:
    assert "canary" not in json.dumps(await invoke(gateway, refresh=True, period="all"))


async def test_the_agent_uses_it_and_reads_figures(client: Client, model: ModelServer) -> None:
    model.wish = {"id": "token_usage", "args": {"period": "today"}}
    assert model.answer in await client.say("how much is left?")
    assert RICH in model.tool_results()[-1]


@pytest.mark.parametrize("wrong", [{"provider": "opnerouter"}, {"period": "century"}, {"page": 1}])
async def test_the_agent_is_told_which_argument_is_wrong(
    client: Client, model: ModelServer, wrong: dict[str, object]
) -> None:
    model.wish = {"id": "token_usage", "args": wrong}
    await client.say("how much is left?")
    assert next(iter(wrong)) in model.tool_results()[-1]


async def test_it_shares_the_one_python_process(gateway: Gateway) -> None:
    before = gateway.sidecars()
    await invoke(gateway)
    assert gateway.sidecars() == before
    assert len(before) == 1
