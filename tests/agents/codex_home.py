"""Codex homes for tests: lines as Codex writes them, and a home that they are written into."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent_homes import Reader

from token_dashboard.agents.codex import AGENT
from token_dashboard.model.usage import UsageEvent

NOON_MS = 1_795_176_000_000  # 2026-11-20T12:00:00Z
PARENT = "0199a000-0000-4000-8000-00000000000a"
CHILD = "0199b000-0000-4000-8000-00000000000b"
SIBLING = "0199c000-0000-4000-8000-00000000000c"
MODEL = "gpt-5.1-codex"

Line = dict[str, Any]


def at(second: float) -> str:
    """A time so many seconds after noon."""
    moment = datetime.fromtimestamp(NOON_MS / 1000 + second, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(kind: str, payload: Line, second: float = 0, **other: Any) -> Line:
    return {"timestamp": at(second), "type": kind, "payload": payload, **other}


def meta(thread: str = PARENT, second: float = 0, **payload: Any) -> Line:
    known = {"id": thread, "timestamp": at(second), "cwd": "/home/ada/shop", "model_provider": "openai"}
    return line("session_meta", {**known, "git": {"branch": "main"}, **payload}, second)


def turn(model: str | None = MODEL, second: float = 0, **payload: Any) -> Line:
    return line("turn_context", {"cwd": "/home/ada/shop", "model": model, **payload}, second)


def used(sent: Any = 1000, output: Any = 100, cached: Any = 0, reasoning: Any = 0, **other: Any) -> Line:
    counts = {"input_tokens": sent, "cached_input_tokens": cached, "output_tokens": output}
    return {**counts, "reasoning_output_tokens": reasoning, "total_tokens": 0, **other}


def count(latest: Line | None, totals: Line | None, second: float = 1, **other: Any) -> Line:
    info = {"last_token_usage": latest, "total_token_usage": totals, "model_context_window": 272_000}
    return line("event_msg", {"type": "token_count", "info": info, "rate_limits": None}, second, **other)


def counts(*requests: tuple[int, int], start: float = 1, step: float = 5) -> list[Line]:
    """Events of requests of (input, output) tokens, with the totals after each."""
    sent = output = 0
    lines = []
    for index, (more_sent, more_output) in enumerate(requests):
        sent, output = sent + more_sent, output + more_output
        lines.append(count(used(more_sent, more_output), used(sent, output), start + index * step))
    return lines


def copied(lines: list[Line], start: float, step: float) -> list[Line]:
    """Lines with the times of their copying."""
    return [{**one, "timestamp": at(start + index * step)} for index, one in enumerate(lines)]


@dataclass
class CodexHome:
    """A home that a test writes threads into and reads."""

    folder: Path
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(AGENT, self.folder)

    def path(self, thread: str = PARENT, folder: str = "sessions/2026/11/20") -> Path:
        return self.folder / folder / f"rollout-2026-11-20T12-00-00-{thread}.jsonl"

    def write(self, *lines: Line | bytes, thread: str = PARENT, folder: str = "sessions/2026/11/20") -> Path:
        path = self.path(thread, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(*lines))
        return path

    def read(self) -> Reader:
        self.reader.scan()
        return self.reader


def text_of(*lines: Line | bytes) -> bytes:
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in lines)


def sums(reader: Reader) -> tuple[int, int, int]:
    """Requests, input and output of a home without rejects."""
    assert reader.rejects == []
    totals = reader.totals
    return totals["requests"], totals["input"], totals["output"]


def only(home: CodexHome) -> UsageEvent:
    """The one request of a home without rejects."""
    reader = home.read()
    assert reader.rejects == []
    [event] = reader.requests
    return event
