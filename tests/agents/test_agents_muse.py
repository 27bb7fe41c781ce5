"""Muse Code: a file of records a session, which repeats its subagents' ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused

from token_dashboard.agents.muse import AGENT

DAY = Path("sessions") / "2026" / "11" / "20"


def record(
    payload: dict[str, Any], name: str = "r-1", session: str = "s-1", **changed: Any
) -> dict[str, Any]:
    known = {
        "schema_version": 1,
        "id": name,
        "stream": {"kind": "session", "id": session},
        "sequence": 7,
        "recorded_at": TIME_MS * 1000,
        "record_type": "event",
        "payload_type": "runtime.session",
        "payload": payload,
    }
    return {**known, **changed}


def asked(name: str = "r-1", session: str = "s-1", run: str = "run-1", **usage: Any) -> dict[str, Any]:
    known = {
        "input_tokens": 100,
        "output_tokens": 20,
        "cached_tokens": 30,
        "cache_read_tokens": 30,
        "cache_write_tokens": 0,
        "reasoning_tokens": 5,
    }
    event = {
        "kind": "model_completed",
        "usage": {**known, **usage},
        "duration_ms": 900,
        "model": "muse-spark-1.3",
    }
    return record({"kind": "run", "run_id": run, "event": event}, name, session)


def metadata(session: str = "s-1", **facts: Any) -> dict[str, Any]:
    known = {"workspace_root": "/home/u/shop", "provider_id": "meta", "model_id": "muse-spark-1.3"}
    told = {"kind": "session_metadata", "record": {**known, **facts}}
    return record(told, "r-0", session, payload_type="runtime.session.metadata")


def write(home: Path, *lines: dict[str, Any], folder: str = "s-1") -> Path:
    path = home / DAY / folder / "session.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_parts_are_within_their_wholes(tmp_path: Path) -> None:
    write(tmp_path, metadata(), asked())
    event = only(AGENT, tmp_path)
    assert parts(event) == (100, 30, 0, 20, 5)
    assert (event.time_ms, event.provider, event.model) == (TIME_MS, "meta", "muse-spark-1.3")
    assert (event.attribution.session, event.attribution.project) == ("s-1", "/home/u/shop")
    assert not event.is_sidechain


def test_a_goals_sums_and_a_childs_tell_the_same_requests(tmp_path: Path) -> None:
    quantity = {"unit": "tokens", "input_tokens": 100, "output_tokens": 20, "reported": True}
    goal = {"kind": "goal_usage_attribution", "record": {"usage_id": "u-1", "quantity": quantity}}
    child = {"kind": "workflow_child_lifecycle", "usage": {"input_tokens": 100, "output_tokens": 20}}
    others = [record({"kind": "run", "run_id": "run-1", "event": event}, "r-9") for event in (goal, child)]
    write(tmp_path, others[0], asked(), others[1])
    assert parts(only(AGENT, tmp_path)) == (100, 30, 0, 20, 5)


def test_a_subagents_records_stand_in_its_parents_file_too(tmp_path: Path) -> None:
    child = asked("r-2", "c-1", "run-2")
    write(tmp_path, metadata(), asked(), child)
    write(tmp_path, metadata("c-1"), child, folder="s-1/subagent/c-1")
    events = clean(AGENT, tmp_path)
    assert sorted((event.attribution.session, event.is_sidechain) for event in events) == [
        ("c-1", True),
        ("s-1", False),
    ]


@pytest.mark.parametrize("name", ["r-1", "r-77"])
def test_a_session_that_repeats_another_adds_nothing(tmp_path: Path, name: str) -> None:
    write(tmp_path, metadata(), asked())
    write(tmp_path, metadata("s-2"), asked(name, "s-2"), asked("r-2", "s-2", "run-2"), folder="s-2")
    sessions = [event.attribution.session for event in clean(AGENT, tmp_path)]
    assert len(sessions) == 2
    assert "s-2" in sessions


def test_a_record_within_another_one_counts(tmp_path: Path) -> None:
    wrapped = {"retained_frame": {"version": 1}, "children": [{"record_json": json.dumps(asked())}, {}]}
    other = {"children": [{"record_json": '{"payload":{"event":"told otherwise"}}'}]}
    write(tmp_path, {"retained_marker": {"sequence": 3}}, wrapped, other, asked("r-2", run="run-2"))
    assert len(clean(AGENT, tmp_path)) == 2


def test_an_automated_review_is_a_request_of_its_own(tmp_path: Path) -> None:
    usage = {"input_tokens": 50, "cached_input_tokens": 40, "non_cached_input_tokens": 10, "output_tokens": 6}
    model = {"provider_id": "meta", "model_id": "muse-guard-1"}
    event = {"kind": "automated_review_completed", "usage": usage, "model": model}
    write(tmp_path, record({"kind": "approval", "event": event}))
    told = only(AGENT, tmp_path)
    assert (parts(told), told.model, told.attribution.trigger) == (
        (50, 40, 0, 6, 0),
        "muse-guard-1",
        "review",
    )


def test_a_test_model_uses_nothing(tmp_path: Path) -> None:
    nothing = asked()
    nothing["payload"]["event"]["usage"] = {"input_tokens": 0, "output_tokens": 0, "cached_tokens": 0}
    write(tmp_path, nothing)
    assert clean(AGENT, tmp_path) == []


def test_of_another_provider_only_what_used_no_cache_is_sure(tmp_path: Path) -> None:
    changed = {
        "kind": "model_reconfigure",
        "record": {"effective": {"provider_id": "acme", "model_id": "a-1"}},
    }
    no_cache = asked("r-2", run="run-2", cached_tokens=0, cache_read_tokens=0)
    write(tmp_path, metadata(), record(changed), asked(), no_cache)
    events, rows = refused(AGENT, tmp_path)
    assert ([event.provider for event in events], rows) == (["acme"], [3])


@pytest.mark.parametrize("told", ["muse", "unknown", None])
def test_no_provider_of_a_muse_model_is_meta(tmp_path: Path, told: str | None) -> None:
    write(tmp_path, metadata(provider_id=told), asked())
    assert only(AGENT, tmp_path).provider == "meta"


def test_what_a_session_told_is_known_at_its_next_reading(tmp_path: Path) -> None:
    path = write(tmp_path, metadata(), asked())
    reader = read(AGENT, tmp_path)
    with path.open("a") as file:
        file.write(json.dumps(asked("r-2", run="run-2")) + "\n")
    assert [event.attribution.project for event in later(reader)] == ["/home/u/shop"] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"cache_read_tokens": 101},
        {"reasoning_tokens": 21},
        {"cache_write_tokens": 1},
        {"input_tokens": -1},
        {"output_tokens": "20"},
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    write(tmp_path, asked(**wrong), asked("r-2", run="run-2"))
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1])


def test_a_request_without_a_time_or_a_name_is_refused(tmp_path: Path) -> None:
    timeless = {**asked(), "recorded_at": None}
    nameless = asked("", run="")
    write(tmp_path, timeless, nameless, asked("r-3", run=""))
    events, rows = refused(AGENT, tmp_path)
    assert (len(events), rows) == (1, [1, 2])


def test_data_lie_where_the_system_keeps_them(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".local" / "share" / "muse",)
    assert AGENT.homes({"XDG_DATA_HOME": "/srv"}, tmp_path) == (Path("/srv/muse"),)
