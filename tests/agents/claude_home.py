"""Claude Code homes for tests; the truth of a generated one is counted while it is written."""

import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent_homes import Reader

from token_dashboard.agents.claude_code import AGENT
from token_dashboard.model.usage import UsageEvent

TIME = "2026-11-20T12:00:00.000Z"
TIME_MS = 1_795_176_000_000
OPUS = "claude-opus-4-5-20251101"


def usage(input_tokens: Any = 100, output_tokens: Any = 10, **other: Any) -> dict[str, Any]:
    return {"input_tokens": input_tokens, "output_tokens": output_tokens, **other}


def reply(
    message: str | None = "msg_1",
    request: str | None = "req_1",
    used: Any = None,
    *,
    model: str | None = OPUS,
    time: Any = TIME,
    **line: Any,
) -> dict[str, Any]:
    """One line of an answer as Claude Code writes it."""
    return {
        "type": "assistant",
        "sessionId": "session-1",
        "cwd": "/home/ada/shop",
        "gitBranch": "main",
        "timestamp": time,
        "requestId": request,
        "message": {
            "id": message,
            "model": model,
            "role": "assistant",
            "content": [{"type": "text", "text": "Done."}],
            "usage": usage() if used is None else used,
        },
        **line,
    }


def progress(line: dict[str, Any]) -> dict[str, Any]:
    """A subagent's line as its parent's file holds it."""
    inner = {name: line[name] for name in ("type", "timestamp", "requestId", "message")}
    outer = {name: line[name] for name in ("sessionId", "cwd", "gitBranch", "timestamp")}
    return {
        **outer,
        "type": "progress",
        "data": {"type": "agent_progress", "agentId": "a1", "message": inner},
    }


def text_of(*lines: dict[str, Any] | bytes) -> bytes:
    return b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )


@dataclass
class ClaudeHome:
    """A home that a test writes sessions into and reads."""

    folder: Path
    written: int = 0
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(AGENT, self.folder)

    def write(self, *lines: dict[str, Any] | bytes, name: str = "shop/session-1.jsonl") -> Path:
        path = self.folder / "projects" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(*lines))
        return path

    def read(self) -> Reader:
        self.reader.scan()
        return self.reader


@dataclass
class Truth:
    """What a generated home holds, counted by its writer."""

    counts: dict[str, int] = field(default_factory=dict)
    rejected_lines: int = 0
    own_replies: dict[str, int] = field(default_factory=dict)

    def count(self, session: str, **counts: int) -> None:
        self.own_replies[session] = self.own_replies.get(session, 0) + 1
        for name, number in {"requests": 1, **counts}.items():
            self.counts[name] = self.counts.get(name, 0) + number


def only(home: ClaudeHome) -> UsageEvent:
    """The one request of a home without rejects."""
    reader = home.read()
    assert reader.rejects == []
    [event] = reader.requests
    return event


def generate(home: ClaudeHome, sessions: int = 6, replies: int = 40) -> Truth:
    """Replies of three lines each, synthetic rows, bad lines, and one session that resumes another."""
    dice = random.Random(20_261_120)
    truth = Truth()
    first: list[dict[str, Any] | bytes] = []
    for number in range(sessions):
        session = f"session-{number}"
        lines: list[dict[str, Any] | bytes] = []
        for index in range(replies):
            five_minutes, one_hour = dice.randint(0, 4_000), dice.randint(0, 4_000)
            used = usage(
                dice.randint(1, 900),
                dice.randint(10, 2_000),
                cache_read_input_tokens=dice.randint(0, 90_000),
                cache_creation_input_tokens=five_minutes + one_hour,
                cache_creation={
                    "ephemeral_5m_input_tokens": five_minutes,
                    "ephemeral_1h_input_tokens": one_hour,
                },
            )
            ids = f"msg_01{session}{index:014d}", f"req_01{session}{index:012d}"
            minute = f"2026-11-{number + 10}T{index // 4:02d}:{index % 4 * 15:02d}"
            for second, output in enumerate((1, 1, used["output_tokens"])):
                growing = {**used, "output_tokens": output}
                lines.append(reply(*ids, growing, sessionId=session, time=f"{minute}:{second:02d}.000Z"))
            truth.count(
                session,
                input=used["input_tokens"] + used["cache_read_input_tokens"] + five_minutes + one_hour,
                cache_read=used["cache_read_input_tokens"],
                cache_creation=five_minutes + one_hour,
                cache_creation_1h=one_hour,
                output=used["output_tokens"],
            )
        if number == 0:
            first = lines[: 3 * 14]
        if number == sessions - 1:
            lines = [*first, *lines]
        lines.insert(5, reply("synthetic", None, usage(5_000, 5_000), model="<synthetic>"))
        lines.insert(9, b'{"type":"assistant","message":{"usage":{"input_tokens":77')
        lines.insert(20, b"\x00" * 300)
        truth.rejected_lines += 2
        home.write(*lines, name=f"project-{number % 2}/{session}.jsonl")
    return truth
