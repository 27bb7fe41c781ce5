"""What scripts and people get of the commands that keep and move the ledger: documents, codes, questions."""

import asyncio
import fcntl
import json
import os
import pty
import signal
import sqlite3
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from machine import PATIENCE_S, Machine, Ran, Replies

from token_dashboard.contract import read_contract

NOW = datetime.now(UTC).replace(microsecond=0)
ROW = {"time": "2026-11-20T10:00:00Z", "source": "sdk", "inputTokens": 10, "outputTokens": 5}


def kept(document: dict[str, Any], schema: str) -> dict[str, Any]:
    """The document, which keeps its schema."""
    Draft202012Validator(
        read_contract(f"schemas/{schema}.schema.json"),
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    ).validate(document)
    return document


async def piped(machine: Machine, text: bytes, *words: str) -> Ran:
    """Type a command, with this on its standard input."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "token_dashboard", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=machine.shell(),
        cwd=machine.home,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate(text)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def typed(
    machine: Machine, *words: str, ahead: bytes = b""
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, int]]:
    """A command that reads from a terminal: its process, the person's end of the terminal, and its own.

    What is typed ahead is there when it starts.
    """
    terminal, end = pty.openpty()
    os.write(terminal, ahead)
    async with asyncio.timeout(PATIENCE_S):
        while unread(end) < len(ahead):  # noqa: ASYNC110 - the system tells nobody
            await asyncio.sleep(0.01)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "token_dashboard", *words),
        stdin=end,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=machine.shell(),
        cwd=machine.home,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield process, terminal, end
    finally:
        if process.returncode is None:
            process.kill()
        os.close(end)
        os.close(terminal)


def unread(terminal: int) -> int:
    """Bytes that were typed, and that nobody has read yet."""
    return int.from_bytes(fcntl.ioctl(terminal, termios.FIONREAD, bytes(4)), sys.byteorder)


@asynccontextmanager
async def asked(machine: Machine, *words: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int, str]]:
    """A command that asks on a terminal: its process, the terminal to answer on, and the question."""
    async with typed(machine, *words) as (process, terminal, _):
        assert process.stderr is not None
        question = await process.stderr.readuntil(b"] ")
        yield process, terminal, question.decode()


async def ended(process: asyncio.subprocess.Process) -> Ran:
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ran(process.returncode, out.decode(), err.decode())


@pytest.fixture
async def full(machine: Machine, replies: Replies) -> Machine:
    """A computer with five requests in its ledger."""
    replies.write("s", NOW - timedelta(days=1), 5)
    machine.configure(team={"machine": "laptop", "bundleKey": "a-random-text-that-all-have"})
    assert (await machine.run("scan")).code == 0
    return machine


async def test_each_command_answers_a_script_with_one_document(full: Machine) -> None:
    for name, words in (
        ("ledger-backup", ("ledger", "backup", "copy.db")),
        ("ledger-restore", ("ledger", "restore", "copy.db")),
        ("ledger-check", ("ledger", "check")),
        ("ledger-vacuum", ("ledger", "vacuum")),
        ("ledger-stats", ("ledger", "stats")),
        ("logged-event", ("log", "--model", "gpt-4o", "--input", "5", "--output", "3")),
        ("bundle-export", ("bundle", "export", "laptop.bundle")),
        ("bundle-import", ("bundle", "import", "laptop.bundle")),
        ("ledger-purge", ("ledger", "purge", "--agent", "claude-code", "--confirm")),
    ):
        ran = await full.run(*words, "--json")
        assert (ran.code, ran.err) == (0, ""), words
        kept(ran.json, name)
    named = {"before": None, "agent": "claude-code", "requests": 5, "untold": None}
    assert ran.json == {"schemaVersion": 1} | named


async def test_a_ledger_that_is_wrong_is_told_with_code_1_as_text_and_as_a_document(full: Machine) -> None:
    with closing(sqlite3.connect(full.ledger)) as database, database:
        database.execute("update rollup set requests = requests + 1")
    told = await full.run("ledger", "check", "--json")
    assert (told.code, kept(told.json, "ledger-check")["sound"]) == (1, False)
    ran = await full.run("ledger", "check")
    assert (ran.code, ran.err) == (1, "")
    assert "whose totals differ from their requests" in ran.out
    assert "tokens ledger restore FILE" in " ".join(ran.out.split())


class TestAnImport:
    """One rule: what can't be taken is named, the rest is stored, and the exit code is 1."""

    async def test_of_our_own_lines(self, machine: Machine) -> None:
        lines = [json.dumps(ROW | {"id": str(number)}) for number in range(2)]
        good = await piped(machine, "\n".join(lines).encode(), "ledger", "import", "-", "--json")
        assert (good.code, kept(good.json, "import")["new"]) == (0, 2)
        bad = await piped(machine, b'{"id": "\xff"}\n' + lines[0].encode(), "ledger", "import", "-")
        assert bad.code == 1
        assert bad.out.splitlines() == [
            "0 new of 1 row, 1 known before",
            "15 tokens, cost unknown",
            "Where no model is named, the tokens count, and the cost is unknown, not 0.",
            "1 row could not be taken:",
            "  standard input:1: time is missing",
        ]

    async def test_of_lines_by_hand(self, machine: Machine) -> None:
        tomorrow = (NOW + timedelta(days=1)).isoformat()
        rows = [{"model": "gpt-4o", "inputTokens": 5}, {"inputTokens": 5, "time": tomorrow}]
        text = "\n".join(map(json.dumps, rows)).encode()
        ran = await piped(machine, text, "log", "-", "--json")
        assert (ran.code, kept(ran.json, "import")["new"]) == (1, 1)
        (reject,) = ran.json["rejects"]
        assert (reject["line"], "is in the future" in reject["reason"]) == (2, True)

    async def test_of_another_programs_rows(self, machine: Machine) -> None:
        day = {"modelsUsed": ["claude-opus-4-5"], "inputTokens": 7, "outputTokens": 3, "totalCost": 1.5}
        rows = [day | {"date": "2026-10-01"}, day | {"date": "2026-10-02", "inputTokens": "many"}]
        (machine.home / "daily.json").write_text(json.dumps({"daily": rows}))
        whose = ("--agent", "claude")
        ran = await machine.run("import", "ccusage", "daily.json", *whose, "--json")
        assert (ran.code, kept(ran.json, "import")["new"], ran.json["rejected"]) == (1, 1, 1)
        daily = json.dumps({"daily": rows[:1]}).encode()
        assert (await piped(machine, daily, "import", "ccusage", "-", *whose)).code == 0
        for withdrawn in (1, 0):
            ran = await piped(machine, daily, "import", "ccusage", "-", *whose, "--undo", "--json")
            assert (ran.code, kept(ran.json, "import-undo")["withdrawn"]) == (0, withdrawn)
        again = await piped(machine, daily, "import", "ccusage", "-", *whose)
        assert again.out.startswith("1 new of 1 row")
        for agent, code in ((("--agent", "claud"), 64), ((), 1)):
            assert (await piped(machine, daily, "import", "ccusage", "-", *agent)).code == code

    async def test_of_usage_windows(self, machine: Machine) -> None:
        with closing(sqlite3.connect(machine.home / "history.db")) as database, database:
            database.execute(
                "create table usage_samples (id integer primary key, provider, window_name, timestamp,"
                " utilisation)"
            )
            insert = "insert into usage_samples (provider, window_name, timestamp, utilisation)"
            for name, moment in (("Session (5h)", "2026-11-20T10:00:00Z"), ("Ollama", "")):
                database.execute(f"{insert} values ('claude', ?, ?, 42.0)", (name, moment))
        ran = await machine.run("import", "clawmeter", "history.db", "--json")
        assert (ran.code, kept(ran.json, "import-windows")["samples"], ran.json["new"]) == (0, 1, 1)
        known = await machine.run("import", "clawmeter", "history.db")
        assert known.out.startswith("0 new of 1 figure")
        with closing(sqlite3.connect(machine.home / "history.db")) as database, database:
            database.execute(f"{insert} values ('claude', 'Session (5h)', 'soon', 1)")
        assert (await machine.run("import", "clawmeter", "history.db")).code == 1

    async def test_of_bundles(self, full: Machine) -> None:
        assert (await full.run("bundle", "export", "good.bundle")).code == 0
        (full.home / "odd.bundle").write_bytes((full.home / "good.bundle").read_bytes()[:-9])
        ran = await full.run("bundle", "import", "odd.bundle", "nowhere", "good.bundle", "--json")
        assert (ran.code, len(ran.err.splitlines())) == (1, 2)
        told = kept(ran.json, "bundle-import")
        assert [one["file"] for one in told["refused"]] == ["odd.bundle", "nowhere"]
        assert [one["file"] for one in told["bundles"]] == ["good.bundle"]


