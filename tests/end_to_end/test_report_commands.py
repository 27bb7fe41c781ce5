"""``tokens report`` and the commands that are reports too, as typed."""

import asyncio
import csv
import io
import os
import sys
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from jsonschema import Draft202012Validator
from machine import Machine, Replies

from token_dashboard.contract import read_contract

SCHEMA = Draft202012Validator(read_contract("schemas/report.schema.json"))
WRONG_USAGE, CONFIGURATION = 64, 1


@pytest.fixture
def written(replies: Replies) -> Replies:
    """Four sessions: two in October, two in November 2026, of eleven requests."""
    for name, day, count in (("a", 1, 2), ("b", 31, 3)):
        replies.write(name, datetime(2026, 10, day, 23, 30, tzinfo=UTC), count)
    for name, day, count in (("c", 2, 1), ("d", 3, 5)):
        replies.write(name, datetime(2026, 11, day, 12, tzinfo=UTC), count)
    return replies


@pytest.mark.parametrize(
    ("words", "groups"),
    [
        (("daily",), [("2026-10-01", 2), ("2026-10-31", 3), ("2026-11-02", 1), ("2026-11-03", 5)]),
        (("daily", "--timezone", "Asia/Tokyo", "--limit", "2"), [("2026-10-02", 2), ("2026-11-01", 3)]),
        (("daily", "--since", "20261031", "--until", "2026-11-02"), [("2026-10-31", 3), ("2026-11-02", 1)]),
        (("daily", "--reverse", "--limit", "1"), [("2026-11-03", 5)]),
        (("weekly",), [("2026-09-28", 2), ("2026-10-26", 3), ("2026-11-02", 6)]),
        (("weekly", "--start-of-week", "Tuesday"), [("2026-09-29", 2), ("2026-10-27", 4), ("2026-11-03", 5)]),
        (("monthly", "--year", "2026"), [("2026-10-01", 5), ("2026-11-01", 6)]),
        (("monthly", "--year", "2025"), []),
        (("session",), [("d", 5), ("b", 3), ("a", 2), ("c", 1)]),
        (("session", "--sort", "time"), [("a", 2), ("b", 3), ("c", 1), ("d", 5)]),
        (("session", "--session", "[ab]"), [("b", 3), ("a", 2)]),
        (("models",), [("claude-opus-4-5-20251101", 11)]),
        (("summary", "--period", "all"), [("claude-code", 11)]),
        (("costs", "--by", "project,branch", "--period", "all"), [("/home/me/project", 11)]),
    ],
)  # fmt: skip
async def test_each_command_groups_as_it_says(
    machine: Machine, written: Replies, words: tuple[str, ...], groups: list[tuple[str, int]]
) -> None:
    ran = await machine.run(*words, "--json")
    assert (ran.code, ran.err) == (0, "")
    SCHEMA.validate(ran.json)
    dimension = ran.json["by"][0]
    assert [(row[dimension], row["requests"]) for row in ran.json["rows"]] == groups


async def test_what_was_used_today_is_in_the_summary_and_not_what_was_before(
    machine: Machine, replies: Replies
) -> None:
    now = datetime.now(UTC)
    replies.write("old", now - timedelta(days=40), 1)
    assert (await machine.run("summary")).out.startswith("Nothing was used in this period.")
    replies.write("new", now, 2, every=timedelta())
    assert (await machine.run("summary", "--json")).json["total"]["requests"] == 2
    assert (await machine.run("report", "--by", "hour", "--last", "36h", "--json")).json["total"][
        "requests"
    ] == 2


async def test_every_format_holds_the_same_total(machine: Machine, written: Replies) -> None:
    total = (await machine.run("daily", "--json")).json["total"]
    rows = list(csv.DictReader(io.StringIO((await machine.run("daily", "--csv")).out)))
    assert sum(int(row["input_tokens"]) for row in rows) == total["inputTokens"] == written.all_input
    shown = f"${written.dollars:.2f}"
    for form in ((), ("--markdown",), ("--html",)):
        assert shown in (await machine.run("daily", *form)).out
    book = machine.home / "usage.xlsx"
    ran = await machine.run("daily", "--xlsx", str(book))
    assert (ran.code, ran.out, ran.err) == (0, "", f"{book}: 4 rows\n")
    assert book.read_bytes().startswith(b"PK")
    missing = await machine.run("daily", "--xlsx", str(machine.home / "no" / "usage.xlsx"))
    assert (missing.code, missing.err) == (
        CONFIGURATION,
        f"{machine.home}/no/usage.xlsx: No such file or directory.\n",
    )


