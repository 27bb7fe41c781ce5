"""MiMo Code's databases, which are OpenCode's in another place."""

from pathlib import Path

from agent_homes import copy_fixture, log_paths, read

from token_dashboard.agents.mimo_code import AGENT


def test_a_message_that_two_release_channels_have_counts_once(tmp_path: Path) -> None:
    home = copy_fixture(AGENT, tmp_path)
    reader = read(AGENT, home)
    assert len(reader.records) == 3
    assert [event.output_tokens for event in reader.requests] == [600, 5]


def test_databases_of_each_channel_are_found_and_nothing_else(tmp_path: Path) -> None:
    for name in ("mimocode.db", "mimocode-beta.db", "other.db", "mimocode.db-wal"):
        (tmp_path / name).touch()
    assert {path.name for path in log_paths(AGENT, tmp_path)} == {"mimocode.db", "mimocode-beta.db"}


def test_they_lie_in_the_data_folder(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".local" / "share" / "mimocode",)
    assert AGENT.homes({"XDG_DATA_HOME": "/srv"}, tmp_path) == (Path("/srv/mimocode"),)
