"""Reasonix' statistics: a line a request."""

import json
from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME, TIME_MS, clean, only, parts, refused

from token_dashboard.agents.reasonix import AGENT


def request(**changed: Any) -> dict[str, Any]:
    known = {
        "ts": TIME,
        "model": "deepseek/chat",
        "prompt": 100,
        "completion": 20,
        "reasoning": 5,
        "cache_hit": 30,
    }
    return {**known, "cache_miss": 70, "total": 120, "requests": 1, **changed}


def write(home: Path, *lines: dict[str, Any], day: str = "2026-11-20") -> None:
    path = home / "stats" / f"{day}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_cached_is_within_the_input_and_reasoning_within_the_output(tmp_path: Path) -> None:
    write(tmp_path, request(requests=3))
    event = only(AGENT, tmp_path)
    assert parts(event) == (100, 30, 0, 20, 5)
    assert (event.requests, event.time_ms) == (3, TIME_MS)


@pytest.mark.parametrize(
    ("told", "provider", "model"),
    [
        ("deepseek/chat", "deepseek", "chat"),
        ("openrouter/google/gemini-3-pro", "openrouter", "google/gemini-3-pro"),
        ("claude-sonnet-4-5", None, "claude-sonnet-4-5"),
        ("", None, None),
    ],
)
def test_a_model_is_named_with_its_provider(
    tmp_path: Path, told: str, provider: str | None, model: str | None
) -> None:
    write(tmp_path, request(model=told))
    event = only(AGENT, tmp_path)
    assert (event.provider, event.model) == (provider, model)


def test_a_copy_adds_nothing_and_another_request_does(tmp_path: Path) -> None:
    write(tmp_path, request(), request(prompt=101), request(ts="2026-11-20T12:00:00.001Z"))
    write(tmp_path, request(), day="copy")
    assert len(clean(AGENT, tmp_path)) == 3


def test_the_end_of_a_turn_and_what_used_nothing_are_no_requests(tmp_path: Path) -> None:
    write(tmp_path, {"ts": TIME, "turn": True}, request(turn=True), request(prompt=0, completion=0))
    assert clean(AGENT, tmp_path) == []


@pytest.mark.parametrize("changed", [{"prompt": -1}, {"completion": "many"}, {"ts": None}, {"ts": "soon"}])
def test_a_broken_line_is_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    write(tmp_path, request(**changed), request())
    events, lines = refused(AGENT, tmp_path)
    assert (len(events), lines) == (1, [1])


def test_statistics_lie_in_its_folder_or_where_a_variable_says(tmp_path: Path) -> None:
    windows = tmp_path / "AppData" / "Roaming" / "reasonix"
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".reasonix", windows)
    assert AGENT.homes({"REASONIX_HOME": "/srv/r"}, tmp_path) == (Path("/srv/r"),)
    assert AGENT.homes({"REASONIX_HOME": "/srv/r", "REASONIX_STATE_HOME": "/srv/s"}, tmp_path) == (
        Path("/srv/s"),
    )
