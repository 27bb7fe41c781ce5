"""OpenCode's messages: files and databases, forks, reasoning, and what it says that they cost."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader, read
from foreign_homes import TIME_MS, write_json, write_rows

from token_dashboard.agents.kilo import AGENT as KILO
from token_dashboard.agents.opencode import AGENT
from token_dashboard.model.usage import UsageEvent

SCHEMA = """
create table session (id text primary key, parent_id text, directory text not null);
create table message (
  id text primary key, session_id text not null, time_created integer not null, time_updated integer not null,
  data text not null
);
"""


def answer(tokens: dict[str, Any] | None = None, *, created: float = TIME_MS, **other: Any) -> dict[str, Any]:
    counted = {
        "input": 1000,
        "output": 200,
        "reasoning": 0,
        "cache": {"read": 0, "write": 0},
        **(tokens or {}),
    }
    return {
        "role": "assistant",
        "time": {"created": created, "completed": created + 4000},
        "modelID": "claude-sonnet-4-5",
        "providerID": "anthropic",
        "path": {"cwd": "/home/ada/shop/web", "root": "/home/ada/shop"},
        "cost": 0.01,
        "tokens": counted,
        **other,
    }


def row(message: dict[str, Any], name: str = "msg_1", session: str = "ses_1", **other: Any) -> dict[str, Any]:
    created = int(message["time"]["created"])
    return {
        "id": name,
        "session_id": session,
        "time_created": created,
        "time_updated": created + 4000,
        "data": json.dumps(message),
        **other,
    }


def write_database(home: Path, *rows: dict[str, Any], name: str = "opencode.db") -> Path:
    return write_rows(home / name, SCHEMA, message=rows)


def write_message(home: Path, message: dict[str, Any], name: str = "msg_1", session: str = "ses_1") -> Path:
    path = home / "storage" / "message" / session / f"{name}.json"
    return write_json(path, {"id": name, "sessionID": session, **message})


def only(home: Path) -> UsageEvent:
    reader = read(AGENT, home)
    assert reader.rejects == []
    [event] = reader.requests
    return event


class TestForks:
    @pytest.mark.parametrize("clone_first", [False, True])
    def test_a_fork_that_clones_rows_under_new_ids_adds_nothing(
        self, tmp_path: Path, clone_first: bool
    ) -> None:
        rows = [row(answer(), "msg_1", "ses_1"), row(answer(), "msg_9", "ses_2")]
        write_database(tmp_path, *(reversed(rows) if clone_first else rows))
        assert only(tmp_path).input_tokens == 1000

    def test_two_answers_of_one_moment_and_model_are_two(self, tmp_path: Path) -> None:
        write_database(tmp_path, row(answer(), "msg_1"), row(answer({"output": 201}), "msg_2"))
        assert read(AGENT, tmp_path).totals["output"] == 401

    def test_a_message_that_moved_from_its_file_into_the_database_counts_once(self, tmp_path: Path) -> None:
        write_message(tmp_path, answer(created=TIME_MS + 0.25))
        write_database(tmp_path, row(answer(created=TIME_MS + 0.25)))
        assert only(tmp_path).time_ms == TIME_MS

    def test_each_release_channel_has_a_database(self, tmp_path: Path) -> None:
        write_database(tmp_path, row(answer()))
        write_database(tmp_path, row(answer(created=TIME_MS + 9000)), name="opencode-beta.db")
        assert read(AGENT, tmp_path).totals["requests"] == 2


class TestReasoning:
    @pytest.mark.parametrize(
        ("tokens", "model", "output", "reasoning"),
        [
            pytest.param({"reasoning": 150}, ("openai", "gpt-5.2"), 200, 150, id="old OpenAI: inside"),
            pytest.param({"reasoning": 150}, ("google", "gemini-3-pro"), 350, 150, id="old Google: beside"),
            pytest.param(
                {"reasoning": 150}, ("google-vertex", "gemini-3-pro"), 350, 150, id="old Vertex: beside"
            ),
            pytest.param(
                {"reasoning": 150, "total": 1350}, ("openai", "gpt-5.2"), 350, 150, id="total: beside"
            ),
            pytest.param(
                {"reasoning": 150, "total": 1200}, ("openai", "gpt-5.2"), 200, 150, id="total: inside"
            ),
            pytest.param(
                {"reasoning": 900, "total": 1200}, ("x", "y"), 200, 200, id="never more than the output"
            ),
        ],
    )
    def test_is_added_where_output_does_not_hold_it(
        self, tmp_path: Path, tokens: dict[str, Any], model: tuple[str, str], output: int, reasoning: int
    ) -> None:
        write_database(tmp_path, row(answer(tokens, providerID=model[0], modelID=model[1])))
        event = only(tmp_path)
        assert (event.output_tokens, event.reasoning_output_tokens) == (output, reasoning)


class TestWhatIsKept:
    def test_a_subscriptions_cost_of_nothing_is_kept_as_nothing(self, tmp_path: Path) -> None:
        write_database(tmp_path, row(answer(cost=0)))
        assert only(tmp_path).recorded_cost_nanos == 0

    def test_a_cost_that_is_not_told_is_unknown(self, tmp_path: Path) -> None:
        write_database(tmp_path, row(answer(cost=None)))
        assert only(tmp_path).recorded_cost_nanos is None

    def test_cached_parts_are_inside_input(self, tmp_path: Path) -> None:
        write_message(tmp_path, answer({"cache": {"read": 5000, "write": 300}}))
        event = only(tmp_path)
        assert (event.input_tokens, event.cache_read_input_tokens) == (6300, 5000)
        assert event.cache_creation_input_tokens == 300

    def test_a_session_with_a_parent_is_a_subagents(self, tmp_path: Path) -> None:
        sessions = [{"id": "ses_1", "parent_id": "ses_0", "directory": "/home/ada/tools"}]
        path = write_database(tmp_path, row(answer(path=None)))
        write_rows(path, SCHEMA, session=sessions)
        event = only(tmp_path)
        assert (event.is_sidechain, event.attribution.project) == (True, "/home/ada/tools")

    def test_a_folder_without_git_is_the_project_itself(self, tmp_path: Path) -> None:
        write_message(tmp_path, answer(path={"cwd": "/tmp/notes", "root": "/"}))
        assert only(tmp_path).attribution.project == "/tmp/notes"

    def test_kilo_is_read_the_same_way_under_its_own_name(self, tmp_path: Path) -> None:
        write_database(tmp_path, row(answer()), name="kilo.db")
        [event] = read(KILO, tmp_path).requests
        assert (event.agent, event.input_tokens) == ("kilo", 1000)


class TestAnswersThatGrow:
    def test_one_that_is_under_way_counts_once_when_it_is_done(self, tmp_path: Path) -> None:
        under_way = answer()
        del under_way["time"]["completed"]
        path = write_database(tmp_path, row(under_way, time_updated=_now_ms(tmp_path)))
        reader = read(AGENT, tmp_path)
        assert reader.requests == []
        write_rows(path, SCHEMA, message=[row(answer(), time_updated=_now_ms(tmp_path))])
        reader.scan()
        assert reader.totals["requests"] == 1

    def test_one_that_was_never_completed_counts(self, tmp_path: Path) -> None:
        left = answer()
        del left["time"]["completed"]
        write_database(tmp_path, row(left))
        assert only(tmp_path).output_tokens == 200

    @pytest.mark.parametrize(
        "clock",
        [
            pytest.param(lambda number: number, id="goes"),
            pytest.param(lambda number: -number, id="goes back"),
            pytest.param(lambda number: (number % 7) * 1_000_000_000, id="jumps"),
        ],
    )
    def test_no_row_is_missed_whatever_the_clock_does(
        self, tmp_path: Path, clock: Callable[[int], int]
    ) -> None:
        write_database(tmp_path)
        reader = Reader(AGENT, tmp_path)
        for number in range(40):
            moment = TIME_MS + number
            write_database(
                tmp_path, row(answer(created=moment), f"m{number}", time_updated=TIME_MS + clock(number))
            )
            reader.scan()
        assert reader.totals["requests"] == 40


def _now_ms(folder: Path) -> int:
    """By the clock of the file system."""
    probe = folder / "probe"
    probe.touch()
    return probe.stat().st_mtime_ns // 1_000_000


def test_the_data_folder_can_be_named(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".local/share/opencode",)
    assert AGENT.homes({"XDG_DATA_HOME": "/data"}, tmp_path) == (Path("/data/opencode"),)
    assert AGENT.homes({"OPENCODE_DATA_DIR": "/a,~/b"}, tmp_path) == (Path("/a"), tmp_path / "b")
