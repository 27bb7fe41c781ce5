"""Commands that write are killed in the middle: what was acknowledged stays, typing them again does the rest.

Elsewhere: reading of logs (``test_same_totals.py``), and backup, restore and purge, which die in
``tests/ledger/test_ledger_killed.py``.
"""

import asyncio
import gzip
import json
import random
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from machine import Machine

ROWS = 3_000
LINES = 200_000
SYNC = """
import asyncio, sys
from pathlib import Path
from token_dashboard.engine.replication import Identity, replicate
from token_dashboard.ledger import open_ledger
from token_dashboard.model.clock import SystemClock

async def main(here, team):
    clock = SystemClock()
    async with open_ledger(Path(here), clock) as ledger, open_ledger(Path(team), clock) as shared:
        await replicate(ledger, shared, Identity(machine="laptop"), 1)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A computer whose ledger holds many requests."""
    machine = Machine(tmp_path_factory.mktemp("full"))
    machine.configure(team={"machine": "laptop", "bundleKey": "a-random-text-that-both-computers-have"})
    row = {"time": "2026-11-20T10:00:00Z", "source": "manual", "inputTokens": 10, "outputTokens": 5}
    with (machine.home / "usage.jsonl").open("w") as lines:
        lines.writelines(json.dumps(row | {"id": str(number)}) + "\n" for number in range(ROWS))
    ran = asyncio.run(machine.run("ledger", "import", "usage.jsonl"))
    assert ran.code == 0, ran.err
    return machine


async def killed(command: tuple[str, ...], machine: Machine, when: Callable[[], bool]) -> None:
    """Start a Python program, and kill it once that is so, unless it ended before."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env=machine.shell(),
        cwd=machine.home,
    )
    for _ in range(6_000):
        if process.returncode is not None or when():
            break
        await asyncio.sleep(0.005)
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
        await process.wait()


def stored(ledger: Path) -> int:
    """Requests on the disk."""
    try:
        with closing(sqlite3.connect(f"{ledger.as_uri()}?mode=ro", uri=True)) as database:
            return int(database.execute("select count(*) from event").fetchone()[0])
    except sqlite3.OperationalError:
        return 0


def lines(file: Path) -> int:
    return len(file.read_bytes().splitlines())


def bundled(file: Path) -> int:
    """Requests of a whole bundle: it has a line with its seal and one about the whole before them."""
    return len(gzip.decompress(file.read_bytes().split(b"\n", 1)[1]).splitlines()) - 1


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("ledger", "export", "-o"), lines),
        (("bundle", "export"), bundled),
    ],
)
async def test_a_killed_command_leaves_the_file_that_was_there_or_a_whole_one(
    full: Machine, tmp_path: Path, words: tuple[str, ...], count: Callable[[Path], int]
) -> None:
    file = tmp_path / "written"
    assert (await full.run(*words, str(file))).code == 0
    before = file.read_bytes()
    command = ("-m", "token_dashboard", *words, str(file))
    await killed(command, full, lambda: len(list(tmp_path.iterdir())) > 1)
    assert file.read_bytes() == before or count(file) == ROWS
    assert (await full.run(*words, str(file))).code == 0
    assert count(file) == ROWS


@pytest.mark.parametrize("words", [("import", "tokenmeter"), ("bundle", "import")], ids=" ".join)
async def test_what_a_killed_command_brought_in_stays_and_the_rest_comes_when_it_is_typed_again(
    full: Machine, machine: Machine, words: tuple[str, ...]
) -> None:
    machine.configure(team={"machine": "server", "bundleKey": "a-random-text-that-both-computers-have"})
    file = machine.home / "brought"
    if words[0] == "bundle":
        assert (await full.run("bundle", "export", str(file))).code == 0
    else:
        with closing(sqlite3.connect(file)) as database, database:
            database.execute(
                "create table usage (id integer primary key, timestamp text, provider text, model text,"
                " input_tokens integer, output_tokens integer, cost real, source text, app text)"
            )
            row = ("2026-10-02T08:30:00", "openai", "gpt-4o", 10, 5, 0.1, "manual", None)
            rows = ((number, *row) for number in range(ROWS))
            database.executemany("insert into usage values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    command = ("-m", "token_dashboard", *words, str(file))
    await killed(command, machine, lambda: stored(machine.ledger) > 0)
    assert stored(machine.ledger) in {0, ROWS}
    again = await machine.run(*words, str(file))
    assert again.code == 0, again.err
    assert stored(machine.ledger) == ROWS
    assert (await machine.run("ledger", "check")).out == "ok\n"


async def test_a_killed_sync_is_completed_by_the_next_one_and_nothing_is_told_twice(
    full: Machine, machine: Machine, tmp_path: Path
) -> None:
    team = tmp_path / "team.db"
    command = ("-c", SYNC, str(full.ledger), str(team))
    await killed(command, full, lambda: stored(team) > 0)
    assert stored(team) in {0, ROWS}
    await killed(command, full, lambda: False)
    assert stored(team) == ROWS
    machine.configure(ledger={"path": str(team)})
    assert (await machine.run("ledger", "check")).out == "ok\n"
    assert stored(full.ledger) == ROWS


@pytest.mark.parametrize("words", [("ledger", "import"), ("log",)])
async def test_killed_while_it_takes_lines_it_has_stored_whole_batches_and_goes_on_when_run_again(
    machine: Machine, words: tuple[str, ...]
) -> None:
    row = {
        "time": "2026-11-20T10:00:00Z",
        "source": "manual",
        "inputTokens": 10,
        "outputTokens": 5,
        "model": "m",
    }
    file = machine.home / "usage.jsonl"
    with file.open("w") as written:
        written.writelines(json.dumps(row | {"id": str(number)}) + "\n" for number in range(LINES))
    for seed in range(2):
        with file.open() as lines:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "token_dashboard", *words, "-"),
                stdin=lines,
                stdout=asyncio.subprocess.PIPE,
                env=machine.shell(),
            )
        await something_is_stored(machine)
        await asyncio.sleep(random.Random(seed).random() * 0.2)
        process.send_signal(signal.SIGKILL)
        await process.communicate()
        found = (await machine.run("ledger", "stats", "--json")).json["requests"]
        assert found % 20_000 == 0
        assert 0 < found <= LINES
        assert (await machine.run("ledger", "check")).out == "ok\n"


async def something_is_stored(machine: Machine) -> None:
    async with asyncio.timeout(60):
        for _ in range(6_000):
            if stored(machine.ledger):
                return
            await asyncio.sleep(0.01)
