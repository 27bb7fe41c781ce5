"""Augment's turns, each with the usage of its request."""

from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME, TIME_MS, clean, only, parts, refused, write_json

from token_dashboard.agents.augment import AGENT


def used(sent: Any = 100, output: Any = 20) -> dict[str, Any]:
    cached = {"cache_read_input_tokens": 7, "cache_creation_input_tokens": 3}
    return {"token_usage": {"input_tokens": sent, "output_tokens": output, **cached}}


def turn(*nodes: Any, request: str | None = "r-1", **other: Any) -> dict[str, Any]:
    exchange = {"model_id": "claude-opus-4-8", "request_id": request, "response_nodes": list(nodes)}
    return {"finishedAt": TIME, "exchange": exchange, **other}


def write(home: Path, *turns: Any, name: str = "s-1", **other: Any) -> Path:
    content = {"sessionId": name, "agentState": {"modelId": "gpt-5-4"}, "chatHistory": turns, **other}
    return write_json(home / "sessions" / f"{name}.json", content)


def test_cached_tokens_are_beside_the_input(tmp_path: Path) -> None:
    write(tmp_path, turn({"type": 1}, used()))
    event = only(AGENT, tmp_path)
    assert parts(event) == (110, 7, 3, 20, 0)
    assert (event.model, event.time_ms, event.attribution.session) == ("claude-opus-4-8", TIME_MS, "s-1")


def test_usage_that_stands_in_two_nodes_is_one_requests(tmp_path: Path) -> None:
    write(tmp_path, turn({"token_usage": {"input_tokens": 0}}, used(), used()))
    assert only(AGENT, tmp_path).output_tokens == 20


def test_a_turn_that_names_no_model_has_the_sessions(tmp_path: Path) -> None:
    write(tmp_path, {"finishedAt": TIME, "sequenceId": 4, "exchange": {"response_nodes": [used()]}})
    assert only(AGENT, tmp_path).model == "gpt-5-4"


def test_a_turn_counts_when_it_has_ended(tmp_path: Path) -> None:
    write(tmp_path, turn(used(), finishedAt=None), turn(request="r-2"))
    assert clean(AGENT, tmp_path) == []


def test_a_request_is_known_by_its_id_in_any_session(tmp_path: Path) -> None:
    write(tmp_path, turn(used()), turn(used(), request="r-2"))
    write(tmp_path, turn(used()), name="s-2")
    assert len(clean(AGENT, tmp_path)) == 2


@pytest.mark.parametrize(
    "broken",
    [turn(used(-1)), turn(used("many")), turn(used(), request=None), turn(used(), finishedAt="soon"), 5],
)
def test_a_broken_turn_is_refused_and_takes_none_along(tmp_path: Path, broken: Any) -> None:
    write(tmp_path, turn(used()), broken)
    events, lines = refused(AGENT, tmp_path)
    assert (len(events), lines) == (1, [2])


def test_sessions_lie_in_augments_folder(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".augment",)
