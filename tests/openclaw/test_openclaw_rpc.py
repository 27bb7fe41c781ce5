"""Programs ask OpenClaw's gateway for our methods: from a shell, a WebSocket, and another plugin."""

import json
from typing import Any

import pytest
from openclaw_answers import METHODS, SCOPES, balances, faults
from openclaw_client import Client, Refused
from openclaw_machine import Gateway, Machine
from openclaw_marks import ON_THE_GATEWAY

pytestmark = ON_THE_GATEWAY

ACK = "token-dashboard.alerts.ack"
"""It needs an alert that stands, and is tested with budgets."""


async def test_each_method_of_the_manifest_is_tested() -> None:
    assert SCOPES.keys() == {*METHODS, ACK}


@pytest.mark.parametrize("method", METHODS)
async def test_a_program_on_the_websocket_gets_what_the_schema_says(client: Client, method: str) -> None:
    schema, params = METHODS[method]
    assert faults(await client.call(method, **params), schema) == []


@pytest.mark.parametrize("method", ["token-dashboard.status", "token-dashboard.testProvider"])
async def test_a_shell_gets_the_same_by_openclaw_gateway_call(gateway: Gateway, method: str) -> None:
    schema, params = METHODS[method]
    asked = await gateway.machine.openclaw(
        "gateway", "call", method, "--params", json.dumps(params), "--json"
    )
    assert faults(asked.json, schema) == []


async def test_status_asks_the_vendor_when_told_to(client: Client) -> None:
    status = await client.call("token-dashboard.status", refresh=True)
    assert balances(status) == [{"amount": "30.00", "currency": "USD"}]


async def test_a_client_needs_the_methods_scope_and_no_more(gateway: Gateway) -> None:
    for scope in set(SCOPES.values()):
        async with gateway.client(scope) as allowed:
            for method in [name for name in METHODS if SCOPES[name] == scope]:
                await allowed.call(method, **METHODS[method][1])


async def test_without_the_scope_the_gateway_refuses(gateway: Gateway) -> None:
    async with gateway.client("operator.pairing") as outsider:
        for method, needed in SCOPES.items():
            with pytest.raises(Refused) as refused:
                await outsider.call(method)
            assert refused.value.error["code"] == "FORBIDDEN"
            assert refused.value.error["details"]["missingScope"] == needed


@pytest.mark.parametrize(
    ("method", "params", "named"),
    [
        ("token-dashboard.status", {"refresh": "yes"}, "params.refresh"),
        ("token-dashboard.status", {"provider": "opnerouter"}, "openrouter"),
        ("token-dashboard.cached", {"page": 2}, "params.page"),
        ("token-dashboard.history", {"since": "yesterday"}, "params.since"),
    ],
)
async def test_a_wrong_param_is_named_in_the_gateways_shape(
    client: Client, method: str, params: dict[str, Any], named: str
) -> None:
    with pytest.raises(Refused) as refused:
        await client.call(method, **params)
    error = refused.value.error
    assert error["code"] == "INVALID_REQUEST"
    assert named in error["message"]
    assert not error.get("retryable")


async def test_another_plugin_of_the_gateway_gets_the_figures(gateway: Gateway) -> None:
    async with gateway.client("operator.read") as reader:
        await reader.call("token-dashboard.status", refresh=True)
        assert await reader.call("openclaw-caller.left") == {
            "left": [{"provider": "openrouter", "amount": "30.00", "currency": "USD", "stale": False}]
        }


async def test_another_plugin_may_do_no_more_than_its_caller(gateway: Gateway) -> None:
    async with gateway.client("operator.pairing") as outsider:
        with pytest.raises(Refused, match="MISSING_SCOPE"):
            await outsider.call("openclaw-caller.left")


async def test_a_command_of_the_gateway_lists_ours(machine: Machine, client: Client) -> None:
    listed = await client.call("commands.list")
    assert {"tokens", "burn"} <= {one["name"] for one in listed["commands"]}
