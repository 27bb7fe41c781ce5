"""CodeBuddy's and WorkBuddy's requests: lines that bear what their answer used."""

import json
from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME_MS, clean, only, parts, refused

from token_dashboard.agents import workbuddy
from token_dashboard.agents.codebuddy import AGENT

ID = "chatcmpl-AAAAAAAAAAAAAAAAAAAAAAAAA"


def raw(sent: Any = 1_000, output: Any = 100, total: int | None = 1_100, **other: Any) -> dict[str, Any]:
    return {"prompt_tokens": sent, "completion_tokens": output, "total_tokens": total, **other}


def line(usage: Any, name: str | None = ID, **other: Any) -> dict[str, Any]:
    data = {"model": "glm-5.2", "rawUsage": usage}
    known = {
        "id": name,
        "type": "function_call",
        "timestamp": TIME_MS,
        "sessionId": "s-1",
        "cwd": "/home/ada/shop",
    }
    return {**known, "providerData": data, **other}


def write(home: Path, *lines: dict[str, Any], name: str = "s-1.jsonl") -> None:
    path = home / "projects" / "home-ada-shop" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in lines))


def test_cached_is_within_the_input_where_the_total_says_so(tmp_path: Path) -> None:
    write(tmp_path, line(raw(cache_read_input_tokens=700, cache_creation_input_tokens=200)))
    event = only(AGENT, tmp_path)
    assert parts(event) == (1_000, 700, 200, 100, 0)
    assert (event.provider, event.model, event.time_ms) == ("tencent", "glm-5.2", TIME_MS)
    assert (event.attribution.session, event.attribution.project) == ("s-1", "/home/ada/shop")


@pytest.mark.parametrize(("sent", "total"), [(1_000, 1_800), (500, None)])
def test_cached_is_added_where_it_cannot_be_within(tmp_path: Path, sent: int, total: int | None) -> None:
    write(tmp_path, line(raw(sent, total=total, cache_read_input_tokens=700)))
    assert only(AGENT, tmp_path).input_tokens == sent + 700


def test_the_names_of_another_vendor_mean_the_same(tmp_path: Path) -> None:
    other = {"prompt_cache_hit_tokens": 3, "prompt_cache_write_tokens": 4, "completion_thinking_tokens": 5}
    write(tmp_path, line(raw(**other)))
    assert parts(only(AGENT, tmp_path)) == (1_000, 3, 4, 100, 5)


def test_usage_may_stand_in_the_message(tmp_path: Path) -> None:
    usage = {"input_tokens": 1_000, "output_tokens": 100, "total_tokens": 1_100, "cache_read_input_tokens": 9}
    write(tmp_path, line(None, message={"usage": usage}))
    assert parts(only(AGENT, tmp_path)) == (1_000, 9, 0, 100, 0)


def test_the_calls_of_one_answer_are_one_request(tmp_path: Path) -> None:
    write(tmp_path, line(raw()), line(raw()), line(raw(), "chatcmpl-BBBBBBBBBBBBBBBBBBBBBBBBB"))
    write(tmp_path, line(raw()), name="copy.jsonl")
    assert len(clean(AGENT, tmp_path)) == 2


def test_a_short_id_holds_within_its_session(tmp_path: Path) -> None:
    write(tmp_path, line(raw(), "assistant-1"), line(raw(), "assistant-1", sessionId="s-2"))
    assert len(clean(AGENT, tmp_path)) == 2


def test_a_subagents_file_is_a_sidechain(tmp_path: Path) -> None:
    write(tmp_path, line(raw()), name="s-1/subagents/agent-1.jsonl")
    assert only(AGENT, tmp_path).is_sidechain


@pytest.mark.parametrize(
    "broken",
    [
        line(raw(-1)),
        line(raw("many")),
        line({"total_tokens": 5}),
        line(raw(), None),
        line(raw(), timestamp="soon"),
    ],
)
def test_a_broken_line_is_refused(tmp_path: Path, broken: dict[str, Any]) -> None:
    write(tmp_path, broken, line(raw()))
    events, lines = refused(AGENT, tmp_path)
    assert (len(events), lines) == (1, [1])


def test_what_used_nothing_is_no_request(tmp_path: Path) -> None:
    write(tmp_path, line(raw(0, 0, 0)), line(None), {"id": "call-1", "type": "function_call_result"})
    assert clean(AGENT, tmp_path) == []


def test_the_wish_that_a_model_be_chosen_is_none(tmp_path: Path) -> None:
    write(tmp_path, line(None, providerData={"model": "Auto", "requestModelId": "hy3", "rawUsage": raw()}))
    assert only(AGENT, tmp_path).model == "hy3"


def test_workbuddy_writes_the_same_lines_in_a_folder_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / ".workbuddy", line(raw()))
    [home] = workbuddy.AGENT.homes({}, tmp_path)
    event = only(workbuddy.AGENT, home)
    assert (event.agent, event.input_tokens) == ("workbuddy", 1_000)
    assert event.key != only(AGENT, home).key


def test_sessions_lie_in_codebuddys_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".codebuddy",)
    assert AGENT.homes({"CODEBUDDY_DIR": "/srv/buddy"}, tmp_path) == (Path("/srv/buddy"),)