async def test_a_workbook_without_its_library_names_the_extra(machine: Machine, written: Replies) -> None:
    (machine.home / "xlsxwriter.py").write_text("raise ModuleNotFoundError")
    ran = await machine.run("daily", "--xlsx", "usage.xlsx")
    assert (ran.code, ran.out) == (CONFIGURATION, "")
    assert "pip install 'token-dashboard[xlsx]'" in ran.err


async def test_a_reader_that_leaves_early_hears_no_complaint(machine: Machine, written: Replies) -> None:
    for words in (("daily", "--by", "session,model"), ("daily", "--csv"), ("report", "--html")):
        reading, writing = os.pipe()
        os.close(reading)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "token_dashboard", *words),
            stdout=writing,
            stderr=asyncio.subprocess.PIPE,
            env=machine.shell(),
        )
        os.close(writing)
        _, err = await process.communicate()
        assert (process.returncode, err) == (0, b"")


async def test_each_row_can_be_told_by_model(machine: Machine, written: Replies) -> None:
    table = (await machine.run("monthly", "-b")).out.splitlines()
    assert [line.split("  ")[0] for line in table[1:3]] == ["Oct 2026", ""]
    assert table[2].strip().startswith("claude-opus-4-5-20251101")


async def test_a_name_that_the_table_cuts_can_be_pasted_back(machine: Machine, replies: Replies) -> None:
    for session in ("checkout-eur", "checkout-usd"):
        replies.write(session, datetime(2026, 11, 2, 12, tzinfo=UTC), 2)
    shown = (await machine.run("session")).out.splitlines()[1].split()[0]
    assert shown.endswith("…")
    assert (await machine.run("session", "--session", shown, "--json")).json["total"]["requests"] == 2


async def test_costs_are_shown_in_the_owners_currency(machine: Machine, written: Replies) -> None:
    machine.configure(display={"currency": "EUR", "ratesFile": "rates.csv"})
    missing = await machine.run("costs")
    assert (missing.code, "rates.csv: as display.ratesFile can't be read" in missing.err) == (
        CONFIGURATION,
        True,
    )
    rates = machine.home / ".config" / "token-dashboard" / "rates.csv"
    rates.write_text("date,EUR\n2026-10-01,0.5\n2026-11-01,2\n")
    by_month = (await machine.run("monthly", "--json")).json
    assert by_month["currency"] == "EUR"
    for row, rate in zip(by_month["rows"], (0.5, 2), strict=True):
        shown = float(row["shownCost"]["amount"])
        assert shown == pytest.approx(rate * float(row["listCost"]["amount"]))
    assert (await machine.run("monthly", "--currency", "usd", "--json")).json["currency"] is None
    rates.write_text("date,EUR\n2026-10-01,0.5\nyesterday,1\n")
    broken = await machine.run("monthly")
    assert (broken.code, "rates.csv: line 3 needs a day" in broken.err) == (CONFIGURATION, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("report --by banana", "Choose from: agent, app, branch, day, feature, hour, machine, model"),
        ("costs --period banana", "'day', 'week', 'month', 'last-month', 'year', 'all'"),
        ("daily --since 2026-11-02 --until 2026-11-01", "--since is after --until"),
        ("daily --year 99999", "1970 to 2199"),
        ("daily --last 3y", "write 36h, 7d or 4w"),
        ("daily --last=", "write 36h, 7d or 4w"),
        ("monthly --year=", "write one like 2026"),
        ("monthly --year " + "9" * 5000, "write one like 2026"),
        ("daily --currency=", "write a code like EUR"),
        ("daily --currency EU;R", "write a code like EUR"),
        ("daily --time-zone=", "use a name like Europe/Berlin"),
        ("daily --today --last 3d", "--today and --last say different things"),
        ("daily --json --csv", "--json, --csv: give one format only."),
        ("daily --json --csv --html", "--json, --csv, --html: give one format only."),
        ("models --sort time", "group by hour, day, week, month or session"),
        ("daily --time-zone Mars/Olympus", "unknown time zone"),
    ],
)
async def test_wrong_usage_is_told_with_what_is_allowed(machine: Machine, words: str, said: str) -> None:
    ran = await machine.run(*words.split())
    assert (ran.code, ran.out) == (WRONG_USAGE, "")
    assert said in ran.err


async def test_a_program_gets_the_figures_that_a_person_does(machine: Machine, replies: Replies) -> None:
    replies.write("now", datetime.now(UTC) - timedelta(days=2), 3)
    typed = (await machine.run("report", "--by", "day", "--last", "7d", "--json")).json
    async with (
        machine.serving() as url,
        aiohttp.ClientSession() as client,
        client.post(f"{url}/rpc/token-dashboard.history", json={"days": 7}) as answer,
    ):
        asked = (await answer.json())["payload"]
    assert typed["total"]["requests"] == 3
    assert asked == typed
