"""Cherry Studio: Claude Code's own sessions, in a folder of another program."""

import shutil
from pathlib import Path

from agent_homes import FIXTURES, read
from foreign_homes import clean

from token_dashboard.agents.cherry_studio import AGENT
from token_dashboard.agents.claude_code import AGENT as CLAUDE_CODE

_HOME = FIXTURES / "cherry-studio"


def test_an_answer_that_is_written_while_it_grows_counts_once() -> None:
    events = clean(AGENT, _HOME)
    assert [(event.model, event.output_tokens) for event in events] == [
        ("deepseek-chat", 120),
        ("claude-sonnet-4-5-20250929", 77),
    ]
    assert {event.agent for event in events} == {"cherry-studio"}
    assert {event.attribution.project for event in events} == {"/home/ada/shop"}


def test_the_same_sessions_counted_as_claude_codes_before_are_the_same_requests() -> None:
    mine, its = (clean(agent, _HOME) for agent in (AGENT, CLAUDE_CODE))
    assert [event.key for event in mine] == [event.key for event in its]


def test_a_copy_that_an_update_made_adds_nothing(tmp_path: Path) -> None:
    shutil.copytree(_HOME / "projects", tmp_path / "projects" / "old")
    shutil.copytree(_HOME / "projects", tmp_path / "projects" / "new")
    assert len(read(AGENT, tmp_path).requests) == 2


def test_folders_of_the_two_versions_are_looked_for(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "CherryStudio"
    assert AGENT.homes({}, tmp_path) == (folder / "Data" / "Agents" / ".claude", folder / ".claude")
    assert AGENT.homes({"XDG_CONFIG_HOME": "/srv"}, tmp_path)[1] == Path("/srv/CherryStudio/.claude")
    there = tmp_path / "Library" / "Application Support" / "CherryStudio" / ".claude"
    there.mkdir(parents=True)
    assert there in AGENT.homes({}, tmp_path)
