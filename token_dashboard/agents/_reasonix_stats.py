"""The requests in Reasonix' statistics of a day.

Input includes what was cached, output includes reasoning, and a model is named with its provider before it.
Nothing names a request, so its time, model and figures do. It tells no session, no folder.

Source: tokscale, ``sessions/reasonix.rs``.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "reasonix"


class Line(msgspec.Struct, gc=False):
    """A request, or the end of a turn, which used nothing of its own."""

    ts: str | float | None = None
    model: str | None = None
    prompt: Count = None
    completion: Count = None
    reasoning: Count = None
    cache_hit: Count = None
    requests: Count = None
    turn: bool | None = None


class State(msgspec.Struct):
    """Each line says all about itself."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    return "prompt" in line or "completion" in line


_LINES = LineScans(Line, State, _is_about_usage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a day's statistics; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, _requests)


def _requests(_state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    sent, output = line.prompt or 0, line.completion or 0
    if line.turn or not (sent or output):
        return
    if line.ts is None:
        raise ValueError("a request without a time")
    provider, slash, model = (line.model or "").partition("/")
    time_ms = moment_ms(line.ts)
    name = f"{time_ms}:{line.model}:{sent}:{output}:{line.cache_hit}:{line.reasoning}"
    yield UsageEvent(
        key=event_key(_AGENT, name),
        time_ms=time_ms,
        source="log",
        agent=_AGENT,
        provider=provider if slash and provider else None,
        model=(model if slash else line.model) or None,
        input_tokens=sent,
        cache_read_input_tokens=min(line.cache_hit or 0, sent),
        output_tokens=output,
        reasoning_output_tokens=min(line.reasoning or 0, output),
        requests=line.requests or 1,
    )
