"""A team's ledger on a real server: machines send what they used, and one report has all of it, once."""

import asyncio
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from machine import Machine, Ran, Replies
from postgres_server import PASSWORD, Server

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
PAGE = (Path(__file__).parents[2] / "docs" / "team.md").read_text("utf-8")
LOGS = Path(".claude") / "projects" / "-home-me-project"
_numbers = count(1)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.discard()


@pytest.fixture
async def url(server: Server) -> str:
    """The address of an empty database."""
    name = f"usage_{next(_numbers)}"
    await server.execute(f"create database {name}")
    return server.url(name)


def a_machine(home: Path, url: str, name: str, person: str, **team: object) -> Machine:
    machine = Machine(home / name, {"TEAM_LEDGER_URL": url})
    machine.home.mkdir(parents=True, exist_ok=True)
    machine.configure(team={"url": "${TEAM_LEDGER_URL}", "machine": name, "person": person, **team})
    return machine


@pytest.fixture
def laptop(tmp_path: Path, url: str) -> Machine:
    """Ann's, with three requests of her own and two of a project that she copies to the box."""
    machine = a_machine(tmp_path, url, "laptop", "Ann")
    replies = Replies(machine.home)
    replies.write("hers", NOW, 3)
    replies.write("shared", NOW + timedelta(hours=1), 2)
    return machine


@pytest.fixture
def box(tmp_path: Path, url: str, laptop: Machine) -> Machine:
    """Where jobs run: four requests, and the copy of Ann's project."""
    machine = a_machine(tmp_path, url, "box", "Jobs")
    Replies(machine.home).write("jobs", NOW, 4)
    shutil.copy(laptop.home / LOGS / "shared.jsonl", machine.home / LOGS)
    return machine


async def asked(asker: Machine, *words: str) -> Ran:
    """Ask the team's ledger, as the page about teams says."""
    config = asker.home / "team.json5"
    config.write_text('{ ledger: { url: "${TEAM_LEDGER_URL}" }, team: { url: "${TEAM_LEDGER_URL}" } }')
    config.chmod(0o600)
    ran = await asker.run("--config", str(config), *words)
    assert ran.code == 0, ran.err
    return ran


async def by_owner(asker: Machine) -> dict[tuple[str, str], int]:
    report = (await asked(asker, "report", "--by", "machine,user", "--json")).json
    return {(row["machine"], row["user"]): row["requests"] for row in report["rows"]}


async def test_one_report_has_all_machines_and_people_and_what_two_have_counts_once(
    laptop: Machine, box: Machine
) -> None:
    sent = await laptop.run("sync", "--json")
    assert sent.code == 0, sent.err
    told = sent.json
    assert told.pop("to").endswith(box.environment["TEAM_LEDGER_URL"].rpartition("/")[2])
    assert told == {"schemaVersion": 1, "machine": "laptop", "sent": 5, "new": 5, "withdrawn": 0}
    told = (await box.run("sync", "--json")).json
    assert (told["sent"], told["new"]) == (6, 4)
    again = await laptop.run("sync")
    assert again.out.startswith("laptop: 0 requests sent to 127.0.0.1:")
    assert await by_owner(laptop) == {("laptop", "Ann"): 5, ("box", "Jobs"): 4}


async def test_two_machines_of_one_name_are_told_of_it(laptop: Machine, box: Machine) -> None:
    settings = {"url": "${TEAM_LEDGER_URL}", "machine": "laptop"}
    box.configure(team=settings)
    assert (await laptop.run("sync")).err == ""
    ran = await box.run("sync")
    assert (ran.code, "Another ledger calls itself laptop, too." in ran.err) == (0, True)
    assert (await box.run("sync")).err == ""


async def test_asking_the_teams_ledger_reads_no_logs_into_it(laptop: Machine, box: Machine) -> None:
    await laptop.run("sync")
    assert await by_owner(box) == {("laptop", "Ann"): 5}
    told = (await asked(box, "doctor")).out
    assert "switched off" not in told
    assert "is this ledger; logs of this computer are not read into it" in " ".join(told.split())
    alone = box.home / "alone.json5"
    alone.write_text('{ ledger: { url: "${TEAM_LEDGER_URL}" } }')
    alone.chmod(0o600)
    mixed = await box.run("--config", str(alone), "doctor")
    assert (mixed.code, "are read into it without its name" in " ".join(mixed.out.split())) == (1, True)
    refused = await box.run("--config", str(box.home / "team.json5"), "sync")
    assert (refused.code, "$.ledger.url is the team's ledger" in refused.err) == (1, True)


