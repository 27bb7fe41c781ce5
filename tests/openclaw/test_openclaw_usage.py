"""What the gateway's agent uses is counted as it happens, and once."""

from decimal import Decimal
from typing import Any

from openclaw_client import Client
from openclaw_machine import Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_model import CACHED, COST, INPUT, MODEL, OUTPUT, ModelServer
from openclaw_telegram import Telegram
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY

FIGURES = ("requests", "inputTokens", "cacheReadInputTokens", "outputTokens")


async def used(client: Client) -> dict[str, int]:
    """The loopback model's figures so far."""
    answer = await client.call("token-dashboard.history", by=["model"])
    rows: list[dict[str, Any]] = [row for row in answer["rows"] if row["model"] == MODEL]
    return {name: sum(row[name] for row in rows) for name in FIGURES}


def more(before: dict[str, int], requests: int) -> dict[str, int]:
    """The figures after so many more requests."""
    each = dict(zip(FIGURES, (1, INPUT, CACHED, OUTPUT), strict=True))
    return {name: before[name] + requests * each[name] for name in FIGURES}


async def test_a_reply_is_in_the_figures_within_a_second(
    gateway: Gateway, client: Client, model: ModelServer
) -> None:
    before, asked = await used(client), len(model.requests)
    assert model.answer in await client.say("hello")
    wanted = more(before, len(model.requests) - asked)
    assert wanted["requests"] > before["requests"]

    async def is_there() -> bool:
        return await used(client) == wanted

    assert await until(is_there, 5) < 1
    assert f"OpenClaw · {MODEL}" in await client.say("/tokens")


async def test_what_openclaw_worked_out_as_its_cost_is_kept_apart_from_list_prices(
    client: Client, model: ModelServer
) -> None:
    await client.say("hello")
    rows = (await client.call("token-dashboard.history", by=["model"]))["rows"]
    [row] = [row for row in rows if row["model"] == MODEL]
    assert row["listCost"] is None
    assert Decimal(row["recordedCost"]["amount"]) == row["requests"] * COST


async def test_a_reply_on_telegram_counts_too(
    gateway: Gateway, client: Client, model: ModelServer, telegram: Telegram
) -> None:
    before, asked = await used(client), len(model.requests)
    assert model.answer in await telegram.reply_to("hello bot")

    async def is_there() -> bool:
        return await used(client) == more(before, len(model.requests) - asked)

    await until(is_there)


async def test_openclaws_own_records_add_nothing(
    gateway: Gateway, client: Client, model: ModelServer
) -> None:
    before, asked = await used(client), len(model.requests)
    await client.say("hello again")
    wanted = more(before, len(model.requests) - asked)

    async def is_there() -> bool:
        return await used(client) == wanted

    await until(is_there)
    scanned = await gateway.machine.openclaw("tokens", "scan", "--json")
    assert scanned.code == 0, scanned
    assert await used(client) == wanted


async def test_no_word_of_the_conversation_is_stored(
    gateway: Gateway, client: Client, model: ModelServer
) -> None:
    await client.say("canary question of a person")
    files = list(gateway.machine.ledger.parent.glob("*"))
    assert files
    stored = b"".join(file.read_bytes() for file in files if file.is_file())
    assert b"canary question" not in stored
    assert model.answer.encode() not in stored
