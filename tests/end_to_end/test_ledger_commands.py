"""Keeping and moving the ledger, as a person types it."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from machine import Machine, Replies

DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - DAY


@pytest.fixture
def another(tmp_path: Path) -> Machine:
    """A second computer, without logs."""
    home = tmp_path / "another"
    home.mkdir()
    return Machine(home)


async def reported(machine: Machine) -> str:
    ran = await machine.run("report", "--by", "agent,model,day", "--json")
    assert ran.code == 0, ran.err
    return ran.out


async def test_a_backup_restored_on_a_new_machine_gives_identical_reports(
    machine: Machine, another: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("s", now, 30)
    expected = await reported(machine)
    copy = machine.home / "copy.db"
    backed_up = await machine.run("ledger", "backup", str(copy))
    assert (backed_up.code, backed_up.err) == (0, "")
    assert backed_up.out.endswith("checked.\n")
    restored = await another.run("ledger", "restore", str(copy))
    assert restored.code == 0, restored.err
    assert "now holds 30 requests" in " ".join(restored.out.split())
    assert await reported(another) == expected


async def test_a_backup_is_not_written_over_by_accident(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("s", now, 1)
    await machine.run("scan")
    copy = machine.home / "copy.db"
    copy.write_text("mine")
    refused = await machine.run("ledger", "backup", str(copy))
    assert (refused.code, copy.read_text()) == (1, "mine")
    assert "--force" in refused.err
    itself = await machine.run("ledger", "backup", str(machine.ledger), "--force")
    assert (itself.code, "the ledger itself" in itself.err) == (1, True)
    assert (await machine.run("ledger", "backup", str(copy), "--force")).code == 0
    os.mkfifo(pipe := machine.home / "pipe")
    no_file = await machine.run("ledger", "backup", str(pipe), "--force")
    assert (no_file.code, no_file.err) == (1, f"Error: {pipe} is no regular file. Name another one.\n")
    assert pipe.is_fifo()


@pytest.mark.parametrize("words", [("backup",), ("export", "-o")], ids=" ".join)
async def test_a_file_that_cannot_be_written_is_named_as_it_was_typed(
    machine: Machine, words: tuple[str, ...]
) -> None:
    await machine.run("scan")
    ran = await machine.run("ledger", *words, "nowhere/copy")
    assert (ran.code, ran.err) == (1, "nowhere/copy: No such file or directory.\n")


async def test_a_restore_waits_until_no_gateway_runs(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("s", now, 3)
    await machine.run("scan")
    copy = machine.home / "copy.db"
    async with machine.serving():
        assert (await machine.run("ledger", "backup", str(copy))).code == 0
        refused = await machine.run("ledger", "restore", str(copy))
        assert refused.code == 1
        assert "A gateway runs" in refused.err
    restored = await machine.run("ledger", "restore", str(copy))
    assert restored.code == 0, restored.err
    kept = next(machine.ledger.parent.glob("ledger.db.before-restore-*"))
    assert str(kept) in restored.out


@pytest.mark.parametrize("content", ["", "just notes"])
async def test_what_is_no_ledger_is_not_restored(machine: Machine, content: str) -> None:
    (machine.home / "notes").write_text(content)
    refused = await machine.run("ledger", "restore", "notes")
    assert refused.code == 1
    assert refused.err.startswith("The ledger notes cannot be used: it is no")


async def test_purging_asks_and_where_nobody_can_be_asked_it_wants_a_word(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("old", now - 9 * DAY, 4)
    replies.write("new", now, 2)
    await machine.run("scan")
    before = (now - 5 * DAY).date().isoformat()
    assert (await machine.run("ledger", "purge")).code == 64
    assert (await machine.run("ledger", "purge", "--before", before, "--agent", "")).code == 64
    refused = await machine.run("ledger", "purge", "--before", before)
    assert refused.code == 64
    assert f"Delete 4 requests before {before}, from the totals too?" in refused.err
    assert (await machine.run("ledger", "stats", "--json")).json["requests"] == 6
    purged = await machine.run("ledger", "purge", "--before", before, "--confirm")
    assert purged.out.startswith(f"Deleted: 4 requests before {before}.")
    replies.write("newer", now + timedelta(hours=1), 1)
    assert json.loads(await reported(machine))["total"]["requests"] == 3
    assert (await machine.run("ledger", "check")).out == "ok\n"
    nothing = await machine.run("ledger", "purge", "--agent", "nobody")
    assert nothing.out == "There is nothing to delete: 0 requests of nobody.\n"


async def test_an_export_brought_in_elsewhere_gives_identical_reports_however_often(
    machine: Machine, another: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("s", now, 40)
    await machine.run("log", "--model", "nobody-knows-it", "--input", "10", "--output", "3")
    expected = await reported(machine)
    file = machine.home / "usage.jsonl"
    exported = await machine.run("ledger", "export", "-o", str(file))
    assert (exported.code, exported.out, exported.err) == (0, "", f"{file}: 41 requests\n")
    assert file.stat().st_mode & 0o777 == 0o600
    for new in (41, 0):
        ran = await another.run("ledger", "import", str(file), "--json")
        assert (ran.code, ran.json["found"], ran.json["new"]) == (0, 41, new)
    assert await reported(another) == expected


async def test_an_export_has_what_was_brought_in_again_by_the_id_that_an_earlier_one_had(
    machine: Machine, another: Machine
) -> None:
    day = {"agent": "claude", "modelsUsed": ["claude-opus-4-5"], "inputTokens": 7, "outputTokens": 3}
    (machine.home / "daily.json").write_text(json.dumps({"daily": [day | {"date": "2026-11-20"}]}))
    file = machine.home / "usage.jsonl"
    for new in (1, 0, 0):
        assert (await machine.run("import", "ccusage", "daily.json", "--json")).json["new"] == 1
        assert (await machine.run("ledger", "export", "-o", str(file))).code == 0
        for taker in (another, machine):
            ran = await taker.run("ledger", "import", str(file), "--json")
            assert ran.json["new"] == (new if taker is another else 0)
        undone = await machine.run("import", "ccusage", "daily.json", "--undo", "--json")
        assert undone.json["withdrawn"] == 1


async def test_a_bad_line_of_an_import_is_named_and_the_others_are_taken(machine: Machine) -> None:
    row = {"time": "2026-11-20T10:00:00Z", "source": "sdk", "inputTokens": 10, "outputTokens": 5}
    lines = [json.dumps(row | {"id": str(number)}) for number in range(3)]
    lines.insert(1, json.dumps(row | {"id": "x", "inputTokens": -1}))
    (machine.home / "usage.jsonl").write_text("\n".join(lines))
    ran = await machine.run("ledger", "import", "usage.jsonl")
    assert ran.code == 1
    assert "usage.jsonl:2: inputTokens must be a whole number" in ran.out
    assert (await machine.run("ledger", "stats", "--json")).json["requests"] == 3


async def test_exports_leave_out_pruned_detail_and_say_so_but_finance_rows_do_not(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    machine.configure(historyRetentionDays=5)
    replies.write("old", now - 9 * DAY, 4)
    replies.write("new", now, 2)
    await machine.run("scan")
    exported = await machine.run("ledger", "export", "--format", "csv")
    assert len(exported.out.splitlines()) == 3
    assert "4 more requests are in the totals alone" in exported.err
    focus = await machine.run("ledger", "export", "--format", "focus")
    assert focus.err == ""
    total = json.loads(await reported(machine))["total"]
    costs = [line.split(",")[2] for line in focus.out.splitlines()[1:]]
    assert sum(round(float(cost) * 1e9) for cost in costs) == round(float(total["listCost"]["amount"]) * 1e9)


async def test_an_export_keeps_to_its_days(machine: Machine, replies: Replies, now: datetime) -> None:
    for back in range(4):
        replies.write(f"s{back}", now - back * DAY, 1)
    await machine.run("scan")
    days = [(now - back * DAY).date().isoformat() for back in range(4)]
    ran = await machine.run("ledger", "export", "--since", days[2], "--until", days[1])
    assert sorted(json.loads(line)["time"][:10] for line in ran.out.splitlines()) == [days[2], days[1]]
    assert (await machine.run("ledger", "export", "--since", days[0], "--until", days[1])).code == 64
    assert (await machine.run("ledger", "export", "--format", "parquet")).code == 64


async def test_a_request_logged_by_hand_is_priced_and_told(machine: Machine) -> None:
    ran = await machine.run(
        *("log", "--provider", "openai", "--model", "gpt-4o", "--input", "1000", "--output", "200"),
        *("--app", "batch", "--user", "ada", "--time", "2026-11-20T10:00:00Z", "--cost", "0.5", "--json"),
    )
    event = ran.json["event"]
    assert (event["source"], event["time"]) == ("manual", "2026-11-20T10:00:00.000Z")
    assert event["attribution"] == {"app": "batch", "user": "ada"}
    assert event["listCost"] == {"amount": "0.0045", "currency": "USD"}
    assert event["recordedCost"] == {"amount": "0.50", "currency": "USD"}
    assert json.loads(await reported(machine))["total"]["requests"] == 1


async def test_a_model_without_a_price_is_kept_as_unpriced_and_never_as_free(machine: Machine) -> None:
    ran = await machine.run("log", "--model", "mystery", "--input", "10", "--output", "3")
    assert ran.code == 0
    assert "the cost is unknown, not 0" in " ".join(ran.out.split())
    total = json.loads(await reported(machine))["total"]
    assert (total["listCost"], total["unpricedTokens"]) == (None, 13)


@pytest.mark.parametrize(
    "words",
    [
        ("--input", "-5", "--output", "3"),
        ("--input", "1.5", "--output", "3"),
        ("--input", "many", "--output", "3"),
        ("--input", "0", "--output", "0"),
        ("--input", "5"),
        ("--input", "5", "--output", "3", "--cache-read", "6"),
        ("--input", "5", "--output", "3", "--cost", "-1"),
        ("--input", "5", "--output", "3", "--cost", "dear"),
        ("--input", "5", "--output", "3", "--time", "soon"),
        ("--input", "5", "--output", "3", "-"),
        ("--input", "5", "--output", "3", "--model", ""),
        ("5",),
    ],
    ids=" ".join,
)
async def test_a_broken_figure_is_refused(machine: Machine, words: tuple[str, ...]) -> None:
    ran = await machine.run("log", "--model", "gpt-4o", *words)
    assert ran.code == 64
    assert (await machine.run("ledger", "stats", "--json")).json["requests"] == 0


async def test_ccusages_days_come_in_where_no_log_is(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("s", now, 5)
    old = (now - 40 * DAY).date().isoformat()
    rows = [
        {
            "date": day,
            "agent": "claude",
            "modelsUsed": ["claude-opus-4-5"],
            "inputTokens": 7,
            "outputTokens": 3,
            "totalCost": 1.5,
        }
        for day in (old, now.date().isoformat())
    ]
    (machine.home / "daily.json").write_text(json.dumps({"daily": rows}))
    ran = await machine.run("import", "ccusage", "daily.json", "--json")
    assert (ran.json["found"], ran.json["new"]) == (2, 1)
    assert [one["day"] for one in ran.json["leftOut"]] == [now.date().isoformat()]
    assert json.loads(await reported(machine))["total"]["requests"] == 6
    text = await machine.run("import", "ccusage", "daily.json")
    assert text.out.startswith("0 new of 2 rows, 1 known before")
    assert (await machine.run("import", "ccusage", "nowhere.json")).code == 1


async def test_an_import_that_is_done_again_gives_way_to_logs_that_turned_up(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    row = {"date": now.date().isoformat(), "agent": "claude", "modelsUsed": ["claude-opus-4-5"]}
    row |= {"outputTokens": 3}
    (machine.home / "daily.json").write_text(json.dumps({"daily": [row]}))
    await machine.run("import", "ccusage", "daily.json")
    replies.write("s", now, 5)
    await machine.run("scan")
    assert json.loads(await reported(machine))["total"]["requests"] == 6
    assert "1 day counts twice, imported and from logs" in (await machine.run("doctor")).out
    done = await machine.run("import", "ccusage", "daily.json")
    assert "1 row that was brought in before is taken back: its day stands in logs now." in done.out
    assert json.loads(await reported(machine))["total"]["requests"] == 5
    assert "counts twice" not in (await machine.run("doctor")).out
    assert "It balances" in (await machine.run("audit")).out


async def test_figures_of_the_ledger_fit_a_narrow_terminal(
    machine: Machine, replies: Replies, now: datetime
) -> None:
    replies.write("s", now, 5)
    await machine.run("scan")
    machine.environment["COLUMNS"] = "40"
    lines = (await machine.run("ledger", "stats")).out.splitlines()
    assert [line for line in lines if len(line) > 40 and "/" not in line] == []
    assert "claude-code" in "\n".join(lines)
