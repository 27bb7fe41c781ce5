"""Keeping a ledger on a server, as a person types it: copied, put back, checked and cleared like a file."""

import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from machine import Machine, Ran, Replies
from postgres_server import PASSWORD, Server
from test_ledger_answers import asked, ended, kept

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.discard()


@pytest.fixture
async def url(server: Server) -> AsyncIterator[str]:
    """The address of a database for this test."""
    name = f"kept_{next(_numbers)}"
    await server.execute(f"create database {name}")
    yield server.url(name)
    await server.execute(f"drop database {name} with (force)")


@pytest.fixture
async def full(machine: Machine, replies: Replies, url: str) -> Machine:
    """A computer whose ledger, with five requests, is on the server."""
    replies.write("s", NOW, 5)
    machine.environment["LEDGER_URL"] = url
    machine.configure(ledger={"url": "${LEDGER_URL}"})
    assert (await machine.run("scan")).code == 0
    return machine


async def reports(machine: Machine) -> str:
    """What is reported by everything at once."""
    ran = await machine.run("report", "--by", "hour,agent,model,project,session", "--json")
    assert ran.code == 0, ran.err
    return ran.out


async def test_each_command_answers_a_script_with_one_document_and_never_the_password(full: Machine) -> None:
    shown = ""
    for name, words in (
        ("ledger-backup", ("ledger", "backup", "copy.db")),
        ("ledger-restore", ("ledger", "restore", "copy.db", "--confirm")),
        ("ledger-check", ("ledger", "check")),
        ("ledger-vacuum", ("ledger", "vacuum")),
        ("ledger-stats", ("ledger", "stats")),
    ):
        ran = await full.run(*words, "--json")
        assert (ran.code, ran.err) == (0, ""), words
        kept(ran.json, name)
        shown += ran.out
    there = await full.run("ledger", "backup", "copy.db")
    full.environment["LEDGER_URL"] += "_of_nobody"
    gone = await full.run("ledger", "check")
    assert (there.code, gone.code) == (1, 1)
    shown += there.err + gone.err
    for secret in (PASSWORD, "sesame"):
        assert secret not in shown


async def test_reports_are_the_same_on_the_server_on_another_and_from_the_file(
    full: Machine, server: Server
) -> None:
    before = await reports(full)
    assert (await full.run("ledger", "backup", "copy.db")).code == 0
    await server.execute("create database moved_to")
    full.environment["LEDGER_URL"] = server.url("moved_to")
    ran = await full.run("ledger", "restore", "copy.db")
    assert ran.out == f"127.0.0.1:{server.port}/moved_to now holds 5 requests from copy.db.\n"
    assert await reports(full) == before
    full.configure()
    assert (await full.run("ledger", "restore", "copy.db")).code == 0
    assert await reports(full) == before


async def test_a_ledger_on_a_server_is_replaced_after_a_question_and_kept_in_a_file(full: Machine) -> None:
    assert (await full.run("ledger", "backup", "copy.db")).code == 0
    assert (await full.run("log", "--model", "gpt-4o", "--input", "5", "--output", "3")).code == 0
    unasked = await full.run("ledger", "restore", "copy.db")
    assert (unasked.code, unasked.out) == (64, "")
    assert "holds 6 requests. Put the backup in its place? Nobody" in " ".join(unasked.err.split())
    async with asked(full, "ledger", "restore", "copy.db") as (process, terminal, question):
        assert "holds 6 requests" in question
        os.write(terminal, b"n\n")
        assert (await ended(process)).code == 130
    async with asked(full, "ledger", "restore", "copy.db", "--json") as (process, terminal, _):
        os.write(terminal, b"yes\n")
        ran = await ended(process)
    assert (ran.code, ran.json["requests"]) == (0, 5)
    full.configure(ledger={"path": ran.json["kept"]})
    assert (await full.run("ledger", "stats", "--json")).json["requests"] == 6


async def test_what_is_wrong_is_told_with_code_1(full: Machine, server: Server, url: str) -> None:
    database = url.rpartition("/")[2]
    await server.execute("update token_dashboard.rollup set requests = requests + 1", database)
    told = await full.run("ledger", "check", "--json")
    assert (told.code, kept(told.json, "ledger-check")["sound"]) == (1, False)
    ran = await full.run("ledger", "check")
    assert (ran.code, ran.err) == (1, "")
    assert "whose totals differ from their requests" in ran.out
    assert "tokens ledger restore FILE" in " ".join(ran.out.split())


async def test_a_machine_tells_a_restored_team_ledger_what_it_told_after_the_backup(
    machine: Machine, replies: Replies, url: str
) -> None:
    machine.environment["TEAM_LEDGER_URL"] = url
    machine.configure(team={"url": "${TEAM_LEDGER_URL}", "machine": "laptop"})
    asking = machine.home / "team.json5"
    asking.write_text('{ledger: {url: "${TEAM_LEDGER_URL}"}, team: {url: "${TEAM_LEDGER_URL}"}}')
    asking.chmod(0o600)

    async def team(*words: str) -> Ran:
        ran = await machine.run("--config", str(asking), *words)
        assert ran.code == 0, ran.err
        return ran

    replies.write("before", NOW, 3)
    assert (await machine.run("sync", "--json")).json["new"] == 3
    await team("ledger", "backup", "copy.db")
    replies.write("after", NOW, 4)
    assert (await machine.run("sync", "--json")).json["new"] == 4
    by_all = ("report", "--by", "hour,machine,model,session", "--json")
    before = (await team(*by_all)).out
    await team("ledger", "restore", "copy.db", "--confirm")
    assert (await machine.run("sync", "--json")).json["new"] == 4
    assert (await team(*by_all)).out == before
    await team("ledger", "check")
