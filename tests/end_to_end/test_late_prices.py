"""A model that is used before anybody knows its price, and the price that comes later."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from machine import Machine, Replies

from token_dashboard.pricing.document import digest

AN_HOUR_AGO = datetime.now(UTC) - timedelta(hours=1)
NEW = "claude-of-next-year"
OUTPUT = 200 + 201 + 202


def used(home: Path, session: str) -> None:
    """Three requests of a model that no list has."""
    log = Replies(home).write(session, AN_HOUR_AGO, 3)
    log.write_text(log.read_text().replace("claude-opus-4-5-20251101", NEW))


def book(dollars_for_output: int) -> str:
    vendors = {
        "anthropic": [
            {
                "id": NEW,
                "prices": [{"rates": [0, 0, 0, 0, dollars_for_output * 10**9]}],
                "source": "the vendor's list",
            }
        ]
    }
    return json.dumps({"format": 1, "as_of": "2099-01-01", "digest": digest(vendors), "vendors": vendors})


async def cost(machine: Machine) -> tuple[Decimal | None, int]:
    """What it cost, and the tokens without a price."""
    totals: dict[str, Any] = (await machine.run("report", "--json")).json["total"]
    amount = totals["listCost"]
    return amount and Decimal(amount["amount"]), totals["unpricedTokens"]


async def test_a_price_of_ones_own_is_for_what_was_counted_before_it(machine: Machine) -> None:
    used(machine.home, "s")
    before = await cost(machine)
    machine.configure(prices={"overrides": {NEW: {"inputPerMillion": 0, "outputPerMillion": 1000}}})
    after = await cost(machine)
    assert before == (None, 3 * 8_100 + OUTPUT)
    assert after == (OUTPUT * Decimal("0.001"), 0)
    assert (await machine.run("explain", NEW, "--verify")).code == 0
    assert (await machine.run("audit")).code == 0
    assert (await machine.run("ledger", "check")).code == 0


async def test_a_gateway_that_runs_takes_the_book_that_was_brought(machine: Machine) -> None:
    newer = machine.home / "book.json"
    newer.write_text(book(1000))
    async with machine.serving():
        used(machine.home, "before")
        assert (await cost(machine))[1] > 0
        brought = await machine.run("prices", "update", "--from", str(newer))
        assert "what had no price gets one" in brought.out
        used(machine.home, "after")
        assert await cost(machine) == (2 * OUTPUT * Decimal("0.001"), 0)
