"""What the benchmark's generator says it wrote is what the product finds in it."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
TOKENS = Path(sys.executable).with_name("tokens")
COUNTS = (
    "requests",
    "inputTokens",
    "cacheReadInputTokens",
    "cacheCreationInputTokens",
    "cacheCreation1hInputTokens",
    "outputTokens",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty sessions: resumed ones, subagents and failed requests among them."""
    return _generate(tmp_path_factory.mktemp("generated") / "home")


def test_the_same_seed_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    assert _contents(_generate(tmp_path / "again")) == _contents(home)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(subprocess.CalledProcessError):
        _generate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_report_equals_the_truth_in_total_by_model_and_by_day(home: Path) -> None:
    truth = json.loads((home / "truth.json").read_text())
    report = _report(home)
    assert {name: report["total"][name] for name in COUNTS} == {name: truth[name] for name in COUNTS}
    assert _grouped(report["rows"], "model") == truth["models"]
    assert _grouped(report["rows"], "day") == truth["days"]


def _generate(home: Path) -> Path:
    asked = ["--files", "40", "--messages", "25", "--until", "2026-11-22T14:00:00", "--home", str(home)]
    script = ROOT / "benchmarks" / "generate.py"
    subprocess.run([sys.executable, "-B", script, *asked], check=True, capture_output=True)
    return home


def _contents(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def _report(home: Path) -> dict[str, Any]:
    environment = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC"}
    command = [TOKENS, "report", "--by", "agent,model,day", "--since", "2026-10-01", "--json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, env=environment).stdout)


def _grouped(rows: list[dict[str, Any]], dimension: str) -> dict[str, dict[str, int]]:
    groups: dict[str, Counter[str]] = {}
    for row in rows:
        groups.setdefault(row[dimension], Counter()).update({name: row[name] for name in COUNTS})
    return {name: dict(groups[name]) for name in groups}
