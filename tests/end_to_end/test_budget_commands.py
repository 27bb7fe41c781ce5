"""``tokens budget``, ``tokens forecast`` and ``tokens guard``, as people and scripts type them."""

from datetime import UTC, datetime, timedelta

import pytest
from machine import Machine, Replies
from vendor_server import VendorServer

GOOD, STOP, WRONG_USAGE, UNKNOWN = 0, 1, 64, 69


def use(replies: Replies) -> None:
    """Ten cents, just now."""
    replies.write("s", datetime.now(UTC), 3, every=timedelta(0))


async def test_a_budget_is_set_raised_shown_and_removed(machine: Machine, replies: Replies) -> None:
    use(replies)
    done = await machine.run("budget", "set", "$5", "a", "day", "for", "agent", "claude-code")
    row = done.out.splitlines()[1].split()
    assert (done.code, row[:4]) == (GOOD, ["daily-claude-code", "$0.10", "$5", "$4.90"])
    raised = await machine.run("budget", "raise", "daily-claude-code", "2", "today", "--json")
    [state] = raised.json["budgets"]
    assert state["limit"] == {"amount": "7.00", "currency": "USD"}
    assert state["budget"]["scope"]["agent"] == "claude-code"
    shown = await machine.run("budget")
    assert "$2 of it until tomorrow 00:00" in shown.out
    assert (await machine.run("budget", "remove", "daily-claude-code")).code == GOOD
    assert (await machine.run("budget")).out == "No budget is set.\nTo set one: tokens budget set 5/day\n"


async def test_words_that_say_nothing_are_wrong_usage_with_examples(machine: Machine) -> None:
    for words in (["set", "lunch"], ["add", "2"], ["remove", "nobody"], ["raise"], ["banana"]):
        ran = await machine.run("budget", *words)
        assert (ran.code, ran.out) == (WRONG_USAGE, "")
    assert "tokens budget set 5/day" in (await machine.run("budget", "set", "lunch")).err


@pytest.mark.parametrize("group", ["budget", "alerts"])
async def test_a_configuration_and_json_may_be_wanted_before_a_subcommand_or_behind_it(
    machine: Machine, group: str
) -> None:
    other = machine.home / "other.toml"
    other.write_text('timeZone = "Asia/Tokyo"')
    config, subcommand = ("--config", str(other)), ("set", "5/day") if group == "budget" else ("history",)
    for words in (
        (*config, group, "--json", *subcommand),
        (group, *config, "--json", *subcommand),
        (group, *subcommand, *config, "--json"),
    ):
        assert (await machine.run(*words)).json["timeZone"] == "Asia/Tokyo", words


async def test_a_forecast_of_a_young_ledger_says_so(machine: Machine, replies: Replies) -> None:
    use(replies)
    ran = await machine.run("forecast", "--agent", "claude-code")
    assert ran.code == GOOD
    assert "for agent claude-code" in ran.out
    assert "$0.10 so far, too young: 0 of 3 days of history" in ran.out
    nothing = await machine.run("forecast", "--model", "no-such-model")
    assert "Nothing in the ledger matches --model no-such-model." in nothing.out
    document = (await machine.run("forecast", "--model", "no-such-model", "--json")).json
    assert document["month"]["spent"] == {"amount": "0.00", "currency": "USD"}
    assert (await machine.run("forecast", "--provider", "banana")).code == WRONG_USAGE


async def test_a_guard_lets_go_stops_and_says_why_in_one_line(machine: Machine, replies: Replies) -> None:
    use(replies)
    machine.configure(budgets=[{"name": "daily", "period": "day", "amountUsd": 1}])
    go = await machine.run("guard", "--budget", "daily", "--min", "0.50")
    assert (go.code, go.out) == (GOOD, "go: daily $0.90 left\n")
    stop = await machine.run("guard", "--budget", "daily", "--min", "0.95")
    assert (stop.code, stop.out) == (STOP, "stop: daily $0.90 left, under $0.95\n")


async def test_several_demands_are_met_only_together(machine: Machine, replies: Replies) -> None:
    use(replies)
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor, budgets=[{"name": "daily", "period": "day", "amountUsd": 1}])
        asked = ("--budget", "daily", "--min", "0.50", "--balance", "openrouter", "--min")
        go = await machine.run("guard", *asked, "3")
        requests = len(vendor.requests)
        stop = await machine.run("guard", *asked, "4", "--json")
        assert len(vendor.requests) == requests  # the stored answer was fresh
    assert (go.code, go.out) == (GOOD, "go: daily $0.90 left; OpenRouter $3.21 left\n")
    assert stop.code == STOP
    assert [one["verdict"] for one in stop.json["findings"]] == ["stop", "go"]
    assert stop.json["findings"][0]["left"] == {"amount": "3.21", "currency": "USD"}


async def test_what_nobody_knows_is_neither_go_nor_stop(machine: Machine) -> None:
    async with VendorServer.playing("openrouter", "500") as vendor:
        machine.use(vendor)
        for words in (["--balance", "openrouter", "--min", "2"], ["--window", "claude-oauth", "--max", "90"]):
            ran = await machine.run("guard", *words)
            assert (ran.code, ran.out[:9]) == (UNKNOWN, "unknown: ")
            assert (await machine.run("guard", *words, "--fail-open")).code == GOOD


async def test_a_guard_whose_configuration_cannot_be_read_does_not_know(machine: Machine) -> None:
    machine.configure(budgets="none")
    ran = await machine.run("guard", "--budget", "daily")
    assert ran.code == UNKNOWN
    assert ran.out.startswith("unknown: ")
    assert "config.json: $.budgets is" in ran.out


async def test_a_slip_of_the_pen_is_never_let_through(machine: Machine) -> None:
    for words in (
        [],
        ["--budget", "dayly"],
        ["--balance", "opnrouter"],
        ["--min", "2", "--budget", "daily"],
        ["--balance", "openrouter", "--max", "2"],
        ["--balance", "openrouter", "--min", "two"],
        ["--balance", "openrouter", "--min", "99999999999"],
        ["--window", "claude-oauth", "--max", "-1"],
    ):
        assert (await machine.run("guard", "--fail-open", *words)).code == WRONG_USAGE
