"""MiniMax Code: pi's messages, which compactions and copies write again."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, only, parts, refused, write_rows

from token_dashboard.agents.minimax_code import AGENT

SESSIONS = """
    create table local_runtime_sessions (
        session_id text primary key, parent_session_id text, workspace_dir text, project_workspace_dir text
    )
"""
SESSION = Path("v2") / "sessions" / "2026" / "11" / "20" / "12-00-00-000-session_bXZzXzE"


def answer(name: str = "msg-1", time_ms: int = TIME_MS, **usage: Any) -> dict[str, Any]:
    cost = {"input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0, "total": 0}
    known = {"input": 60, "output": 20, "cacheRead": 30, "cacheWrite": 10, "totalTokens": 120, "cost": cost}
    message = {
        "role": "assistant",
        "content": [],
        "api": "anthropic-messages",
        "provider": "minimax",
        "model": "MiniMax-M3",
        "usage": {**known, **usage},
        "stopReason": "toolUse",
        "timestamp": time_ms,
    }
    return {"message_id": name, "turn_id": "turn-1", "message": message}


def write(home: Path, *lines: dict[str, Any], name: str = "messages.jsonl", folder: Path = SESSION) -> Path:
    path = home / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_cached_tokens_stand_beside_the_input(tmp_path: Path) -> None:
    write(tmp_path, answer(reasoning=5))
    event = only(AGENT, tmp_path)
    assert parts(event) == (100, 30, 10, 20, 5)
    assert (event.time_ms, event.provider, event.model) == (TIME_MS, "minimax", "MiniMax-M3")
    assert event.attribution.session == "mvs_1"


@pytest.mark.parametrize("folder", ["12-00-00-000-session_", "12-00-00-000-session_%%", "somewhere"])
def test_a_folder_of_another_name_is_the_session(tmp_path: Path, folder: str) -> None:
    write(tmp_path, answer(), folder=SESSION.parent / folder)
    assert only(AGENT, tmp_path).attribution.session == folder


def test_the_database_tells_a_sessions_folder_and_its_parent(tmp_path: Path) -> None:
    write(tmp_path, answer())
    write(tmp_path, answer(time_ms=TIME_MS + 1), folder=SESSION.parent / "13-00-00-000-session_bXZzXzI")
    database = tmp_path / "v2" / "sqlite" / "runtime-state.sqlite"
    write_rows(
        database,
        SESSIONS,
        local_runtime_sessions=[
            {"session_id": "mvs_1", "workspace_dir": "/home/u/shop"},
            {"session_id": "mvs_2", "workspace_dir": "/home/u/shop", "parent_session_id": "mvs_1"},
        ],
    )
    told = [(event.attribution.project, event.is_sidechain) for event in clean(AGENT, tmp_path)]
    assert told == [("/home/u/shop", False), ("/home/u/shop", True)]


@pytest.mark.parametrize("schema", [SESSIONS, "create table local_runtime_sessions (id text)"])
def test_a_session_that_the_database_does_not_know_counts_too(tmp_path: Path, schema: str) -> None:
    write(tmp_path, answer())
    write_rows(tmp_path / "v2" / "sqlite" / "runtime-state.sqlite", schema)
    event = only(AGENT, tmp_path)
    assert (event.attribution.project, event.is_sidechain) == (None, False)


def test_a_plan_costs_nothing_a_request_and_a_price_stands_where_one_is(tmp_path: Path) -> None:
    write(tmp_path, answer(), answer("msg-2", TIME_MS + 1, cost={"total": 0.0125}))
    assert [event.recorded_cost_nanos for event in clean(AGENT, tmp_path)] == [None, 12_500_000]


def test_what_a_compaction_took_away_was_used(tmp_path: Path) -> None:
    first, second = answer(), answer("msg-2", TIME_MS + 1)
    write(tmp_path, first, second)
    reader = read(AGENT, tmp_path)
    kept = {**second, "message_id": "msg-9"}
    summary = {
        "message_id": "msg-8",
        "turn_id": "t",
        "message": {"role": "compactionSummary", "summary": "."},
    }
    write(tmp_path, first, second, name="snapshots/g000000000000--c-1.jsonl")
    write(tmp_path, summary, kept, answer("msg-3", TIME_MS + 2))
    reader.scan()
    assert len(reader.requests) == 3
    assert len(clean(AGENT, tmp_path)) == 3


def test_a_session_that_begins_with_another_ones_copy_adds_nothing(tmp_path: Path) -> None:
    write(tmp_path, answer())
    write(tmp_path, answer("msg-7"), folder=SESSION.parent / "13-00-00-000-session_bXZzXzI")
    assert only(AGENT, tmp_path).attribution.session == "mvs_1"


def test_other_files_of_a_session_are_not_read(tmp_path: Path) -> None:
    write(tmp_path, answer())
    write(tmp_path, answer("msg-2", TIME_MS + 1), name="llm-context-inspector/events.jsonl")
    write(tmp_path, answer("msg-3", TIME_MS + 2), name="user-message-locators.jsonl")
    assert len(clean(AGENT, tmp_path)) == 1


@pytest.mark.parametrize("wrong", [{"input": -1}, {"output": "20"}, {"cost": {"total": -1}}])
def test_what_cannot_be_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    write(tmp_path, answer(**wrong), answer("msg-2"))
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1])


def test_an_answer_without_a_time_is_refused(tmp_path: Path) -> None:
    timeless = answer()
    del timeless["message"]["timestamp"]
    write(tmp_path, timeless, {"message_id": "msg-2", "turn_id": "t"})
    assert refused(AGENT, tmp_path) == ([], [1])


def test_data_lie_where_a_variable_or_the_system_says(tmp_path: Path) -> None:
    usual = (tmp_path / ".minimax", tmp_path / ".local" / "share" / "minimax")
    assert AGENT.homes({}, tmp_path) == usual
    assert AGENT.homes({"MAVIS_DATA_DIR": "/a"}, tmp_path) == (Path("/a"),)
    assert AGENT.homes({"MAVIS_DATA_DIR": "/a", "MINIMAX_DATA_DIR": "/b"}, tmp_path) == (Path("/b"),)
    write(tmp_path / "home", answer())
    for named in ("", "v2", "v2/sessions"):
        assert len(clean(AGENT, tmp_path / "home" / named)) == 1
