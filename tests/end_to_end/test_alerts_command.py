"""``tokens alerts`` in a terminal and for scripts."""

from machine import Machine
from vendor_server import VendorServer

GOOD, NOTHING_REACHABLE, WRONG_USAGE = 0, 4, 64
LOW = {"alertThresholds": {"*": {"balanceUsd": 1_000_000}}}


async def test_a_crossing_is_told_with_figure_and_threshold(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor, **LOW)
        typed = await machine.run("alerts")
        document = await machine.run("alerts", "--json")
    assert typed.out.startswith("⚠ OpenRouter $")
    assert "(under $1,000,000)\n  since " in typed.out
    assert (typed.code, document.code) == (GOOD, GOOD)
    [alert] = document.json["standing"]
    assert alert["threshold"] == {"amount": "1000000.00", "currency": "USD"}
    assert document.json["delivery"] is None


async def test_without_a_crossing_there_is_nothing_to_warn_of(machine: Machine) -> None:
    assert (await machine.run("alerts")).out.startswith("Nothing to warn of.")


async def test_an_account_that_cannot_be_asked_shows_in_the_exit_code(machine: Machine) -> None:
    async with VendorServer.playing("openrouter", "500") as vendor:
        machine.use(vendor, **LOW)
        ran = await machine.run("alerts", "--json")
    assert ran.code == NOTHING_REACHABLE
    assert ran.json["standing"] == []


async def test_it_answers_beside_a_running_gateway(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor, **LOW)
        async with machine.serving():
            ran = await machine.run("alerts", "--json")
    assert [alert["kind"] for alert in ran.json["standing"]] == ["low_balance"]


async def test_a_word_that_is_not_known_is_wrong_usage(machine: Machine) -> None:
    assert (await machine.run("alerts", "here")).code == WRONG_USAGE
