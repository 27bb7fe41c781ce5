"""How Claude Code 2.x writes a session: the lines, and beside them the numbers they were made of."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

FIRST_CONTEXT = 18_000
CONTEXT_LIMIT = 150_000
"""Tokens at which a session is compacted: below 200,000, where list prices change."""
COUNTS = (
    "requests",
    "inputTokens",
    "cacheReadInputTokens",
    "cacheCreationInputTokens",
    "cacheCreation1hInputTokens",
    "outputTokens",
)

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Usage:
    """The tokens of one request, in Anthropic's way: the four classes stand beside each other."""

    fresh: int
    cache_read: int
    cache_5m: int
    cache_1h: int
    output: int

    def as_logged(self, output_so_far: int) -> dict[str, Any]:
        return {
            "input_tokens": self.fresh,
            "cache_creation_input_tokens": self.cache_5m + self.cache_1h,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_5m,
                "ephemeral_1h_input_tokens": self.cache_1h,
            },
            "output_tokens": output_so_far,
            "service_tier": "standard",
        }


@dataclass(slots=True)
class Truth:
    """What was really used; ``inputTokens`` includes every cached part."""

    total: Counter[str] = field(default_factory=Counter)
    by_model: dict[str, Counter[str]] = field(default_factory=dict)
    by_day: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, usage: Usage, model: str, time: datetime) -> None:
        counts = {
            "requests": 1,
            "inputTokens": usage.fresh + usage.cache_read + usage.cache_5m + usage.cache_1h,
            "cacheReadInputTokens": usage.cache_read,
            "cacheCreationInputTokens": usage.cache_5m + usage.cache_1h,
            "cacheCreation1hInputTokens": usage.cache_1h,
            "outputTokens": usage.output,
        }
        self.total.update(counts)
        self.by_model.setdefault(model, Counter()).update(counts)
        self.by_day.setdefault(time.date().isoformat(), Counter()).update(counts)

    def as_json(self) -> dict[str, Any]:
        """The totals, then the same by model and by UTC day."""
        return {
            **{name: self.total[name] for name in COUNTS},
            "models": {model: dict(self.by_model[model]) for model in sorted(self.by_model)},
            "days": {day: dict(self.by_day[day]) for day in sorted(self.by_day)},
        }


@dataclass(slots=True)
class Session:
    """One conversation as its lines are written: who it is, where it stands, how full its context is."""

    rng: random.Random
    prose: list[str]
    truth: Truth
    session: str
    cwd: str
    model: str
    time: datetime
    pace_s: float
    agent: str | None = None
    context: int = FIRST_CONTEXT
    parent: str | None = None

    def identity(self) -> str:
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def text(self, low: int, high: int) -> str:
        """Prose and code of about ``low`` to ``high`` characters; short is more common than long."""
        wanted = low + int((high - low) * self.rng.random() ** 3)
        text = self.rng.choice(self.prose)
        begin = self.rng.randrange(max(1, len(text) - wanted))
        return text[begin : begin + wanted]

    def line(self, kind: str, **rest: object) -> Line:
        """A line of a log with what every line carries; the clock moves on a little."""
        self.time += timedelta(milliseconds=self.rng.randrange(200, 1_500))
        uuid = self.identity()
        line: Line = {
            "parentUuid": self.parent,
            "isSidechain": self.agent is not None,
            "userType": "external",
            "cwd": self.cwd,
            "sessionId": self.session,
            "version": "2.0.47",
            "gitBranch": "main",
            **({"agentId": self.agent} if self.agent else {}),
            "type": kind,
            **rest,
            "uuid": uuid,
            "timestamp": self.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        self.parent = uuid
        return line

    def draw_usage(self) -> Usage:
        written = self.rng.randrange(200, 3_000)
        if self.context + written > CONTEXT_LIMIT:
            self.context = FIRST_CONTEXT
        for_an_hour = written if self.rng.random() < 0.2 else 0
        usage = Usage(
            fresh=self.rng.randrange(1, 60),
            cache_read=self.context,
            cache_5m=written - for_an_hour,
            cache_1h=for_an_hour,
            output=self.rng.randrange(20, 1_800),
        )
        self.context += written
        return usage

    def exchange(self) -> Iterator[Line]:
        """What a person or a tool said, and the reply: one to three lines of one message, growing."""
        self.time += timedelta(seconds=self.rng.uniform(0.1, self.pace_s))
        if self.rng.random() < 0.15:
            said: object = self.text(40, 2_500)
            extra: Line = {}
        else:
            output = self.text(600, 9_000)
            said = [{"tool_use_id": f"toolu_{self.identity()}", "type": "tool_result", "content": output}]
            extra = {"toolUseResult": {"stdout": output[:2_000], "stderr": "", "interrupted": False}}
        yield self.line("user", message={"role": "user", "content": said}, **extra)
        usage = self.draw_usage()
        message = {"model": self.model, "id": f"msg_01{self.rng.getrandbits(100):020x}", "type": "message"}
        request = f"req_011{self.rng.getrandbits(100):020x}"
        times = self.rng.choices((1, 2, 3), weights=(55, 30, 15))[0]
        for number in range(1, times + 1):
            is_last = number == times
            line = self.line(
                "assistant",
                message={
                    **message,
                    "role": "assistant",
                    "content": [self.block(is_last=is_last)],
                    "stop_reason": "tool_use" if is_last else None,
                    "stop_sequence": None,
                    "usage": usage.as_logged(usage.output * number // times if not is_last else usage.output),
                },
                requestId=request,
            )
            if number == 1:
                self.truth.add(usage, self.model, self.time)
            yield line

    def block(self, *, is_last: bool) -> Line:
        if is_last:
            edit = {"file_path": f"{self.cwd}/src/app.py", "new_string": self.text(400, 7_000)}
            return {"type": "tool_use", "id": f"toolu_{self.identity()}", "name": "Edit", "input": edit}
        if self.rng.random() < 0.5:
            return {"type": "thinking", "thinking": self.text(400, 3_000), "signature": self.text(300, 900)}
        return {"type": "text", "text": self.text(600, 4_000)}

    def noise(self) -> Iterator[Line]:
        """Lines with a usage in them that isn't one."""
        yield self.line(
            "assistant",
            message={
                "id": self.identity(),
                "model": "<synthetic>",
                "role": "assistant",
                "type": "message",
                "content": [{"type": "text", "text": "API Error: 529 overloaded_error"}],
                "usage": Usage(0, 0, 0, 0, 0).as_logged(0),
            },
            isApiErrorMessage=True,
        )
        yield self.line(
            "user",
            message={"role": "user", "content": [{"type": "tool_result", "content": self.text(300, 2_000)}]},
            toolUseResult={
                "status": "completed",
                "totalTokens": 48_211,
                "usage": Usage(9, 40_000, 8_000, 0, 202).as_logged(202),
            },
        )


def prose(rng: random.Random) -> list[str]:
    """Long texts to cut pieces from: words, code, quotes, line ends, other scripts."""
    words = ["".join(rng.choices("etaoinshrdlucmfwypvbgk", k=rng.randrange(2, 10))) for _ in range(1_500)] + [
        '"value"',
        "\n    ",
        "\t",
        "C:\\temp\\x",
        "größer",
        "数据",
        "→",
        "\u001b[0m",
        "{}",
        "() =>",
        "usage",
    ]
    return [" ".join(rng.choices(words, k=4_000)) for _ in range(40)]


def encoded(line: Line) -> bytes:
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
