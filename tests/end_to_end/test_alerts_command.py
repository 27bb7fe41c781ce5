"""``tokens alerts`` in a terminal and for scripts."""

import asyncio

from jsonschema import Draft202012Validator
from machine import Machine
from message_sinks import HttpSink
from vendor_server import VendorServer

from token_dashboard.contract import read_contract

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


async def test_a_settled_alert_is_acknowledged_snoozed_and_remembered(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor, **LOW)
        async with machine.serving(), asyncio.timeout(30):
            while not (past := (await machine.run("alerts", "history", "--json")).json)["alerts"]:
                pass
        acknowledged = await machine.run("alerts", "ack", "openrouter", "--json")
        typed = await machine.run("alerts", "ack", "1")
        snoozed = await machine.run("alerts", "snooze", "1", "2h", "--json")
        shown = await machine.run("alerts", "history")
    _check(past, "alert-history")
    _check(acknowledged.json, "alerts")
    assert past["alerts"][0]["number"] == 1
    assert acknowledged.json["standing"][0]["acknowledgedAt"] is not None
    assert typed.out == "Noted. Nothing more is said of #1\n  OpenRouter unless it grows worse.\n"
    assert snoozed.json["standing"][0]["snoozedUntilAt"] is not None
    assert shown.out.splitlines()[0].split() == ["#", "Since", "Until", "Alert"]
    assert "OpenRouter $3.21" in shown.out


async def test_what_a_channel_refused_is_shown_wherever_alerts_are(machine: Machine) -> None:
    async with VendorServer.playing("openrouter") as vendor, HttpSink(statuses=[410]).open() as sink:
        hook = {"webhook": sink.url, "secret": "long-secret"}
        machine.use(vendor, **LOW, notify={"channels": {"ops": hook}})
        async with machine.serving(), asyncio.timeout(30):
            while not (shown := (await machine.run("alerts", "--json")).json)["undelivered"]:
                pass
        typed, chatted = await machine.run("alerts"), await machine.run("chat", "/tokens alerts")
        doctor = await machine.run("doctor")
    assert [(one["channel"], one["fate"]) for one in shown["undelivered"]] == [("ops", "refused")]
    assert "Not delivered\nops: refused" in typed.out
    assert "Not delivered\nops: refused" in chatted.out
    assert "refused (HTTP 410)" in doctor.out
    assert "secret-in-path" not in f"{typed}{chatted}{doctor}"


async def test_without_a_past_the_history_says_so(machine: Machine) -> None:
    assert (await machine.run("alerts", "history")).out == "Nothing was ever warned of.\n"


async def test_what_does_not_stand_and_what_is_no_time_or_channel_is_wrong_usage(machine: Machine) -> None:
    machine.configure(
        notify={"channels": {"ops": {"webhook": "http://127.0.0.1:9/x", "secret": "long-secret"}}}
    )
    for words in (["ack", "7"], ["ack"], ["snooze", "7", "soon"], ["snooze", "7", "2h"], ["test", "phone"]):
        ran = await machine.run("alerts", *words)
        assert (ran.code, ran.out) == (WRONG_USAGE, "")
    assert "Channels: ops." in (await machine.run("alerts", "test", "phone")).err


async def test_a_channel_that_cannot_be_reached_says_so_for_programs_too(machine: Machine) -> None:
    machine.configure(
        notify={"channels": {"ops": {"webhook": "http://127.0.0.1:9/x", "secret": "long-secret"}}}
    )
    ran = await machine.run("alerts", "test", "ops", "--json")
    assert ran.code == NOTHING_REACHABLE
    assert (ran.json["channel"], ran.json["outcome"]) == ("ops", "failed")
    assert "long-secret" not in ran.out


def _check(answer: dict[str, object], schema: str) -> None:
    problems = Draft202012Validator(read_contract(f"schemas/{schema}.schema.json")).iter_errors(answer)
    assert [f"{problem.json_path}: {problem.message}" for problem in problems] == []
