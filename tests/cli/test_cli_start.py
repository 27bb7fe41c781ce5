"""Where the program starts: Ctrl-C leaves it quietly, also while it is still being loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

LOADING = """
import sys
from token_dashboard.cli.start import main

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == wanted:
            raise KeyboardInterrupt

wanted = sys.argv.pop(1)
sys.meta_path.insert(0, Interrupt())
main()
"""
"""Loads the program with an interrupt while a module is looked for."""


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("token_dashboard.cli.main", ["status"]),
        ("token_dashboard.cli.no_news", ["scan"]),
        ("token_dashboard.engine.no_news", ["scan", "--json"]),
        ("token_dashboard.cli.commands.report", ["report"]),
        ("token_dashboard.ledger", ["serve"]),
    ],
)
def test_an_interrupt_while_it_loads_ends_it_with_130_and_an_empty_line(
    home: Path, module: str, words: list[str]
) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", LOADING, module, *words],
        env={"HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "\n")