async def test_a_reply_that_grew_is_sent_again_and_takes_the_place_of_the_shorter_one(
    laptop: Machine,
) -> None:
    await laptop.run("sync")
    log = laptop.home / LOGS / "hers.jsonl"
    last = json.loads(log.read_text().splitlines()[-1])
    last["message"]["usage"]["output_tokens"] = 5_000
    with log.open("a") as file:
        file.write(json.dumps(last) + "\n")
    told = (await laptop.run("sync", "--json")).json
    assert (told["sent"], told["new"]) == (1, 0)
    total = (await asked(laptop, "report", "--json")).json["total"]
    assert (total["requests"], total["outputTokens"]) == (5, 200 + 201 + 5_000 + 200 + 201)


async def test_without_the_server_everything_waits_and_goes_when_it_is_back(
    laptop: Machine, server: Server
) -> None:
    server.stop()
    try:
        ran = await laptop.run("sync")
        own = (await laptop.run("report", "--json")).json["total"]["requests"]
        doctor = await laptop.run("doctor")
    finally:
        server.start()
    assert (ran.code, ran.out) == (4, "")
    assert "no server answers there. Nothing is lost: 5 requests wait here for the next" in ran.err
    assert own == 5
    assert doctor.code == 1
    assert re.search("⚠ no server answers there\n.*\nteam .* never synced, 5 requests wait", doctor.out)
    assert (await laptop.run("sync", "--json")).json["new"] == 5
    healthy = await laptop.run("doctor")
    assert healthy.code == 0, healthy.out
    assert "last sync 0 m ago, 0 requests wait" in " ".join(healthy.out.replace("\u00a0", " ").split())


async def test_retention_waits_until_the_team_was_told(laptop: Machine) -> None:
    replies = Replies(laptop.home)
    replies.write("old", NOW - timedelta(days=200), 3)

    async def without_detail() -> int:
        count: int = (await laptop.run("ledger", "stats", "--json")).json["requestsWithoutDetail"]
        return count

    assert (await laptop.run("scan")).code == 0
    assert await without_detail() == 0
    doctor = " ".join((await laptop.run("doctor")).out.split())
    assert "3 requests older than historyRetentionDays keep their detail until they are sent" in doctor
    assert (await laptop.run("sync", "--json")).json["new"] == 8
    assert "keep their detail" not in " ".join((await laptop.run("doctor")).out.split())
    replies.write("newest", NOW, 1)
    assert (await laptop.run("scan")).code == 0
    assert await without_detail() == 3
    assert (await laptop.run("sync", "--json")).json["new"] == 1
    assert await by_owner(laptop) == {("laptop", "Ann"): 9}


async def test_an_import_that_was_taken_back_is_taken_back_by_the_team(laptop: Machine) -> None:
    day = {"agent": "claude", "modelsUsed": ["claude-opus-4-5"], "inputTokens": 7, "outputTokens": 3}
    rows = [day | {"date": (NOW - timedelta(days=n)).date().isoformat()} for n in (20, 150)]
    (laptop.home / "daily.json").write_text(json.dumps({"daily": rows}))
    assert (await laptop.run("import", "ccusage", "daily.json", "--json")).json["new"] == 2
    assert (await laptop.run("sync", "--json")).json["new"] == 7
    assert (await laptop.run("scan")).code == 0
    assert (await laptop.run("import", "ccusage", "daily.json", "--undo", "--json")).json["withdrawn"] == 2
    synced = await laptop.run("sync")
    assert "2 requests that an import had brought in are taken back there, too." in synced.out
    assert await by_owner(laptop) == {("laptop", "Ann"): 5}
    assert (await laptop.run("import", "ccusage", "daily.json", "--json")).json["new"] == 2
    assert (await laptop.run("sync", "--json")).json["new"] == 2
    assert (await asked(laptop, "ledger", "check")).out == "ok\n"


async def test_a_purge_says_what_the_team_was_not_told_and_obeys(laptop: Machine) -> None:
    await laptop.run("sync")
    Replies(laptop.home).write("more", NOW, 2)
    await laptop.run("scan")
    words = ("ledger", "purge", "--before", "2099-01-01")
    asked_first = await laptop.run(*words)
    assert (asked_first.code, "wasn't told of 2 requests of these yet" in asked_first.err) == (64, True)
    done = await laptop.run(*words, "--confirm", "--json")
    assert (done.json["requests"], done.json["untold"]) == (7, 2)
    assert await by_owner(laptop) == {("laptop", "Ann"): 5}


