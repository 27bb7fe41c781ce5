"""Codebuff's chats: usage in one of three places, under the names of several interfaces."""

from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME, TIME_MS, clean, only, parts, refused, write_json

from token_dashboard.agents.codebuff import AGENT

CHAT = "2026-11-20T12-00-00.000Z"
USED = {
    "inputTokens": 1_000,
    "outputTokens": 400,
    "cacheReadInputTokens": 200,
    "cacheCreationInputTokens": 50,
}


def answer(metadata: Any, name: str | None = "ai-1", **fields: Any) -> dict[str, Any]:
    return {
        "id": name,
        "variant": "ai",
        "content": "Done.",
        "timestamp": TIME,
        "metadata": metadata,
        **fields,
    }


def run_state(*steps: Any) -> dict[str, Any]:
    return {"runState": {"sessionState": {"mainAgentState": {"messageHistory": [*steps]}}}}


def chat(home: Path, *messages: Any, name: str = CHAT) -> Path:
    return write_json(home / "projects" / "shop" / "chats" / name / "chat-messages.json", [*messages])


@pytest.mark.parametrize(
    "metadata",
    [
        {"model": "claude-sonnet-4-5", "usage": USED},
        {"codebuff": {"model": "claude-sonnet-4-5", "usage": USED}},
        run_state(
            {"role": "assistant", "providerOptions": {"usage": {"inputTokens": 9}}},
            {
                "role": "assistant",
                "providerOptions": {"codebuff": {"model": "claude-sonnet-4-5", "usage": USED}},
            },
            {"role": "user"},
        ),
    ],
    ids=["metadata", "codebuff", "run state"],
)
def test_usage_is_found_in_each_of_its_places(tmp_path: Path, metadata: Any) -> None:
    chat(tmp_path, {"variant": "user", "metadata": {"usage": USED}}, answer(metadata))
    event = only(AGENT, tmp_path)
    assert parts(event) == (1_250, 200, 50, 400, 0)
    assert (event.model, event.time_ms) == ("claude-sonnet-4-5", TIME_MS)
    assert (event.attribution.session, event.attribution.project) == (CHAT, "shop")


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        ({"input_tokens": 10, "output_tokens": 2, "cache_read_input_tokens": 5}, (15, 5, 0, 2, 0)),
        ({"promptTokens": 10, "completionTokens": 2}, (10, 0, 0, 2, 0)),
        (
            {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}},
            (10, 4, 0, 2, 0),
        ),
        (
            {"promptTokens": 10, "completionTokens": 2, "promptTokensDetails": {"cachedTokens": 4}},
            (10, 4, 0, 2, 0),
        ),
    ],
)
def test_each_interface_has_names_and_a_place_for_cached_input_of_its_own(
    tmp_path: Path, usage: Any, expected: tuple[int, ...]
) -> None:
    chat(tmp_path, answer({"usage": usage}))
    assert parts(only(AGENT, tmp_path)) == expected


def test_a_time_for_people_gives_way_to_that_of_the_chat(tmp_path: Path) -> None:
    chat(tmp_path, answer({"usage": USED}, timestamp="03:45 PM"))
    assert only(AGENT, tmp_path).time_ms == TIME_MS


def test_credits_are_neither_dollars_nor_usage(tmp_path: Path) -> None:
    chat(tmp_path, answer({"usage": USED}, credits=12.5), answer({}, "ai-2", credits=3))
    assert only(AGENT, tmp_path).recorded_cost_nanos is None


def test_an_answer_counts_once_in_every_channel_that_has_the_chat(tmp_path: Path) -> None:
    chat(tmp_path / "manicode", answer({"usage": USED}))
    chat(tmp_path / "manicode-dev", answer({"usage": USED}))
    channels = [tmp_path / "manicode", tmp_path / "manicode-dev"]
    assert len({only(AGENT, channel).key for channel in channels}) == 1


@pytest.mark.parametrize(
    "bad",
    [
        answer({"usage": {**USED, "inputTokens": -1}}, "b"),
        answer({"usage": {**USED, "outputTokens": "x"}}, "b"),
        answer({"usage": {"promptTokens": 1, "promptTokensDetails": {"cachedTokens": 2}}}, "b"),
        answer({"usage": USED}, None),
        answer({"usage": [1]}, "b"),
    ],
)
def test_a_bad_answer_takes_no_good_one_along(tmp_path: Path, bad: Any) -> None:
    chat(tmp_path, bad, answer({"usage": USED}), name="a chat that bears no time")
    events, lines = refused(AGENT, tmp_path)
    assert (len(events), lines) == (1, [1])


def test_usage_without_any_time_is_refused(tmp_path: Path) -> None:
    chat(tmp_path, answer({"usage": USED}, timestamp=None), name="untold")
    assert refused(AGENT, tmp_path) == ([], [1])


def test_nothing_else_of_a_project_is_read(tmp_path: Path) -> None:
    chat(tmp_path, answer({})).with_name("run-state.json").write_text("{")
    assert clean(AGENT, tmp_path) == []


def test_chats_lie_in_each_channels_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    channels = ("manicode", "manicode-dev", "manicode-staging")
    assert AGENT.homes({}, tmp_path) == tuple(tmp_path / ".config" / name for name in channels)
    assert AGENT.homes({"CODEBUFF_DATA_DIR": "/c"}, tmp_path) == (Path("/c"),)
