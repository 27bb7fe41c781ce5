"""OpenRouter's daily report beside the ledger: ``tokens reconcile`` and ``tokens providers books``."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from machine import Machine
from vendor_server import VendorServer

from token_dashboard.contract import read_contract

NOW = datetime.now(UTC)
GPT, CLAUDE, NEW = "openai/gpt-5.2", "anthropic/claude-opus-4.5", "openai/gpt-of-tomorrow"
TODAY = 0


def day(ago: int) -> str:
    return str((NOW - timedelta(days=ago)).date())


def row(ago: int, model: str, usage: float, prompt: int, output: int, endpoint: str = "e1") -> dict[str, Any]:
    return {
        "date": day(ago),
        "model": model,
        "endpoint_id": endpoint,
        "usage": usage,
        "byok_usage_inference": 0,
        "requests": 1,
        "prompt_tokens": prompt,
        "completion_tokens": output,
        "reasoning_tokens": 0,
        "cached_tokens": 0,
    }


async def uses(machine: Machine, ago: int, model: str, prompt: int, output: int) -> None:
    """A request through OpenRouter at the beginning of that day."""
    words = ["--provider", "openrouter", "--model", model, "--input", str(prompt), "--output", str(output)]
    ran = await machine.run("log", *words, "--time", f"{day(ago)}T00:00:00Z")
    assert ran.code == 0, ran.err


async def asked(machine: Machine, answer: dict[str, Any], *words: str, code: int) -> dict[str, Any]:
    """What a command says, as JSON, when the account's books are answered like this."""
    wallet = {"data": {"total_credits": 50, "total_usage": 12.5}}
    exchanges = [
        {"request": {"path": "/credits", "key": "management key"}, "response": {"body": wallet}},
        {"request": {"path": "/activity", "key": "management key"}, "response": answer},
    ]
    case = {"about": "One account.", "keys": ["management key"], "exchanges": exchanges}
    async with VendorServer.playing("openrouter", cases={"good": case}) as vendor:
        machine.use(vendor)
        ran = await machine.run(*words, "--json")
    assert ran.code == code, ran.out + ran.err
    return ran.json


async def reconciled(machine: Machine, *rows: dict[str, Any], tolerance: str = "1%", code: int = 0) -> Any:
    words = ["reconcile", "--provider", "openrouter", "--tolerance", tolerance]
    told = await asked(machine, {"body": {"data": list(rows)}}, *words, code=code)
    Draft202012Validator(read_contract("schemas/reconciliation.schema.json")).validate(told)
    return told


def parts(told: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(one["kind"], one["money"]["amount"], one["day"] or one["model"]) for one in told["parts"]]


async def test_an_equal_bill_leaves_no_gap_however_many_endpoints_served_it(machine: Machine) -> None:
    await uses(machine, 2, GPT, 1_000_000, 100_000)
    await uses(machine, 1, CLAUDE, 100_000, 20_000)
    told = await reconciled(
        machine,
        row(2, GPT, 2.10, 600_000, 75_000),
        row(2, GPT, 1.05, 400_000, 25_000, "e2"),
        row(1, CLAUDE, 1.00, 100_000, 20_000),
        tolerance="0%",
    )
    amounts = [told[name]["amount"] for name in ("billed", "logged", "gap")]
    assert (amounts, told["days"], parts(told)) == (["4.15", "4.15", "0.00"], 2, [])


async def test_a_missing_day_an_unpriced_model_and_today_are_told_apart(machine: Machine) -> None:
    await uses(machine, 3, GPT, 1_000_000, 100_000)
    await uses(machine, 1, NEW, 1_000_000, 0)
    await uses(machine, TODAY, GPT, 1_000_000, 0)
    bill = [
        row(3, GPT, 3.15, 1_000_000, 100_000),
        row(2, GPT, 1.75, 1_000_000, 0),
        row(1, NEW, 0.50, 1_000_000, 0),
    ]
    told = await reconciled(machine, *bill, code=1)
    assert parts(told) == [
        ("missing_day", "1.75", day(2)),
        ("late_data", "-1.75", day(TODAY)),
        ("unpriced_model", "0.50", NEW),
    ]
    assert told["unexplained"]["amount"] == "0.00"


@pytest.mark.parametrize(("tolerance", "code"), [("1%", 1), ("10%", 0)])
async def test_the_tolerance_decides_the_exit_code(machine: Machine, tolerance: str, code: int) -> None:
    await uses(machine, 1, GPT, 1_000_000, 0)
    told = await reconciled(machine, row(1, GPT, 1.66, 1_000_000, 0), tolerance=tolerance, code=code)
    assert parts(told) == [("price", "-0.09", GPT)]


async def test_refused_books_are_nothing_to_compare_with_and_leave_the_balance(machine: Machine) -> None:
    await asked(machine, {"status": 403, "body": {}}, "reconcile", "--provider", "openrouter", code=1)
    told = (await machine.run("status", "--json")).json
    [account] = told["accounts"]
    assert account["snapshot"]["balances"][0]["money"]["amount"] == "37.50"
    assert account["snapshot"]["notes"] == ["openrouter-books-unread"]
    assert "report by day unread" in (await machine.run("status")).out


async def test_the_books_stand_beside_what_was_logged(machine: Machine) -> None:
    await uses(machine, 1, GPT, 1_000_000, 0)
    await asked(machine, {"body": {"data": [row(1, GPT, 1.75, 1_000_000, 0)]}}, "status", code=0)
    told = (await machine.run("providers", "books", "openrouter", "--json")).json
    [one] = told["days"]
    assert (one["day"], one["scope"], one["partial"]) == (day(1), "account", False)
    assert one["vendor"]["costs"] == [{"amount": "1.75", "currency": "USD"}]
    assert [each["model"] for each in one["models"]] == [GPT]
    assert "$1.75" in (await machine.run("providers", "books", "openrouter")).out
