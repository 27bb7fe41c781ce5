"""The requests in a session of Junie: an event each, told when it was answered.

Cached tokens, read and written, stand beside the input. Nothing names a request, so its session, the
millisecond of its answer, and its figures do, which an event that is written again repeats. A ``cost`` is
tokens times Junie's own list, in dollars, and 0 where that list has no price.

Sources: tokscale, ``sessions/junie.rs``; irrlicht, the captured events in the tests of its Junie adapter.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "junie"
_ANSWERED = "LlmResponseMetadataEvent"
_MOVED = "CurrentDirectoryUpdatedEvent"


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """What one request used."""

    model: str | None = None
    cost: Decimal | None = None
    input_tokens: Count = None
    cache_input_tokens: Count = None
    cache_create_tokens: Count = None
    output_tokens: Count = None


class AgentEvent(msgspec.Struct, rename="camel"):
    """An event of the agent, as far as it is read."""

    kind: str | None = None
    model_usage: list[Usage] | None = None
    current_directory: str | None = None


class Event(msgspec.Struct, rename="camel"):
    """What encloses it."""

    agent_event: AgentEvent | None = None


class Line(msgspec.Struct, rename="camel"):
    """One line; prompts are among what is not read."""

    timestamp_ms: float | None = None
    event: msgspec.Raw = msgspec.Raw()


class State(msgspec.Struct):
    """What a file's lines have told so far."""

    cwd: str | None = None


def _is_about_usage(line: dict[str, Any]) -> bool:
    event = line.get("event")
    agent_event = event.get("agentEvent") if isinstance(event, dict) else None
    return isinstance(agent_event, dict) and agent_event.get("kind") == _ANSWERED


_LINES = LineScans(Line, State, _is_about_usage)
_event = Typed(Event).decode_if


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's events; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, partial(_requests, Path(file.path).parent.name))


def _requests(session: str, state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    raw = bytes(line.event)
    if b'"LlmResponseMetadataEvent"' not in raw and b'"CurrentDirectoryUpdatedEvent"' not in raw:
        return
    event = _event(line.event, lambda value: _is_about_usage({"event": value}))
    agent_event = None if event is None else event.agent_event
    if agent_event is None:
        return
    if agent_event.kind == _MOVED:
        state.cwd = agent_event.current_directory or state.cwd
    elif agent_event.kind == _ANSWERED:
        for place, usage in enumerate(agent_event.model_usage or ()):
            yield from _request(session, state, line.timestamp_ms, place, usage)


def _request(
    session: str, state: State, timestamp_ms: float | None, place: int, usage: Usage
) -> Iterator[UsageEvent]:
    read_tokens, written = usage.cache_input_tokens or 0, usage.cache_create_tokens or 0
    sent, output = (usage.input_tokens or 0) + read_tokens + written, usage.output_tokens or 0
    if not (sent or output):
        return
    if timestamp_ms is None:
        raise ValueError("usage without a time")
    figures = place, usage.model, sent, read_tokens, written, output
    yield UsageEvent(
        key=event_key(_AGENT, f"{session}:{timestamp_ms:.0f}:{figures}"),
        time_ms=moment_ms(timestamp_ms),
        source="log",
        agent=_AGENT,
        provider=None,
        model=usage.model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=output,
        attribution=Attribution(session=session, project=state.cwd),
        recorded_cost_nanos=cost_nanos(usage.cost) or None,
    )
