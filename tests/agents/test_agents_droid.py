"""Droid's sessions: sums of a whole session, and names of models that its users made up."""

import os
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read
from foreign_homes import TIME, TIME_MS, clean, later, only, parts, refused, write_json

from token_dashboard.agents.droid import AGENT

USED = {"inputTokens": 1_000, "outputTokens": 200, "cacheCreationTokens": 30, "cacheReadTokens": 5_000}


def session(home: Path, used: Any = None, name: str = "s-1", **fields: Any) -> Path:
    settings = {
        "model": "claude-opus-4-5",
        "providerLock": "anthropic",
        "providerLockTimestamp": TIME,
        "tokenUsage": {**USED, "thinkingTokens": 50} if used is None else used,
        **fields,
    }
    kept = {key: value for key, value in settings.items() if value != "absent"}
    return write_json(home / "-home-ada-shop" / f"{name}.settings.json", kept)


def test_thinking_lies_outside_output_and_cached_input_outside_input(tmp_path: Path) -> None:
    session(tmp_path)
    event = only(AGENT, tmp_path)
    assert parts(event) == (6_030, 5_000, 30, 250, 50)
    assert (event.provider, event.model, event.time_ms) == ("anthropic", "claude-opus-4-5", TIME_MS)
    assert event.attribution.session == "s-1"


def test_a_session_that_goes_on_stays_one_event_even_under_another_model(tmp_path: Path) -> None:
    session(tmp_path)
    reader = read(AGENT, tmp_path)
    session(tmp_path, {**USED, "outputTokens": 900}, model="gpt-5")
    [event] = later(reader)
    assert (event.output_tokens, event.model, event.time_ms) == (900, "gpt-5", TIME_MS)


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("claude-opus-4-5", "claude-opus-4-5"),
        ("gemini-2.5-pro", "gemini-2.5-pro"),
        ("custom:Claude-Opus-4.5-Thinking-[Anthropic]-0", "claude-opus-4.5-thinking"),
        ("custom:glm-4.6-12", "glm-4.6"),
        ("Claude-Sonnet-4-[Anthropic]", "claude-sonnet-4"),
        ("custom:Kimi K2 [Moonshot]-1", "kimi-k2"),
        ("", None),
    ],
)
def test_a_model_of_ones_own_is_told_by_its_name(tmp_path: Path, name: str, model: str | None) -> None:
    session(tmp_path, model=name)
    assert only(AGENT, tmp_path).model == model


def test_without_a_model_the_session_says_what_the_agent_was_told(tmp_path: Path) -> None:
    path = session(tmp_path, model="absent")
    told = b'{"type":"message","text":"<system-reminder>\\nModel: Claude Opus 4.5 [Anthropic]\\n"}\n'
    path.with_name("s-1.jsonl").write_bytes(b'{"type":"session_start"}\n' + told)
    assert only(AGENT, tmp_path).model == "claude-opus-4.5"


def test_a_pipe_beside_a_session_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(session(tmp_path, model=None).with_name("s-1.jsonl"))
    assert only(AGENT, tmp_path).model is None


def test_without_a_time_of_its_own_a_session_has_its_files(tmp_path: Path) -> None:
    path = session(tmp_path, providerLockTimestamp="absent")
    os.utime(path, (TIME_MS // 1000, TIME_MS // 1000))
    assert only(AGENT, tmp_path).time_ms == TIME_MS


def test_a_session_that_used_nothing_is_no_event(tmp_path: Path) -> None:
    session(tmp_path, {"inputTokens": 0})
    session(tmp_path, "absent", name="s-2")
    assert clean(AGENT, tmp_path) == []


@pytest.mark.parametrize(
    "used", [{"inputTokens": "1"}, {"outputTokens": -1}, {"inputTokens": 1e18}, [1], "x"]
)
def test_broken_sums_are_refused(tmp_path: Path, used: Any) -> None:
    session(tmp_path, used)
    assert refused(AGENT, tmp_path) == ([], [0])


def test_sessions_lie_in_factorys_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".factory/sessions",)
    assert AGENT.homes({"DROID_SESSIONS_DIR": "~/s"}, tmp_path) == (tmp_path / "s",)
