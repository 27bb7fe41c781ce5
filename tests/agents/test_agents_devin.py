"""Devin's answers, one row each."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_rows

from token_dashboard.agents.devin import AGENT

SCHEMA = """
create table sessions (id text primary key, working_directory text, model text);
create table message_nodes (
  row_id integer primary key autoincrement, session_id text not null, node_id integer not null,
  parent_node_id integer, chat_message text not null, created_at integer not null, metadata text);
"""


def answer(node: int = 2, *, role: str = "assistant", metrics: Any = None, **noted: Any) -> dict[str, Any]:
    used = {"input_tokens": 100, "output_tokens": 20, "cache_read_tokens": 7, "cache_creation_tokens": 3}
    metadata = {"generation_model": "glm-5-2", "metrics": metrics or used, **noted}
    message = {"role": role, "content": "Done.", "metadata": metadata}
    return {
        "session_id": "s-1",
        "node_id": node,
        "chat_message": json.dumps(message),
        "created_at": TIME_MS // 1000,
    }


def write(home: Path, *rows: dict[str, Any], model: str = "adaptive") -> None:
    session = {"id": "s-1", "working_directory": "/home/ada/shop", "model": model}
    write_rows(home / "cli" / "sessions.db", SCHEMA, sessions=[session], message_nodes=rows)


def test_cached_tokens_are_beside_the_input(tmp_path: Path) -> None:
    write(tmp_path, answer())
    event = only(AGENT, tmp_path)
    assert parts(event) == (110, 7, 3, 20, 0)
    assert (event.model, event.time_ms) == ("glm-5-2", TIME_MS)
    assert (event.attribution.session, event.attribution.project) == ("s-1", "/home/ada/shop")


@pytest.mark.parametrize(("model", "known"), [("kimi-k2-7", "kimi-k2-7"), ("adaptive", None), ("", None)])
def test_the_sessions_model_is_meant_where_the_answer_tells_none(
    tmp_path: Path, model: str, known: str | None
) -> None:
    write(tmp_path, answer(generation_model=None), model=model)
    assert only(AGENT, tmp_path).model == known


def test_an_answers_own_time_is_finer_than_its_rows(tmp_path: Path) -> None:
    write(tmp_path, answer(created_at="2026-11-20T12:00:00.250Z"))
    assert only(AGENT, tmp_path).time_ms == TIME_MS + 250


def test_what_others_said_and_lengths_alone_are_no_usage(tmp_path: Path) -> None:
    write(tmp_path, answer(role="user"), answer(3, metrics={"input_tokens": 0}), answer(4, num_tokens=9))
    assert len(clean(AGENT, tmp_path)) == 1


def test_a_row_that_was_copied_is_known_by_its_request(tmp_path: Path) -> None:
    write(tmp_path, answer(2, request_id="r-1"), {**answer(9, request_id="r-1"), "session_id": "s-2"})
    assert only(AGENT, tmp_path).output_tokens == 20


def test_new_rows_are_found(tmp_path: Path) -> None:
    write(tmp_path, answer())
    reader = read(AGENT, tmp_path)
    write(tmp_path, answer(3))
    assert len(later(reader)) == 2


@pytest.mark.parametrize("metrics", [{"input_tokens": -1}, {"output_tokens": "many"}, [1]])
def test_broken_figures_are_refused(tmp_path: Path, metrics: Any) -> None:
    write(tmp_path, answer(metrics=metrics), answer(3))
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1])


def test_the_database_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".local" / "share" / "devin",)
    assert AGENT.homes({"XDG_DATA_HOME": "/srv"}, tmp_path) == (Path("/srv/devin"),)
