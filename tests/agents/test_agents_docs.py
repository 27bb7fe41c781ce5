"""The page about agents says what the modules say, and something of each agent."""

import subprocess
import sys
from pathlib import Path

import pytest

from token_dashboard.agents._contract import AgentLog, discover

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "agents.md"
END = "<!-- The end of what is made. -->"


def test_the_table_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "agent_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("agent", discover(), ids=lambda agent: agent.id)
def test_what_is_kept_of_an_agent_and_what_is_not_stands_below_the_table(agent: AgentLog) -> None:
    _, _, sections = PAGE.read_text(encoding="utf-8").partition(END)
    assert f"`{agent.id}`" in sections