async def test_a_gateway_that_runs_sends_by_itself(laptop: Machine) -> None:
    await laptop.run("scan")
    async with laptop.serving(), asyncio.timeout(30):
        while await by_owner(laptop) != {("laptop", "Ann"): 5}:
            pass  # asking is a process of its own, and takes its time


async def test_a_ledger_of_a_newer_version_is_told_and_left_alone(
    laptop: Machine, server: Server, url: str
) -> None:
    await laptop.run("sync")
    Replies(laptop.home).write("later", NOW, 1)
    newer = "insert into token_dashboard.schema_version (version) values (999)"
    await server.execute(newer, database=url.rpartition("/")[2])
    ran = await laptop.run("sync")
    assert (ran.code, ran.out) == (1, "")
    assert "was written by a newer version (schema 999" in ran.err
    assert "Upgrade token-dashboard; nothing was changed." in ran.err


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("mysql://u:sesame@db/usage", "is not of the form postgresql://user:password@host:port/database"),
        ("postgresql://u:sesame@db", "is not of the form"),
        ("postgresql://u:sesame@db.example.org/usage?sslmode=disable", "would send usage and the password"),
    ],
    ids=["another scheme", "no database", "in the clear"],
)
@pytest.mark.parametrize("section", ["team", "ledger"])
async def test_a_malformed_address_is_told_by_the_check_without_its_password(
    machine: Machine, section: str, address: str, reason: str
) -> None:
    machine.configure(**{section: {"url": address}})
    ran = await machine.run("config", "check")
    assert ran.code == 1
    assert f"$.{section}.url can't be used: " in ran.err
    assert reason in ran.err
    assert "sesame" not in ran.err


async def test_the_password_is_shown_nowhere_and_kept_nowhere(laptop: Machine, server: Server) -> None:
    seen = ""
    wrong = laptop.environment["TEAM_LEDGER_URL"].replace("open%2Fsesame", "close%2Fsesame")
    for address in (laptop.environment["TEAM_LEDGER_URL"], wrong, server.url("not_there")):
        laptop.environment["TEAM_LEDGER_URL"] = address
        for words in (("-v", "sync"), ("sync", "--json"), ("-v", "doctor"), ("config", "show")):
            ran = await laptop.run(*words)
            seen += ran.out + ran.err
    assert 'password authentication failed for user "keeper"' in seen
    assert 'database "not_there" does not exist' in seen
    for file in (path for path in laptop.home.rglob("*") if path.is_file()):
        seen += file.read_bytes().decode("latin-1")
    for word in (PASSWORD, "sesame"):
        assert word not in seen


def on_the_page(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


async def test_the_page_about_teams_works_to_the_letter_for_users_with_no_other_rights(
    tmp_path: Path, server: Server
) -> None:
    makes_it, lets_read = on_the_page("sql")
    here, asking, _ = on_the_page("json5")
    for statement in makes_it.strip().split(";\n"):
        await server.execute(statement)
    ann = Machine(tmp_path)
    Replies(ann.home).write("hers", NOW, 3)
    ann.configure()
    config = next(ann.home.rglob("config.json"))
    config.rename(config.with_suffix(".json5")).write_text(here)
    database = f"@127.0.0.1:{server.port}/usage"
    ann.environment["TEAM_LEDGER_URL"] = f"postgresql://usage:a-long-random-text{database}"
    assert (await ann.run("sync", "--json")).json["new"] == 3

    await server.execute(lets_read, database="usage")
    ann.environment["TEAM_LEDGER_URL"] = f"postgresql://finance:another-long-random-text{database}"
    (ann.home / "team.json5").write_text(asking)
    (ann.home / "team.json5").chmod(0o600)
    commands = [line.split()[1:] for text in on_the_page("sh") for line in text.splitlines()]
    questions = [words for words in commands if "report" in words]
    assert len(questions) == 2
    for words in questions:
        told = await ann.run(*words)
        assert (told.code, "Ann " in told.out) == (0, True), told.err
    Replies(ann.home).write("more", NOW, 1)
    refused = await ann.run("sync")
    assert (refused.code, "permission denied for table" in refused.err) == (4, True)


async def test_a_user_without_rights_is_told_so(laptop: Machine, server: Server) -> None:
    await laptop.run("sync")
    await server.execute("create role stranger login password 'x'")
    name = laptop.environment["TEAM_LEDGER_URL"].rpartition("/")[2]
    laptop.environment["TEAM_LEDGER_URL"] = f"postgresql://stranger:x@127.0.0.1:{server.port}/{name}"
    assert "permission denied for schema token_dashboard" in (await laptop.run("sync")).err
