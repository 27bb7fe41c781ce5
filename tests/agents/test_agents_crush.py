"""Crush's sessions: their cost adds up, their tokens don't."""

import os
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused, write_json, write_rows

from token_dashboard.agents.crush import AGENT

SCHEMA = """
create table sessions (
  id text primary key, parent_session_id text, title text, message_count integer not null default 0,
  prompt_tokens integer not null default 0, completion_tokens integer not null default 0,
  cost real not null default 0, updated_at integer, created_at integer);
"""


def session(name: str = "s-1", **columns: Any) -> dict[str, Any]:
    tokens = {"prompt_tokens": 9_000, "completion_tokens": 70}
    return {"id": name, "title": "secret", **tokens, "cost": 1.25, "created_at": TIME_MS // 1_000, **columns}


def write(home: Path, *sessions: Any) -> Path:
    return write_rows(home / "crush.db", SCHEMA, sessions=sessions)


def test_a_session_has_a_cost_and_no_tokens(tmp_path: Path) -> None:
    write(tmp_path, session())
    event = only(AGENT, tmp_path)
    assert (parts(event), event.recorded_cost_nanos) == ((0, 0, 0, 0, 0), 1_250_000_000)
    assert (event.model, event.time_ms, event.attribution.session) == (None, TIME_MS, "s-1")


def test_a_subagents_cost_is_a_part_of_its_parents(tmp_path: Path) -> None:
    write(tmp_path, session(), session("s-2", parent_session_id="s-1", cost=0.5), session("s-3", cost=0))
    assert len(clean(AGENT, tmp_path)) == 1


def test_a_session_that_goes_on_stays_one_event(tmp_path: Path) -> None:
    write(tmp_path, session())
    reader = read(AGENT, tmp_path)
    write(tmp_path, session(cost=2))
    assert [event.recorded_cost_nanos for event in later(reader)] == [2_000_000_000]


@pytest.mark.parametrize("bad", [{"cost": -1}, {"cost": "much"}, {"cost": 1e300}, {"created_at": 5}])
def test_a_bad_row_takes_no_good_one_along(tmp_path: Path, bad: Any) -> None:
    write(tmp_path, session("s-0", **bad), session())
    events, lines = refused(AGENT, tmp_path)
    assert (len(events), lines) == (1, [1])


class TestPlaces:
    def listed(self, folder: Path, *projects: Any) -> None:
        write_json(folder / "projects.json", {"projects": [*projects]})

    def test_the_list_of_projects_names_the_databases(self, tmp_path: Path) -> None:
        own = {"path": str(tmp_path / "shop"), "data_dir": ".crush", "last_accessed": "2026-11-20T12:00:00Z"}
        shared = {"path": str(tmp_path / "lab"), "data_dir": str(tmp_path / "data")}
        self.listed(tmp_path / ".local/share/crush", own, shared)
        assert AGENT.homes({}, tmp_path) == (tmp_path / "shop/.crush", tmp_path / "data")

    @pytest.mark.parametrize(
        ("variable", "folder"),
        [("CRUSH_GLOBAL_DATA", "x"), ("XDG_DATA_HOME", "x/crush"), ("LOCALAPPDATA", "x/crush")],
    )
    def test_variables_say_where_the_list_is(self, tmp_path: Path, variable: str, folder: str) -> None:
        self.listed(tmp_path / folder, {"path": "/p", "data_dir": "d"})
        assert AGENT.homes({variable: str(tmp_path / "x")}, tmp_path) == (Path("/p/d"),)

    @pytest.mark.parametrize(
        "text", ["", "[]", "{", '{"projects":5}', '{"projects":[{"path":1}]}', "[" * 9_999]
    )
    def test_a_broken_list_names_none(self, tmp_path: Path, text: str) -> None:
        path = tmp_path / "projects.json"
        path.write_text(text)
        assert AGENT.homes({"CRUSH_GLOBAL_DATA": str(tmp_path)}, tmp_path) == ()

    def test_a_pipe_in_its_place_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "projects.json")
        assert AGENT.homes({"CRUSH_GLOBAL_DATA": str(tmp_path)}, tmp_path) == ()

    def test_a_project_may_be_named_by_its_own_folder(self, tmp_path: Path) -> None:
        write(tmp_path / "shop" / ".crush", session())
        assert len(clean(AGENT, tmp_path / "shop")) == 1
