"""However often, in whatever order and pieces logs are read, and whatever kills the reader: the same totals.

``TOKENS_KILLS=30`` kills more often than the few times that a quick run has time for.
"""

import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machine import Machine

ROOT = Path(__file__).parents[2]
FOLDERS = {
    "claude-code": ".claude",
    "codex": ".codex",
    "gemini-cli": ".gemini",
    "opencode": ".local/share/opencode",
    "openclaw": ".openclaw",
}
KILLS = int(os.environ.get("TOKENS_KILLS", "6"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sessions of five agents, with the truth about them."""
    home = tmp_path_factory.mktemp("corpus") / "home"
    asked = ["--agents", "five", "--requests", "600", "--until", "2026-11-10T12:00:00", "--home", str(home)]
    script = ROOT / "benchmarks" / "generate.py"
    subprocess.run([sys.executable, "-B", script, *asked], check=True, capture_output=True)
    return home


@pytest.fixture
def truth(corpus: Path) -> dict[str, int]:
    counts: dict[str, int] = json.loads((corpus / "truth.json").read_text())["total"]
    return counts


@pytest.fixture
def used(machine: Machine, corpus: Path) -> Machine:
    """A machine on which those sessions were had."""
    shutil.copytree(corpus, machine.home, dirs_exist_ok=True)
    return machine


async def counted(machine: Machine, truth: dict[str, int]) -> dict[str, int]:
    ran = await machine.run("report", "--by", "agent", "--json")
    assert ran.code == 0, ran.err
    total: dict[str, Any] = ran.json["total"]
    return {name: total[name] for name in truth}


def logs(machine: Machine) -> Iterator[Path]:
    for folder in FOLDERS.values():
        yield from (path for path in sorted((machine.home / folder).rglob("*")) if path.is_file())


async def test_reading_twice_and_reading_a_second_copy_add_nothing(
    used: Machine, truth: dict[str, int]
) -> None:
    assert await counted(used, truth) == truth
    assert await counted(used, truth) == truth
    copies = {agent: used.home / "copies" / agent for agent in FOLDERS}
    for agent, folder in FOLDERS.items():
        shutil.copytree(used.home / folder, copies[agent])
    homes = {agent: [str(used.home / folder), str(copies[agent])] for agent, folder in FOLDERS.items()}
    homes["claude-code"] = [f"{home}/projects" for home in homes["claude-code"]]
    used.configure(agents={agent: {"paths": paths} for agent, paths in homes.items()})
    assert await counted(used, truth) == truth


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_order_of_files_gives_the_same_totals(
    used: Machine, truth: dict[str, int], seed: int
) -> None:
    files = list(logs(used))
    random.Random(seed).shuffle(files)
    for number, path in enumerate(files):  # the oldest is read first
        os.utime(path, (1_790_000_000 + number, 1_790_000_000 + number))
    assert await counted(used, truth) == truth


async def test_logs_that_grow_while_they_are_read_piece_by_piece_give_the_same_totals(
    used: Machine, truth: dict[str, int]
) -> None:
    dice = random.Random(3)
    whole = {path: path.read_bytes() for path in logs(used) if path.suffix == ".jsonl"}
    ends = {path: sorted(dice.randrange(len(content)) for _ in range(2)) for path, content in whole.items()}
    for step in range(2):
        for path, content in whole.items():
            path.write_bytes(content[: ends[path][step]]) if step == 0 else _append(
                path, content[ends[path][0] : ends[path][1]]
            )
        await counted(used, truth)
    for path, content in whole.items():
        _append(path, content[ends[path][1] :])
    assert await counted(used, truth) == truth


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as log:
        log.write(content)


async def test_a_reader_that_is_killed_at_any_moment_has_counted_nothing_twice(
    used: Machine, truth: dict[str, int]
) -> None:
    began = time.monotonic()
    await used.run("scan")
    takes_s = time.monotonic() - began
    state = used.ledger.parent
    dice = random.Random(4)
    were_killed = 0
    for _ in range(KILLS):
        shutil.rmtree(state)
        for _ in range(2):
            scan = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "token_dashboard", "scan"),
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
                env=used.shell(),
                cwd=used.home,
            )
            await asyncio.sleep(dice.uniform(takes_s / 4, takes_s))
            if scan.returncode is None:
                scan.send_signal(signal.SIGKILL)
                were_killed += 1
            await scan.wait()
        assert await counted(used, truth) == truth
    assert were_killed > 0
