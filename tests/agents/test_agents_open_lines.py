"""A last line without its end counts; the line after it is known by its own text, not by nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader

from token_dashboard.agents import claude_code, gemini_cli


def claude_line(number: int) -> dict[str, Any]:
    usage = {"input_tokens": 10, "output_tokens": number + 1}
    time = f"2026-11-20T12:00:0{number}.000Z"
    message = {"model": "m", "usage": usage}
    return {"type": "assistant", "sessionId": "s", "timestamp": time, "message": message}


def gemini_line(number: int) -> dict[str, Any]:
    tokens = {"input": 10, "output": number + 1, "total": 11 + number}
    return {"type": "gemini", "timestamp": f"2026-11-20T12:00:0{number}.000Z", "model": "m", "tokens": tokens}


@pytest.mark.parametrize(
    ("agent", "place", "line"),
    [
        (claude_code.AGENT, "projects/shop/s.jsonl", claude_line),
        (gemini_cli.AGENT, "tmp/abc/chats/session-1.jsonl", gemini_line),
    ],
    ids=["claude-code", "gemini-cli"],
)
def test_requests_without_ids_all_count_when_lines_are_ended_by_the_next_one(
    tmp_path: Path, agent: Any, place: str, line: Any
) -> None:
    path = tmp_path / place
    path.parent.mkdir(parents=True)
    reader = Reader(agent, tmp_path)
    for number in range(4):
        with path.open("ab") as log:
            log.write((b"\n" if number else b"") + json.dumps(line(number)).encode())
        reader.scan()
    assert sorted(event.output_tokens for event in reader.requests) == [1, 2, 3, 4]
