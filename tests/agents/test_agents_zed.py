"""Zed's threads: a sum of all requests in a compressed document."""

import json
from pathlib import Path
from typing import Any

import pytest
import zstd_here as zstd
from agent_homes import read
from foreign_homes import TIME, TIME_MS, clean, later, only, parts, refused, write_rows

from token_dashboard.agents.zed import AGENT

OLD = "create table threads (id text primary key, summary text, updated_at text, data_type text, data blob);"
SCHEMA = OLD + "".join(
    f"alter table threads add column {name} text;"
    for name in ("parent_id", "folder_paths", "folder_paths_order", "created_at")
)
SUM = {
    "input_tokens": 400,
    "output_tokens": 60,
    "cache_creation_input_tokens": 5,
    "cache_read_input_tokens": 30,
}
TURNS = {"user-1": {"input_tokens": 100, "output_tokens": 20}, "user-2": {"input_tokens": 50}}


def thread(name: str = "t-1", *, columns: Any = None, kind: str = "zstd", **fields: Any) -> dict[str, Any]:
    document = {
        "version": "0.3.0",
        "messages": [{"User": {"content": "secret"}}],
        "cumulative_token_usage": SUM,
        "request_token_usage": TURNS,
        "model": {"provider": "zed.dev", "model": "claude-sonnet-4-5"},
        "imported": False,
        **fields,
    }
    text = json.dumps(document).encode()
    return {
        "id": name,
        "summary": "secret",
        "updated_at": "2026-11-20T13:00:00Z",
        "data_type": kind,
        "data": zstd.compress(text) if kind == "zstd" else text,
        **({"created_at": TIME} if columns is None else columns),
    }


def write(home: Path, *threads: Any, schema: str = SCHEMA) -> Path:
    return write_rows(home / "threads" / "threads.db", schema, threads=threads)


@pytest.mark.parametrize("kind", ["zstd", "json"])
def test_the_sum_of_a_thread_counts_and_not_its_turns(tmp_path: Path, kind: str) -> None:
    write(tmp_path, thread(kind=kind))
    event = only(AGENT, tmp_path)
    assert parts(event) == (435, 30, 5, 60, 0)
    assert (event.provider, event.model, event.time_ms) == ("zed.dev", "claude-sonnet-4-5", TIME_MS)


@pytest.mark.parametrize("total", [None, {}, {"input_tokens": 0, "output_tokens": 0}])
@pytest.mark.parametrize("turns", [TURNS, [*TURNS.values()]])
def test_its_turns_count_where_there_is_no_sum(tmp_path: Path, total: Any, turns: Any) -> None:
    write(tmp_path, thread(cumulative_token_usage=total, request_token_usage=turns))
    assert parts(only(AGENT, tmp_path)) == (150, 0, 0, 20, 0)


def test_a_thread_that_goes_on_stays_one_event_even_under_another_model(tmp_path: Path) -> None:
    write(tmp_path, thread())
    reader = read(AGENT, tmp_path)
    write(
        tmp_path, thread(cumulative_token_usage={**SUM, "output_tokens": 90}, model={"provider": "anthropic"})
    )
    [event] = later(reader)
    assert (event.output_tokens, event.provider) == (90, "anthropic")


def test_a_subagents_thread_is_a_sidechain(tmp_path: Path) -> None:
    write(tmp_path, thread(columns={"created_at": TIME, "parent_id": "t-0"}))
    assert only(AGENT, tmp_path).is_sidechain


@pytest.mark.parametrize(
    ("folders", "order", "project"),
    [
        ("/a\n/b", "1,0", "/b"),
        ("/a\n/b", "0,1", "/a"),
        ("/a", None, "/a"),
        ("/a\n/b", "x", "/a"),
        ("", "", None),
    ],
)
def test_the_project_is_the_folder_that_was_opened_first(
    tmp_path: Path, folders: str, order: str | None, project: str | None
) -> None:
    columns = {"created_at": TIME, "folder_paths": folders, "folder_paths_order": order}
    write(tmp_path, thread(columns=columns))
    assert only(AGENT, tmp_path).attribution.project == project


def test_old_databases_date_a_thread_by_its_latest_change(tmp_path: Path) -> None:
    write(tmp_path, thread(columns={}), schema=OLD)
    assert only(AGENT, tmp_path).time_ms == TIME_MS + 3_600_000


def test_what_somebody_else_paid_or_nobody_used_is_no_event(tmp_path: Path) -> None:
    nothing = {"cumulative_token_usage": {}, "request_token_usage": {}}
    write(tmp_path, thread(imported=True), thread("t-2", **nothing))
    assert clean(AGENT, tmp_path) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"data": b"no frame"},
        {"data": zstd.compress(b'{"cumulative_token_usage":{')},
        {"data": zstd.compress(b"x" * (65 << 20))},
        {"data": thread()["data"][:-9]},
        {"data_type": "gzip"},
        {"created_at": "yesterday"},
        thread(cumulative_token_usage={"input_tokens": -1}),
        thread(cumulative_token_usage={"input_tokens": "1"}),
        thread(cumulative_token_usage=5),
    ],
)
def test_a_bad_thread_takes_no_good_one_along(tmp_path: Path, bad: Any) -> None:
    write(tmp_path, {**thread(), **bad, "id": "t-0"}, thread())
    events, lines = refused(AGENT, tmp_path)
    assert ([event.output_tokens for event in events], lines) == ([60], [1])


def test_threads_lie_where_each_system_keeps_data(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (
        tmp_path / ".local/share/zed",
        tmp_path / "Library/Application Support/Zed",
        tmp_path / "AppData/Local/Zed",
    )
