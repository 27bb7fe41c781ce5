"""ZCode's requests, one row each."""

from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_rows

from token_dashboard.agents.zcode import AGENT

REQUESTS = """
create table model_usage (
  id text primary key, session_id text, turn_id text, model_id text, status text, started_at integer,
  completed_at integer, input_tokens integer, output_tokens integer, reasoning_tokens integer,
  cache_read_input_tokens integer, cache_creation_input_tokens integer, computed_total_tokens integer);
"""
SCHEMA = REQUESTS + "create table session (id text primary key, directory text, path text);"


def request(name: str = "u-1", **columns: Any) -> dict[str, Any]:
    return {
        "id": name,
        "session_id": "s-1",
        "model_id": "GLM-5.2",
        "status": "completed",
        "started_at": TIME_MS,
        "completed_at": TIME_MS + 1_000,
        "input_tokens": 100,
        "output_tokens": 20,
        "reasoning_tokens": 5,
        "cache_read_input_tokens": 7,
        "cache_creation_input_tokens": 3,
        **columns,
    }


def write(home: Path, *requests: Any, schema: str = SCHEMA, sessions: Any = ()) -> Path:
    tables = {"session": sessions} if sessions else {}
    return write_rows(home / "cli" / "db" / "db.sqlite", schema, model_usage=requests, **tables)


def test_input_includes_what_was_cached_and_output_includes_reasoning(tmp_path: Path) -> None:
    write(tmp_path, request(), sessions=[{"id": "s-1", "directory": "/home/ada/shop"}])
    event = only(AGENT, tmp_path)
    assert parts(event) == (100, 7, 3, 20, 5)
    assert (event.model, event.time_ms) == ("glm-5.2", TIME_MS)
    assert (event.attribution.session, event.attribution.project) == ("s-1", "/home/ada/shop")


def test_a_database_without_sessions_tells_no_projects(tmp_path: Path) -> None:
    write(tmp_path, request(), schema=REQUESTS)
    assert only(AGENT, tmp_path).attribution.project is None


def test_a_request_counts_when_it_has_ended(tmp_path: Path) -> None:
    nothing = {"completed_at": None, "input_tokens": None, "output_tokens": None}
    write(tmp_path, request("u-0"), request(**nothing, status="running"))
    reader = read(AGENT, tmp_path)
    assert len(reader.requests) == 1
    write(tmp_path, request())
    assert len(later(reader)) == 2


@pytest.mark.parametrize(
    "bad",
    [
        {"input_tokens": 9},
        {"output_tokens": 4},
        {"input_tokens": -1},
        {"output_tokens": "x"},
        {"output_tokens": 10**18},
        {"started_at": None, "completed_at": None},
        {"started_at": 5},
    ],
)
def test_a_bad_row_takes_no_good_one_along(tmp_path: Path, bad: Any) -> None:
    write(tmp_path, request("u-0", **bad), request())
    events, lines = refused(AGENT, tmp_path)
    assert (len(events), lines) == (1, [1])


def test_failed_requests_used_nothing(tmp_path: Path) -> None:
    write(tmp_path, request(status="error", input_tokens=0, output_tokens=0))
    assert clean(AGENT, tmp_path) == []


def test_the_database_lies_in_zcodes_folder(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".zcode",)
