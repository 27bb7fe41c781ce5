"""Hermes' sessions: sums of their own or by model, and two kinds of cost."""

from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_rows

from token_dashboard.agents.hermes import AGENT

OLD = """
create table sessions (
  id text primary key, source text not null, model text, started_at real not null, cwd text, git_branch text,
  input_tokens integer default 0, output_tokens integer default 0, cache_read_tokens integer default 0,
  cache_write_tokens integer default 0, reasoning_tokens integer default 0, billing_provider text,
  estimated_cost_usd real, actual_cost_usd real, cost_status text);
"""
NEWER = (
    OLD
    + """
create table session_model_usage (
  session_id text not null, model text not null, billing_provider text not null default '',
  task text not null default '', input_tokens integer not null default 0,
  output_tokens integer not null default 0, cache_read_tokens integer not null default 0,
  cache_write_tokens integer not null default 0, reasoning_tokens integer not null default 0,
  estimated_cost_usd real not null default 0, actual_cost_usd real not null default 0, cost_status text,
  first_seen real, last_seen real, primary key (session_id, model, billing_provider, task));
"""
)
COUNTS = {
    "input_tokens": 100,
    "output_tokens": 50,
    "cache_read_tokens": 30,
    "cache_write_tokens": 4,
    "reasoning_tokens": 20,
}


def session(name: str = "s-1", **columns: Any) -> dict[str, Any]:
    return {
        "id": name,
        "source": "cli",
        "model": "claude-opus-4-5",
        "billing_provider": "anthropic",
        "started_at": TIME_MS / 1_000,
        "cwd": "/home/ada/shop",
        "git_branch": "main",
        **COUNTS,
        **columns,
    }


def usage(model: str = "claude-opus-4-5", **columns: Any) -> dict[str, Any]:
    return {"session_id": "s-1", "model": model, "billing_provider": "anthropic", **COUNTS, **columns}


def write(home: Path, *sessions: Any, schema: str = OLD, models: Any = ()) -> Path:
    tables = {"session_model_usage": models} if models else {}
    return write_rows(home / "state.db", schema, sessions=sessions, **tables)


def test_cached_input_lies_outside_input_and_reasoning_within_output(tmp_path: Path) -> None:
    write(tmp_path, session())
    event = only(AGENT, tmp_path)
    assert parts(event) == (134, 30, 4, 50, 20)
    assert (event.provider, event.model) == ("anthropic", "claude-opus-4-5")
    owner = event.attribution
    assert (owner.session, owner.project, owner.branch, owner.channel) == (
        "s-1",
        "/home/ada/shop",
        "main",
        "cli",
    )


@pytest.mark.parametrize("began", [TIME_MS / 1_000, TIME_MS // 1_000, float(TIME_MS)])
def test_times_are_seconds_or_milliseconds(tmp_path: Path, began: float) -> None:
    write(tmp_path, session(started_at=began))
    assert only(AGENT, tmp_path).time_ms == TIME_MS


@pytest.mark.parametrize(
    ("actual", "estimated", "status", "nanos"),
    [
        (0.5, 0.4, "actual", 500_000_000),
        (None, 0.4, "estimated", 400_000_000),
        (0, 0.4, "estimated", 400_000_000),
        (None, None, "unknown", None),
        (0, 0, None, None),
        (None, 0, "included", 0),
    ],
)
def test_what_was_paid_goes_before_what_was_estimated(
    tmp_path: Path, actual: float | None, estimated: float | None, status: str | None, nanos: int | None
) -> None:
    costs = {"actual_cost_usd": actual, "estimated_cost_usd": estimated, "cost_status": status}
    write(tmp_path, session(**costs))
    assert only(AGENT, tmp_path).recorded_cost_nanos == nanos


def test_a_scheduled_session_says_so(tmp_path: Path) -> None:
    write(tmp_path, session(source="cron"))
    assert only(AGENT, tmp_path).attribution.trigger == "cron"


class TestModels:
    def test_sums_by_model_go_before_those_of_the_session(self, tmp_path: Path) -> None:
        models = [usage(), usage("gpt-5", billing_provider="openai", first_seen=TIME_MS / 1_000 + 60)]
        write(tmp_path, session(output_tokens=100), session("s-2"), schema=NEWER, models=models)
        found = [(event.model, event.output_tokens) for event in clean(AGENT, tmp_path)]
        assert sorted(found) == [("claude-opus-4-5", 50), ("claude-opus-4-5", 50), ("gpt-5", 50)]

    def test_they_have_the_sessions_owner_and_a_beginning_of_their_own(self, tmp_path: Path) -> None:
        write(tmp_path, session(), schema=NEWER, models=[usage(first_seen=TIME_MS / 1_000 + 60)])
        event = only(AGENT, tmp_path)
        assert (event.time_ms, event.attribution.project) == (TIME_MS + 60_000, "/home/ada/shop")

    def test_tasks_of_one_model_add_up(self, tmp_path: Path) -> None:
        write(tmp_path, session(), schema=NEWER, models=[usage(), usage(task="title", output_tokens=1)])
        assert sum(event.output_tokens for event in clean(AGENT, tmp_path)) == 51

    def test_a_session_that_was_counted_before_there_were_models_counts_on(self, tmp_path: Path) -> None:
        write(tmp_path, session(), schema=NEWER)
        reader = read(AGENT, tmp_path)
        write(tmp_path, session(output_tokens=57), schema=NEWER, models=[usage(output_tokens=7)])
        assert sum(event.output_tokens for event in later(reader)) == 57


def test_a_session_that_goes_on_stays_one_event(tmp_path: Path) -> None:
    write(tmp_path, session())
    reader = read(AGENT, tmp_path)
    write(tmp_path, session(output_tokens=500))
    assert [event.output_tokens for event in later(reader)] == [500]


def test_a_session_that_used_nothing_is_no_event(tmp_path: Path) -> None:
    write(tmp_path, session(**dict.fromkeys(COUNTS, 0)))
    assert clean(AGENT, tmp_path) == []


@pytest.mark.parametrize(
    "bad",
    [
        {"input_tokens": -1},
        {"output_tokens": "many"},
        {"cache_read_tokens": 10**18},
        {"started_at": 5},
        {"actual_cost_usd": -1},
        {"actual_cost_usd": "much"},
    ],
)
def test_a_bad_row_takes_no_good_one_along(tmp_path: Path, bad: Any) -> None:
    write(tmp_path, session("s-0", **bad), session())
    events, lines = refused(AGENT, tmp_path)
    assert ([event.attribution.session for event in events], lines) == (["s-1"], [1])


def test_the_database_lies_in_hermes_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".hermes",)
    assert AGENT.homes({"HERMES_HOME": "/h"}, tmp_path) == (Path("/h"),)
