"""Blocks, calendar, insights, comparisons, plans, replays and histories, as a person types them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from machine import Machine, Replies

from token_dashboard.contract import read_contract

NOW = datetime.now(UTC)
AUCKLAND = ZoneInfo("Pacific/Auckland")
SCHEMAS = {
    "blocks": ("blocks", "--active"),
    "graph": ("graph",),
    "insights": ("insights",),
    "compare": ("compare",),
    "plan": ("plan", "--paid", "100"),
    "whatif": ("whatif", "--map", "claude-opus-4-5=claude-sonnet-4-5"),
    "account-days": ("history", "report"),
    "account-stats": ("history", "stats"),
    "account-readings": ("history", "export"),
}


async def test_every_answer_is_of_the_same_requests(machine: Machine, replies: Replies) -> None:
    replies.write("s1", NOW - timedelta(minutes=40), 20)
    blocks = (await machine.run("blocks", "--json")).json
    graph = (await machine.run("graph", "--json")).json
    insights = (await machine.run("insights", "--json")).json
    compare = (await machine.run("compare", "--last", "2d", "--json")).json
    plan = (await machine.run("plan", "--paid", "100", "--json")).json
    whatif = (await machine.run("whatif", "--map", "gpt-5.2=claude-opus-4-5", "--json")).json
    cost = insights["total"]["listCost"]
    assert float(cost["amount"]) == pytest.approx(replies.dollars)
    assert sum(float(one["totals"]["listCost"]["amount"]) for one in blocks["blocks"]) == pytest.approx(
        replies.dollars
    )
    assert graph["total"]["listCost"] == cost
    assert sum(float(one["worth"]["amount"]) for one in plan["plans"][0]["months"]) == pytest.approx(
        replies.dollars
    )
    assert whatif["total"] == cost
    assert compare["total"]["later"]["requests"] <= replies.requests


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_an_answer_of_an_empty_home_has_every_member(machine: Machine, schema: str) -> None:
    ran = await machine.run(*SCHEMAS[schema], "--json")
    assert (ran.code, ran.err) == (0, "")
    assert set(ran.json) == set(read_contract(f"schemas/{schema}.schema.json")["required"])


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_a_page_of_an_empty_home_is_a_sentence_or_zeros(machine: Machine, schema: str) -> None:
    ran = await machine.run(*SCHEMAS[schema])
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("blocks --agent claude-cod", "Did you mean claude-code?"),
        ("blocks --since 2026-11-02 --until 2026-11-01", "--since is after --until."),
        ("blocks --recent --since 2026-11-02", "--recent and --since say different things"),
        ("blocks --active --last 3d", "--active and --last say different things"),
        ("blocks --timezone Europe/Berln", "unknown time zone"),
        ("graph --agent zzz", "`tokens agents` lists them."),
        ("plan --paid 3 --agent claude-cod", "Did you mean claude-code?"),
        ("blocks --limit banana", "Write a number of tokens, or max."),
        ("blocks --limit 0", "Write a number of tokens, or max."),
        ("graph --year 20260", "20260 is not in the range"),
        ("graph --by banana", "'cost', 'tokens'"),
        ("insights --last 3y", "Write 7d or 4w"),
        ("insights --last 36h", "isn't days or weeks. Write 7d or 4w"),
        ("compare --last 36h", "isn't days or weeks. Write 7d or 4w"),
        ("insights --last 9999999999d", "Write 7d or 4w"),
        ("insights --since 2026-11-02 --until 2026-11-01", "--since is after --until."),
        ("insights --since 2026-11-02 --last 3d", "can't both say where it begins"),
        ("compare 2026-10", "Two periods are needed"),
        ("compare 2026-10 2026-13", "Write 2026-10, 2026-10-12 or 2026-10-01..2026-10-15."),
        ("compare 2026-10 2026-11-09..2026-11-01", "is no period"),
        ("compare 2198-10 2198-11", "still to come"),
        ("compare 2026-09 2026-10 --last 7d", "can't both be given"),
        ("plan", "Missing option '--paid'"),
        ("plan --paid 0", "is no price of a plan"),
        ("plan --paid codx=3", "Did you mean codex?"),
        ("plan --paid 3 --paid 5", "Name each"),
        ("plan --paid 3 --day 32", "32 is not in the range"),
        ("whatif --map claude-opus-4-5=claude-sonet-4-5", "Did you mean claude-sonnet-4-5"),
        ("whatif --map claude-opus-4-5=", "names no two models"),
        ("whatif --map a=claude-opus-4-5 --map a=claude-opus-4-5", '"a" stands twice'),
        ("whatif --map a=claude-opus-4-5 --map A=claude-opus-4-5", '"A" stands twice'),
        ("whatif --map a=claude-opus-4-5 --last-month --last 3d", "can't both be given"),
        ("history report --provider openruter", "did you mean openrouter?"),
        ("history export --csv --json", "can't both be given"),
        ("history purge", "tokens ledger purge"),
        ("history purge --confirm", "tokens ledger purge"),
    ],
)
async def test_bad_words_are_told_apart_from_bad_luck(machine: Machine, words: str, told: str) -> None:
    ran = await machine.run(*words.split())
    assert (ran.code, ran.out) == (64, "")
    assert told in " ".join(ran.err.split())


async def test_an_agent_that_only_the_ledger_knows_can_be_looked_back_at(machine: Machine) -> None:
    await machine.run(
        "log", "--agent", "house-bot", "--model", "claude-opus-4-5", *("--input", "1000000", "--output", "0")
    )
    blocks = (await machine.run("blocks", "--agent", "house-bot", "--active", "--json")).json
    graph = (await machine.run("graph", "--agent", "house-bot", "--json")).json
    plan = (await machine.run("plan", "--paid", "house-bot=100", "--json")).json
    assert (await machine.run("graph", "--agent", "house-*", "--json")).json["days"] == graph["days"]
    assert [one["totals"]["requests"] for one in blocks["blocks"]] == [1]
    assert graph["total"]["listCost"]["amount"] == plan["plans"][0]["months"][-1]["worth"]["amount"] == "5.00"
    near, far = (
        await machine.run("blocks", "--agent", "house-bt"),
        await machine.run("graph", "--agent", "zz"),
    )
    assert (near.code, far.code) == (64, 64)
    assert "Did you mean house-bot?" in near.err
    assert "In the ledger are: house-bot." in far.err


async def test_days_of_blocks_are_taken_as_reports_take_them(machine: Machine, replies: Replies) -> None:
    replies.write("s1", NOW - timedelta(days=3), 3)
    replies.write("s2", NOW - timedelta(days=1), 3)
    zone, day = ("--timezone", "Pacific/Auckland"), (NOW - timedelta(days=1)).astimezone(AUCKLAND)
    every = (await machine.run("blocks", *zone, "--reverse", "--json")).json
    assert every["timeZone"] == "Pacific/Auckland"
    assert [one["startAt"] for one in every["blocks"]] == sorted(
        (one["startAt"] for one in every["blocks"]), reverse=True
    )
    since = (await machine.run("blocks", *zone, "--since", f"{day:%Y%m%d}", "--json")).json["blocks"]
    until = (await machine.run("blocks", *zone, "--until", f"{day:%Y-%m-%d}", "--json")).json["blocks"]
    assert {one["startAt"] for one in since} < {one["startAt"] for one in every["blocks"]}
    assert {one["startAt"] for one in (*since, *until)} == {one["startAt"] for one in every["blocks"]}


async def test_a_forecast_says_what_matches_nothing(machine: Machine, replies: Replies) -> None:
    replies.write("s1", NOW - timedelta(minutes=40), 3)
    some = (await machine.run("forecast", "--model", "claude-*", "--json")).json
    none = await machine.run("forecast", "--model", "gpt-*")
    assert (some["unmatched"], some["scope"]["model"]) == ({}, "claude-*")
    assert some["month"]["spent"]["amount"] != "0.00"
    assert (none.code, "Nothing in the ledger matches --model gpt-*." in none.out) == (0, True)


async def test_an_export_for_a_spreadsheet_has_a_heading(machine: Machine) -> None:
    ran = await machine.run("history", "export", "--csv")
    assert ran.out.split() == ["provider,account,kind,name,unit,firstAt,lastAt,value"]
