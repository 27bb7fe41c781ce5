"""Qwen Code's log: what each request used, which lines are the same one, and where the logs lie."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader

from token_dashboard.agents.qwen_code import AGENT

TIME_MS = 1_795_176_000_000
UUID = "0f0f0f0f-0000-4000-8000-00000000000"

Record = dict[str, Any]


def answer(number: int = 1, sent: Any = 1_000, output: Any = 100, thoughts: int = 0, **other: Any) -> Record:
    usage = {
        "promptTokenCount": sent,
        "candidatesTokenCount": output,
        "thoughtsTokenCount": thoughts,
        "cachedContentTokenCount": other.pop("cached", 0),
        "totalTokenCount": other.pop("total", None),
    }
    known = {"uuid": f"{UUID}{number}", "sessionId": "s1", "timestamp": "2026-11-20T12:00:00.000Z"}
    return {
        **known,
        "type": "assistant",
        "cwd": "/home/ada/shop",
        "gitBranch": "main",
        "model": "qwen3-coder-plus",
        "message": {"role": "model", "parts": [{"text": "Done."}]},
        "usageMetadata": usage,
        **other,
    }


def write(home: Path, *records: Record, name: str = "s1") -> Reader:
    path = home / "projects" / "-home-ada-shop" / "chats" / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    reader = Reader(AGENT, home)
    reader.scan()
    return reader


def test_cached_is_within_the_prompt_and_thoughts_are_on_top_of_the_answer(tmp_path: Path) -> None:
    [event] = write(tmp_path, answer(sent=5_000, thoughts=30, cached=4_000, total=5_130)).requests
    assert (event.input_tokens, event.cache_read_input_tokens) == (5_000, 4_000)
    assert (event.output_tokens, event.reasoning_output_tokens) == (130, 30)


def test_thoughts_that_the_total_shows_within_the_answer_are_not_added(tmp_path: Path) -> None:
    [event] = write(tmp_path, answer(sent=5_000, thoughts=30, total=5_100)).requests
    assert (event.output_tokens, event.reasoning_output_tokens) == (100, 30)


def test_a_line_tells_model_time_session_folder_and_branch(tmp_path: Path) -> None:
    [event] = write(tmp_path, answer()).requests
    assert (event.model, event.time_ms, event.is_sidechain) == ("qwen3-coder-plus", TIME_MS, False)
    owner = event.attribution
    assert (owner.session, owner.project, owner.branch) == ("s1", "/home/ada/shop", "main")


def test_one_line_in_two_conversations_counts_once(tmp_path: Path) -> None:
    write(tmp_path, answer(1), answer(2))
    assert (
        write(tmp_path, answer(1, sessionId="s2"), answer(3, sessionId="s2"), name="s2").totals["requests"]
        == 3
    )


def test_ids_that_are_not_unique_hold_within_their_session(tmp_path: Path) -> None:
    write(
        tmp_path,
        answer(uuid="1"),
        answer(uuid="1"),
        answer(uuid=None),
        answer(uuid=None, timestamp="2026-11-20T12:00:01Z"),
    )
    reader = write(tmp_path, answer(uuid="1", sessionId="s2"), name="s2")
    assert reader.totals["requests"] == 4


def test_other_lines_and_answers_without_usage_are_no_requests(tmp_path: Path) -> None:
    reader = write(tmp_path, answer(type="user"), answer(usageMetadata=None), answer(sent=0, output=0))
    assert (reader.requests, reader.rejects) == ([], [])


@pytest.mark.parametrize("wrong", ["many", -1, 1.5, 10**18, None])
def test_a_count_that_cannot_be_is_a_reject_and_its_neighbours_count(tmp_path: Path, wrong: Any) -> None:
    reader = write(tmp_path, answer(1), answer(2, wrong), answer(3), answer(4, timestamp="soon"))
    assert [reject.line for reject in reader.rejects] == [2, 4]
    assert reader.totals["requests"] == 2


def test_the_environment_names_homes(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".qwen",)
    assert AGENT.homes({"QWEN_DATA_DIR": "/a,/b"}, tmp_path) == (Path("/a"), Path("/b"))
