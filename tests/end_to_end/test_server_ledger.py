"""The ledger in a database on a server, as a person types it: the same answers as from a file."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from machine import Machine, Replies
from postgres_server import PASSWORD, Server

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.discard()


def settle(machine: Machine, url: str) -> None:
    machine.configure(ledger={"url": "${LEDGER_URL}"})
    machine.environment["LEDGER_URL"] = url


async def test_reports_from_a_server_are_those_from_a_file(
    machine: Machine, replies: Replies, server: Server
) -> None:
    replies.write("s", NOW, 30)
    asked = ("report", "--by", "agent,model,day", "--json")
    from_file = await machine.run(*asked)
    await server.execute("create database reports")
    settle(machine, server.url("reports"))
    from_server = await machine.run(*asked)
    assert from_server.code == 0, from_server.err
    assert from_server.out == from_file.out


async def test_the_doctor_names_the_server_and_never_the_password(
    machine: Machine, replies: Replies, server: Server
) -> None:
    replies.write("s", NOW, 3)
    await server.execute("create database looked_at")
    settle(machine, server.url("looked_at"))
    healthy = await machine.run("doctor")
    assert healthy.code == 0, healthy.err
    assert f"127.0.0.1:{server.port}/looked_at" in healthy.out
    assert "ok, 3 requests" in healthy.out
    settle(machine, server.url("gone"))
    broken = await machine.run("doctor")
    assert broken.code == 1
    assert 'database "gone" does not exist' in broken.out
    settle(machine, server.url("gone").replace("postgresql", "mysql"))
    malformed = await machine.run("report")
    assert malformed.code == 1
    assert "not of the form postgresql://user:password@host:port/database" in malformed.err
    shown = (await machine.run("config", "show")).out
    for ran in (healthy, broken, malformed):
        shown += ran.out + ran.err
    assert PASSWORD not in shown
    assert "sesame" not in shown