@pytest.mark.parametrize(
    ("words", "err"),
    [
        (("ledger", "import", "nowhere"), "nowhere: No such file or directory.\n"),
        (("ledger", "import", "."), ".: Is a directory.\n"),
        (("ledger", "backup", "nowhere/copy"), "nowhere/copy: No such file or directory.\n"),
        (("ledger", "restore", "nowhere"), "The ledger nowhere cannot be used: there is no such file.\n"),
        (("bundle", "import", "nowhere"), "The bundle nowhere can't be used: No such file or directory.\n"),
    ],
    ids=lambda one: one if isinstance(one, str) else " ".join(one),
)
async def test_a_file_that_is_not_there_is_named_as_it_was_typed(
    full: Machine, words: tuple[str, ...], err: str
) -> None:
    ran = await full.run(*words)
    assert (ran.code, ran.out, ran.err) == (1, "", err)


async def test_a_refusal_is_in_the_readers_language(full: Machine) -> None:
    (full.home / "notes").write_text("just notes")
    full.environment["LANG"] = "de_DE.UTF-8"
    german = await full.run("ledger", "restore", "notes")
    assert (german.code, german.out) == (1, "")
    assert german.err.startswith("Die Datenbank notes ist nicht benutzbar: ")
    full.environment["LANG"] = "zh_CN.UTF-8"
    assert (await full.run("ledger", "restore", "notes")).err.startswith("账本 notes 无法使用")


