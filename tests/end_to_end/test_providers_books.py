"""``tokens providers books``: the vendor's own days beside what agents logged."""

from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator
from machine import Machine, Replies
from vendor_server import VendorServer

from token_dashboard.contract import read_contract

NOW = datetime.now(UTC).replace(microsecond=0)
YESTERDAY = (NOW - timedelta(days=1)).date()


def cases() -> dict[str, object]:
    """Yesterday cost $12.50 and took 10,750 tokens of input; the answers are shaped as Anthropic's."""

    def page(*results: object) -> dict[str, object]:
        day = {"starting_at": f"{YESTERDAY}T00:00:00Z", "results": list(results)}
        return {"data": [day], "has_more": False, "next_page": None}

    cost = {"currency": "USD", "amount": "1250", "description": "Claude Usage", "model": None}
    usage = {
        "model": "claude-sonnet-4-5",
        "uncached_input_tokens": 1500,
        "cache_creation": {"ephemeral_5m_input_tokens": 200, "ephemeral_1h_input_tokens": 50},
        "cache_read_input_tokens": 9000,
        "output_tokens": 700,
    }
    asked = {
        "/v1/organizations/cost_report": page(cost),
        "/v1/organizations/usage_report/messages": page(usage),
    }
    exchanges = [
        {"request": {"path": path, "key": "Admin key"}, "response": {"body": body}}
        for path, body in asked.items()
    ]
    return {"good": {"about": "One day.", "keys": ["Admin key"], "exchanges": exchanges}}


@pytest.mark.parametrize("words", [(), ("anthropic",)])
async def test_each_day_stands_beside_what_was_logged(
    machine: Machine, replies: Replies, words: tuple[str, ...]
) -> None:
    replies.write("first", NOW - timedelta(days=1), 1)
    async with VendorServer.playing("anthropic", cases=cases()) as vendor:
        machine.use(vendor)
        await machine.run("status", "--refresh")
        ran = await machine.run("providers", "books", *words)
        told = (await machine.run("providers", "books", *words, "--json")).json
    assert ran.code == 0
    assert "$12.50" in ran.out
    assert "10.8 k" in ran.out or "11 k" in ran.out
    Draft202012Validator(read_contract("schemas/vendor-report.schema.json")).validate(told)
    [day] = [one for one in told["days"] if one["day"] == str(YESTERDAY)]
    assert day["vendor"]["costs"] == [{"amount": "12.50", "currency": "USD"}]
    assert day["vendor"]["inputTokens"] == 10_750
    assert day["logged"]["requests"] == 1
    assert day["difference"]["inputTokens"] == 10_750 - day["logged"]["inputTokens"]


async def test_nothing_told_is_said(machine: Machine) -> None:
    ran = await machine.run("providers", "books")
    assert (ran.code, ran.out) == (0, "No vendor has told of these days.\n")


async def test_an_unknown_provider_is_named(machine: Machine) -> None:
    ran = await machine.run("providers", "books", "nope")
    assert ran.code == 64
    assert "unknown provider 'nope'" in ran.err
