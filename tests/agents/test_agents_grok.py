"""Grok Build's turns: sums by model, copies in forks, and subagents that are within their parents."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader, read
from foreign_homes import TIME_MS, clean, only, parts, refused, write_json

from token_dashboard.agents.grok import AGENT

SESSION = "019fa001-0000-7000-8000-000000000001"


def used(sent: Any = 1_000, output: Any = 100, **other: Any) -> dict[str, Any]:
    return {"inputTokens": sent, "outputTokens": output, "modelCalls": 2, **other}


def turn(usage: Any, prompt: str | None = "p-1", told_ms: int | None = TIME_MS, **other: Any) -> str:
    update = {"sessionUpdate": "turn_completed", "prompt_id": prompt, "usage": usage}
    meta = None if told_ms is None else {"agentTimestampMs": told_ms}
    params = {"sessionId": SESSION, "update": update, "_meta": meta}
    return json.dumps(
        {"timestamp": TIME_MS // 1000, "method": "_x.ai/session/update", "params": params, **other}
    )


def write(home: Path, *lines: str, session: str = SESSION, folder: str = "%2Fhome%2Fada%2Fshop") -> Path:
    path = home / "sessions" / folder / session / "updates.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines))
    return path.parent


def test_cached_is_within_the_input_and_reasoning_within_the_output(tmp_path: Path) -> None:
    usage = used(cachedReadTokens=600, cacheCreationTokens=50, reasoningTokens=40)
    write(tmp_path, turn(used(modelUsage={"grok-4.6": usage})))
    event = only(AGENT, tmp_path)
    assert parts(event) == (1_000, 600, 50, 100, 40)
    assert (event.provider, event.model, event.requests, event.time_ms) == ("xai", "grok-4.6", 2, TIME_MS)
    assert (event.attribution.session, event.attribution.project) == (SESSION, "/home/ada/shop")


def test_each_model_of_a_turn_is_an_event(tmp_path: Path) -> None:
    write(tmp_path, turn(used(1_500, 150, modelUsage={"grok-4.6": used(), "glm-5.2": used(500, 50)})))
    first, second = clean(AGENT, tmp_path)
    assert {(one.model, one.provider, one.input_tokens) for one in (first, second)} == {
        ("grok-4.6", "xai", 1_000),
        ("glm-5.2", None, 500),
    }


def test_a_turn_that_names_no_model_has_the_sessions(tmp_path: Path) -> None:
    folder = write(tmp_path, turn(used()))
    write_json(folder / "summary.json", {"info": {"cwd": "/home/ada/lab"}, "current_model_id": "grok-4.6"})
    event = only(AGENT, tmp_path)
    assert (event.model, event.attribution.project) == ("grok-4.6", "/home/ada/lab")


def test_ten_billion_ticks_are_a_dollar(tmp_path: Path) -> None:
    write(tmp_path, turn(used(costUsdTicks=1_108_700_000)))
    assert only(AGENT, tmp_path).recorded_cost_nanos == 110_870_000


@pytest.mark.parametrize("hint", [{"usageIsIncomplete": True}, {"costIsPartial": True}, {"costUsdTicks": 0}])
def test_a_cost_that_is_not_whole_is_not_known(tmp_path: Path, hint: dict[str, Any]) -> None:
    write(tmp_path, turn(used(**{"costUsdTicks": 5_000, **hint})))
    assert only(AGENT, tmp_path).recorded_cost_nanos is None


def test_how_full_the_context_is_is_no_usage(tmp_path: Path) -> None:
    update = {"sessionUpdate": "agent_message_chunk", "content": {"type": "text", "text": '"turn_completed"'}}
    params = {"update": update, "_meta": {"totalTokens": 71_784, "agentTimestampMs": TIME_MS}}
    write(tmp_path, json.dumps({"timestamp": TIME_MS // 1000, "params": params}), turn(None))
    assert clean(AGENT, tmp_path) == []


@pytest.mark.parametrize("told_ms", [TIME_MS, None])
def test_a_fork_that_repeats_turns_under_new_times_adds_nothing(tmp_path: Path, told_ms: int | None) -> None:
    lines = [turn(used(), told_ms=told_ms), turn(used(5), "p-2", told_ms=told_ms)]
    write(tmp_path, *lines)
    copies = [json.dumps({**json.loads(line), "timestamp": TIME_MS // 1000 + 9_000}) for line in lines]
    write(tmp_path, *copies, turn(used(7), "p-3"), session="fork")
    for order in (iter, reversed):
        reader = Reader(AGENT, tmp_path)
        reader.scan(lambda files, order=order: order(files))
        assert sorted(event.input_tokens for event in reader.requests) == [5, 7, 1_000]


def test_one_prompt_that_ends_twice_is_two_turns(tmp_path: Path) -> None:
    write(tmp_path, turn(used()), turn(used(), told_ms=TIME_MS + 60_000))
    assert len(clean(AGENT, tmp_path)) == 2


@pytest.mark.parametrize("kind", ["subagent", "subagent_fork", "subagent_resume"])
def test_a_subagent_is_within_the_turn_that_started_it(tmp_path: Path, kind: str) -> None:
    write(tmp_path, turn(used()))
    child = write(tmp_path, turn(used(400), "p-9"), session="child")
    write_json(child / "summary.json", {"session_kind": kind, "parent_session_id": SESSION})
    assert only(AGENT, tmp_path).input_tokens == 1_000


def test_a_folder_whose_name_would_be_too_long_is_noted_in_a_file(tmp_path: Path) -> None:
    folder = write(tmp_path, turn(used()), folder="deeply-nested-a1b2c3d4")
    (folder.parent / ".cwd").write_text("/home/ada/very/long/path\n")
    assert only(AGENT, tmp_path).attribution.project == "/home/ada/very/long/path"


@pytest.mark.parametrize("usage", [used(-1), used("many"), used(None), {"outputTokens": 5}, 5])
def test_broken_figures_are_refused(tmp_path: Path, usage: Any) -> None:
    write(tmp_path, turn(usage), turn(used(), "p-2"))
    events, lines = refused(AGENT, tmp_path)
    assert ([event.input_tokens for event in events], lines) == ([1_000], [1])


def test_a_turn_without_a_time_is_refused(tmp_path: Path) -> None:
    write(tmp_path, turn(used(), told_ms=None, timestamp=None))
    assert refused(AGENT, tmp_path) == ([], [1])


def test_a_broken_summary_takes_no_turn_along(tmp_path: Path) -> None:
    folder = write(tmp_path, turn(used()))
    (folder / "summary.json").write_text("{")
    assert read(AGENT, tmp_path).requests[0].model is None


def test_sessions_lie_in_groks_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".grok",)
    assert AGENT.homes({"GROK_HOME": "/srv/grok"}, tmp_path) == (Path("/srv/grok"),)
