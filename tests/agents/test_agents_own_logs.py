"""What a program printed, beside what it wrote down itself: each request once."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import read

from token_dashboard.agents.codex import AGENT as CODEX
from token_dashboard.agents.gemini_cli import AGENT as GEMINI

TIME = "2026-11-20T12:00:00.000Z"
THREAD = "0199a000-0000-4000-8000-00000000000a"
OTHER = "0199b000-0000-4000-8000-00000000000b"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def write(path: Path, *lines: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def printed_by_codex(home: Path, thread: str) -> Path:
    usage = {"input_tokens": 900, "cached_input_tokens": 300, "output_tokens": 40}
    return write(
        home / "runs" / f"{thread}.jsonl",
        {"type": "thread.started", "thread_id": thread},
        {"type": "turn.completed", "usage": usage},
    ).parent


@pytest.mark.parametrize("folder", ["sessions/2026/11/20", "archived_sessions"])
def test_a_run_of_codex_that_has_a_thread_of_its_own_is_left_to_it(home: Path, folder: str) -> None:
    write(home / ".codex" / folder / f"rollout-2026-11-20T12-00-00-{THREAD}.jsonl")
    printed_by_codex(home, THREAD)
    [event] = read(CODEX, printed_by_codex(home, OTHER)).requests
    assert (event.attribution.session, event.requests) == (OTHER, None)


def test_codex_threads_lie_where_the_variable_says(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CODEX_HOME", str(home / "moved"))
    write(home / "moved" / "sessions" / "2026" / "11" / "20" / f"rollout-x-{THREAD}.jsonl.zst")
    assert read(CODEX, printed_by_codex(home, THREAD)).requests == []


@pytest.mark.parametrize("thread", ["", "*", "../../etc"])
def test_a_thread_with_an_odd_name_counts(home: Path, thread: str) -> None:
    usage = {"input_tokens": 900, "output_tokens": 40}
    lines = ({"type": "thread.started", "thread_id": thread}, {"type": "turn.completed", "usage": usage})
    assert len(read(CODEX, write(home / "runs" / "a.jsonl", *lines).parent).requests) == 1


def test_a_run_of_gemini_that_has_a_conversation_of_its_own_is_left_to_it(home: Path) -> None:
    used = {"prompt": 1_000, "candidates": 50, "cached": 600, "thoughts": 20, "tool": 5}
    models = {"gemini-3-pro-preview": {"api": {"totalRequests": 4}, "tokens": used}}
    chats = home / ".gemini" / "tmp" / "shop" / "chats"
    write(chats / f"session-2026-11-20T12-00-{THREAD[:8]}.jsonl", {"sessionId": THREAD, "startTime": TIME})
    for session in (THREAD, OTHER):
        write(home / "runs" / f"{session}.json", {"session_id": session, "stats": {"models": models}})
    [event] = read(GEMINI, home / "runs").requests
    assert (event.attribution.session, event.requests, event.input_tokens) == (OTHER, 4, 1_005)
