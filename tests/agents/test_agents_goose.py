"""Goose's sessions: sums that were accumulated, and requests where a ledger has them."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_rows

from token_dashboard.agents.goose import AGENT

SESSIONS = """
create table sessions (
  id text primary key, name text not null default '', session_type text not null default 'user',
  working_dir text not null, created_at timestamp, updated_at timestamp,
  total_tokens integer, input_tokens integer, output_tokens integer,
  accumulated_total_tokens integer, accumulated_input_tokens integer, accumulated_output_tokens integer,
  provider_name text, model_config_json text);
"""
NEWER = (
    SESSIONS
    + """
alter table sessions add column accumulated_cache_read_tokens integer;
alter table sessions add column accumulated_cache_write_tokens integer;
alter table sessions add column accumulated_cost real;
create table usage_ledger (
  id integer primary key, session_id text, created_timestamp integer, model text, input_tokens integer,
  output_tokens integer, total_tokens integer, cache_read_tokens integer, cache_write_tokens integer,
  cost real, cost_source text, is_compaction integer);
"""
)


def session(name: str = "20261120_1", **columns: Any) -> dict[str, Any]:
    return {
        "id": name,
        "working_dir": "/home/ada/shop",
        "created_at": "2026-11-20 12:00:00",
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "accumulated_input_tokens": 1_000,
        "accumulated_output_tokens": 50,
        "accumulated_total_tokens": 1_050,
        "provider_name": "anthropic",
        "model_config_json": json.dumps({"model_name": "claude-sonnet-4-5", "context_limit": None}),
        **columns,
    }


def request(number: int = 1, **columns: Any) -> dict[str, Any]:
    return {
        "id": number,
        "session_id": "20261120_1",
        "created_timestamp": TIME_MS // 1_000 + number,
        "model": "claude-opus-4-5",
        "input_tokens": 400,
        "output_tokens": 20,
        "total_tokens": 420,
        "cache_read_tokens": 300,
        "cache_write_tokens": 40,
        "cost": 0.0291,
        "is_compaction": 0,
        **columns,
    }


def write(home: Path, *sessions: Any, schema: str = SESSIONS, requests: Any = ()) -> Path:
    path = home / "sessions" / "sessions.db"
    tables = {"usage_ledger": requests} if requests else {}
    return write_rows(path, schema, sessions=sessions, **tables)


class TestSums:
    def test_what_was_accumulated_goes_before_the_latest_request(self, tmp_path: Path) -> None:
        write(tmp_path, session())
        event = only(AGENT, tmp_path)
        assert parts(event) == (1_000, 0, 0, 50, 0)
        assert (event.provider, event.model, event.time_ms) == ("anthropic", "claude-sonnet-4-5", TIME_MS)
        assert (event.attribution.session, event.attribution.project) == ("20261120_1", "/home/ada/shop")

    def test_the_latest_request_counts_where_nothing_was_accumulated(self, tmp_path: Path) -> None:
        nothing = dict.fromkeys(("accumulated_input_tokens", "accumulated_output_tokens"))
        write(tmp_path, session(**nothing))
        assert parts(only(AGENT, tmp_path)) == (10, 0, 0, 5, 0)

    def test_what_the_total_has_more_is_reasoning(self, tmp_path: Path) -> None:
        write(tmp_path, session(accumulated_total_tokens=1_080))
        assert parts(only(AGENT, tmp_path)) == (1_000, 0, 0, 80, 30)

    def test_newer_versions_know_the_cached_part_and_the_cost(self, tmp_path: Path) -> None:
        cached = {"accumulated_cache_read_tokens": 600, "accumulated_cache_write_tokens": 100}
        write(tmp_path, session(**cached, accumulated_cost=0.25), schema=NEWER)
        event = only(AGENT, tmp_path)
        assert (parts(event), event.recorded_cost_nanos) == ((1_000, 600, 100, 50, 0), 250_000_000)

    def test_a_session_that_goes_on_stays_one_event(self, tmp_path: Path) -> None:
        write(tmp_path, session())
        reader = read(AGENT, tmp_path)
        write(tmp_path, session(accumulated_output_tokens=900, accumulated_total_tokens=1_900))
        [event] = later(reader)
        assert (event.output_tokens, event.time_ms) == (900, TIME_MS)

    def test_sessions_of_two_machines_may_have_one_id(self, tmp_path: Path) -> None:
        write(tmp_path / "a", session())
        write(tmp_path / "b", session(created_at="2026-11-20 13:00:00"))
        reader = read(AGENT, tmp_path / "a")
        reader.home = tmp_path / "b"
        assert len(later(reader)) == 2

    @pytest.mark.parametrize(
        ("kind", "trigger", "is_sidechain"),
        [("user", None, False), ("scheduled", "cron", False), ("sub_agent", None, True)],
    )
    def test_the_kind_of_a_session_says_what_caused_it(
        self, tmp_path: Path, kind: str, trigger: str | None, is_sidechain: bool
    ) -> None:
        write(tmp_path, session(session_type=kind))
        event = only(AGENT, tmp_path)
        assert (event.attribution.trigger, event.is_sidechain) == (trigger, is_sidechain)

    def test_a_session_that_used_nothing_is_no_event(self, tmp_path: Path) -> None:
        names = [f"{first}{kind}_tokens" for first in ("", "accumulated_") for kind in ("input", "output")]
        totals = ("total_tokens", "accumulated_total_tokens")
        write(tmp_path, session(**dict.fromkeys([*names, *totals])))
        assert clean(AGENT, tmp_path) == []


class TestLedger:
    def test_each_request_counts_and_the_sum_does_not(self, tmp_path: Path) -> None:
        requests = [request(1), request(2, is_compaction=1)]
        write(tmp_path, session(), schema=NEWER, requests=requests)
        first, second = clean(AGENT, tmp_path)
        assert (parts(first), first.model) == ((400, 300, 40, 20, 0), "claude-opus-4-5")
        assert (first.time_ms, first.recorded_cost_nanos) == (TIME_MS + 1_000, 29_100_000)
        assert (first.attribution.trigger, second.attribution.trigger) == (None, "compaction")
        assert first.provider == "anthropic"

    def test_what_was_used_before_there_was_a_ledger_counts_once(self, tmp_path: Path) -> None:
        write(tmp_path, session(), schema=NEWER)
        reader = read(AGENT, tmp_path)
        before = {"input_tokens": 1_000, "output_tokens": 50, "total_tokens": 1_050}
        requests = [request(1, model=None, cost=None, **before), request(2)]
        write(tmp_path, session(accumulated_input_tokens=1_400), schema=NEWER, requests=requests)
        assert sorted(event.output_tokens for event in later(reader)) == [20, 50]


class TestRefused:
    @pytest.mark.parametrize(
        "bad",
        [
            {"accumulated_input_tokens": -1},
            {"accumulated_output_tokens": "many"},
            {"accumulated_output_tokens": 1.5},
            {"accumulated_input_tokens": 10**18},
            {"created_at": "yesterday"},
            {"created_at": None},
        ],
    )
    def test_a_bad_row_takes_no_good_one_along(self, tmp_path: Path, bad: Any) -> None:
        write(tmp_path, session("20261120_0", **bad), session())
        events, lines = refused(AGENT, tmp_path)
        assert ([event.output_tokens for event in events], lines) == ([50], [1])

    def test_a_broken_configuration_costs_only_the_model(self, tmp_path: Path) -> None:
        write(tmp_path, session(model_config_json="{"))
        assert only(AGENT, tmp_path).model is None

    def test_a_database_without_sessions_is_told(self, tmp_path: Path) -> None:
        write_rows(tmp_path / "sessions" / "sessions.db", "create table other (id integer)")
        assert refused(AGENT, tmp_path) == ([], [0])


def test_sessions_lie_where_each_system_keeps_data_or_where_the_variable_says(tmp_path: Path) -> None:
    homes = AGENT.homes({}, tmp_path)
    assert tmp_path / ".local/share/goose" in homes
    assert tmp_path / "Library/Application Support/Block/goose/data" in homes
    assert AGENT.homes({"GOOSE_PATH_ROOT": "/g"}, tmp_path) == (Path("/g/data"),)