async def test_a_request_is_not_logged_of_a_time_to_come(machine: Machine) -> None:
    words = ("log", "--model", "gpt-4o", "--input", "5", "--output", "3", "--time")
    ran = await machine.run(*words, (NOW + timedelta(minutes=10)).isoformat())
    assert ran.code == 64
    assert "is in the future (this computer's clock says" in ran.err
    assert (await machine.run(*words, (NOW + timedelta(minutes=1)).isoformat())).code == 0


@pytest.mark.parametrize("words", [("log", "-"), ("ledger", "import", "-")], ids=" ".join)
async def test_a_wait_for_lines_is_left_with_one_interrupt(machine: Machine, words: tuple[str, ...]) -> None:
    async with typed(machine, *words, ahead=b"a line\n") as (process, _, end):
        while unread(end):  # noqa: ASYNC110 - the system tells nobody
            await asyncio.sleep(0.01)
        process.send_signal(signal.SIGINT)
        ran = await ended(process)
    assert (ran.code, ran.out) == (130, "")


class TestAPurge:
    """What it asks on a terminal, while its answer goes to a script."""

    async def test_goes_on_after_a_yes(self, full: Machine) -> None:
        words = ("ledger", "purge", "--agent", "claude-code", "--json")
        async with asked(full, *words) as (process, terminal, question):
            assert question == "Delete 5 requests of claude-code, from the totals too? [y/N] "
            os.write(terminal, b"y\n")
            ran = await ended(process)
        assert (ran.code, kept(ran.json, "ledger-purge")["requests"]) == (0, 5)

    @pytest.mark.parametrize("answer", [b"\n", b"n\n", b"\x04"], ids=["nothing", "no", "the end"])
    async def test_deletes_nothing_without_one(self, full: Machine, answer: bytes) -> None:
        async with asked(full, "ledger", "purge", "--before", "2099-01-01") as (process, terminal, _):
            os.write(terminal, answer)
            ran = await ended(process)
        assert (ran.code, ran.out, ran.err.strip()) == (130, "", "Nothing was deleted.")
        assert (await full.run("ledger", "stats", "--json")).json["requests"] == 5

    async def test_is_left_with_one_interrupt(self, full: Machine) -> None:
        async with asked(full, "ledger", "purge", "--agent", "claude-code") as (process, _terminal, _):
            process.send_signal(signal.SIGINT)
            ran = await ended(process)
        assert (ran.code, ran.out, ran.err) == (130, "", "\n")
        assert (await full.run("ledger", "stats", "--json")).json["requests"] == 5
