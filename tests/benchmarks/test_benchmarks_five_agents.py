"""Five agents' logs give the generator's figures, in every cut, to the last token."""

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LEDGER = ".local/state/token-dashboard/ledger.db"
COLUMNS = {
    "inputTokens": "input_tokens",
    "cacheReadInputTokens": "cache_read_input_tokens",
    "cacheCreationInputTokens": "cache_creation_input_tokens",
    "cacheCreation1hInputTokens": "cache_creation_1h_input_tokens",
    "outputTokens": "output_tokens",
    "reasoningOutputTokens": "reasoning_output_tokens",
}
COUNTS = ("requests", *COLUMNS)
Groups = dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some weeks in which Los Angeles and Berlin changed their clocks."""
    home = tmp_path_factory.mktemp("five") / "home"
    asked = ["--agents", "five", "--requests", "1600", "--until", "2026-11-10T12:00:00", "--home", str(home)]
    script = ROOT / "benchmarks" / "generate.py"
    subprocess.run([sys.executable, "-B", script, *asked], check=True, capture_output=True)
    return home


@pytest.fixture(scope="module")
def truth(home: Path) -> dict[str, Any]:
    return json.loads((home / "truth.json").read_text())


def report(home: Path, *words: str) -> dict[str, Any]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"}
    command = [sys.executable, "-m", "token_dashboard", "report", "--json", *words]
    ran = subprocess.run(command, check=True, capture_output=True, env=environment, cwd=ROOT)
    return json.loads(ran.stdout)


def grouped(rows: list[dict[str, Any]], dimension: str) -> Groups:
    groups: dict[str, Counter[str]] = {}
    for row in rows:
        groups.setdefault(row[dimension], Counter()).update({name: row[name] for name in COUNTS})
    return {name: {count: found[count] for count in COUNTS} for name, found in groups.items()}


def test_the_total_is_the_truth(home: Path, truth: dict[str, Any]) -> None:
    total = report(home, "--by", "agent")["total"]
    assert {name: total[name] for name in COUNTS} == truth["total"]


@pytest.mark.parametrize("cut", ["agent", "model", "project"])
def test_each_group_is_the_truth(home: Path, truth: dict[str, Any], cut: str) -> None:
    assert grouped(report(home, "--by", cut)["rows"], cut) == truth["by"][cut]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Asia/Kolkata", "Europe/Berlin"])
def test_each_local_day_is_the_truth(home: Path, truth: dict[str, Any], zone: str) -> None:
    days = grouped(report(home, "--by", "day", "--time-zone", zone)["rows"], "day")
    assert len(days) > 20
    assert days == truth["by"][f"day {zone}"]


def test_each_session_is_the_truth(home: Path, truth: dict[str, Any]) -> None:
    report(home, "--by", "agent")
    sums = ", ".join(f"sum({column})" for column in COLUMNS.values())
    with closing(sqlite3.connect(home / LEDGER)) as ledger:
        rows = ledger.execute(
            f"select agent || ':' || session, count(*), {sums} from event"
            " join series on series.id = series_id join thread on thread.id = thread_id"
            " where role <> 2 group by 1"
        ).fetchall()
    found = {name: dict(zip(COUNTS, counts, strict=True)) for name, *counts in rows}
    assert found == truth["by"]["session"]
