"""Junie's requests: an event each, in the log of a session."""

import json
from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME_MS, clean, only, parts, refused

from token_dashboard.agents.junie import AGENT


def said(kind: str, time_ms: int | None = TIME_MS, **content: Any) -> dict[str, Any]:
    return {
        "kind": "SessionA2uxEvent",
        "event": {"agentEvent": {"kind": kind, **content}},
        "timestampMs": time_ms,
    }


def answered(time_ms: int | None = TIME_MS, **changed: Any) -> dict[str, Any]:
    usage = {
        "model": "gpt-5.6",
        "cost": 0.25,
        "inputTokens": 3,
        "cacheInputTokens": 1_000,
        "cacheCreateTokens": 40,
        "outputTokens": 100,
    }
    return said("LlmResponseMetadataEvent", time_ms, modelUsage=[{**usage, **changed}])


def write(home: Path, *lines: dict[str, Any], session: str = "session-261120-120000-a1b2") -> None:
    path = home / "sessions" / session / "events.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def test_cached_tokens_are_beside_the_input(tmp_path: Path) -> None:
    write(tmp_path, answered())
    event = only(AGENT, tmp_path)
    assert parts(event) == (1_043, 1_000, 40, 100, 0)
    assert (event.model, event.time_ms) == ("gpt-5.6", TIME_MS)
    assert event.recorded_cost_nanos == 250_000_000
    assert event.attribution.session == "session-261120-120000-a1b2"


def test_a_cost_of_nothing_is_an_unknown_price(tmp_path: Path) -> None:
    write(tmp_path, answered(cost=0.0))
    assert only(AGENT, tmp_path).recorded_cost_nanos is None


def test_a_request_belongs_to_the_folder_that_was_entered_before_it(tmp_path: Path) -> None:
    moves = [said("CurrentDirectoryUpdatedEvent", currentDirectory=folder) for folder in ("/a", "/b")]
    write(tmp_path, moves[0], answered(), moves[1], answered(TIME_MS + 1))
    assert [event.attribution.project for event in clean(AGENT, tmp_path)] == ["/a", "/b"]


def test_an_event_that_is_written_again_adds_nothing(tmp_path: Path) -> None:
    write(tmp_path, answered(), answered())
    assert only(AGENT, tmp_path).output_tokens == 100


def test_equal_requests_of_two_moments_two_sessions_or_one_event_are_two(tmp_path: Path) -> None:
    twice = answered()
    twice["event"]["agentEvent"]["modelUsage"] *= 2
    write(tmp_path, answered(), answered(TIME_MS + 1))
    write(tmp_path, twice, session="session-261120-130000-c3d4")
    assert len(clean(AGENT, tmp_path)) == 4


def test_what_only_mentions_a_request_is_none(tmp_path: Path) -> None:
    state = said("AgentStateUpdatedEvent", blob='"LlmResponseMetadataEvent"', modelUsage="none")
    prompt = {"kind": "UserPromptEvent", "prompt": '"LlmResponseMetadataEvent"', "timestampMs": TIME_MS}
    write(
        tmp_path,
        state,
        prompt,
        answered(inputTokens=0, cacheInputTokens=0, cacheCreateTokens=0, outputTokens=0),
    )
    assert clean(AGENT, tmp_path) == []


@pytest.mark.parametrize("changed", [{"inputTokens": -1}, {"outputTokens": "many"}, {"cost": -1}])
def test_broken_figures_are_refused(tmp_path: Path, changed: dict[str, Any]) -> None:
    write(tmp_path, answered(**changed), answered(TIME_MS + 1))
    events, lines = refused(AGENT, tmp_path)
    assert ([event.time_ms for event in events], lines) == ([TIME_MS + 1], [1])


def test_a_request_without_a_time_is_refused(tmp_path: Path) -> None:
    write(tmp_path, answered(None))
    assert refused(AGENT, tmp_path) == ([], [1])


def test_sessions_lie_in_junies_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".junie",)
    assert AGENT.homes({"JUNIE_HOME": "/srv/junie"}, tmp_path) == (Path("/srv/junie"),)
