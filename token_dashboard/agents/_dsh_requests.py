"""The requests in a session of DeepSeek Harness: each attempt at an answer, and each summary of a compaction.

A fork begins with its parent's events word for word, and a newer version of the harness writes old sessions
anew. Both keep the ids of answers and compactions, which name the requests. An attempt that became no answer
has no id: its time, place and counts name it, which are copied as well.

Up to the first formats an attempt's usage stands in lines of its own, which the answer repeats. These are not
read, so that a failed attempt counts from format 2 on.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._dsh_lines import (
    Data,
    Line,
    Message,
    Route,
    answering_model,
    data_of,
    streamed_usage,
)
from token_dashboard.agents._figures import moment_ms
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "dsh"
_UNIQUE_ID_LENGTH = 20
_UNTIL_SAID = 2**53
_REQUESTS = frozenset({"assistant/message", "assistant/attempt", "compaction/summary"})


class State(msgspec.Struct):
    """What a file's lines have told so far."""

    session: str | None = None
    parent: str | None = None
    own_from: int = 0
    """What a fork took over from its parent has lower sequence numbers."""
    cwd: str | None = None
    is_sidechain: bool = False
    provider: str | None = None
    model: str | None = None


def _is_about_usage(line: dict[str, Any]) -> bool:
    return any(line.get("type") == kind for kind in _REQUESTS)


_LINES = LineScans(Line, State, _is_about_usage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's file; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, partial(_requests, Path(file.path).parent.name))


def _requests(folder: str, state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    if line.type == "session":
        state.session, state.parent, state.cwd = line.id, line.parent_session, line.cwd
        state.own_from = line.seed_length or (_UNTIL_SAID if line.is_seeded else 0)
        state.is_sidechain = line.origin == "subagent" or bool(line.delegation_depth)
    elif line.type == "session/end-seed":
        if data_of(line.data).inherited:
            state.own_from = 0
    elif line.type == "request/header":
        header = data_of(line.data).header
        if header is not None and header.config is not None:
            state.provider, state.model = header.config.provider, header.config.model
    elif line.type in _REQUESTS:
        is_taken_over = state.parent is not None and (line.seq or 0) < state.own_from
        session = state.parent if is_taken_over else state.session
        yield from _request(session or folder, state, line)


def _request(session: str, state: State, line: Line) -> Iterator[UsageEvent]:
    data = data_of(line.data)
    usage = data.usage or streamed_usage(data.stream)
    if usage is None:
        return
    if usage.input_tokens is None or usage.output_tokens is None:
        raise ValueError("usage without inputTokens or outputTokens")
    read_tokens, written = usage.cache_read_tokens or 0, usage.cache_write_tokens or 0
    sent, output = usage.input_tokens + read_tokens + written, usage.output_tokens
    if not (sent or output):
        return
    if line.time is None:
        raise ValueError("a request without a time")
    time_ms = moment_ms(line.time)
    message = data.message or Message()
    route = message.source or Route(data.provider, data.model)
    told = f"{time_ms}:{sent}:{read_tokens}:{written}:{output}"
    yield UsageEvent(
        key=event_key(_AGENT, _name(message.id or data.compaction_id, data, told)),
        time_ms=time_ms,
        source="log",
        agent=_AGENT,
        provider=route.provider or state.provider or None,
        model=answering_model(route) or state.model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=output,
        reasoning_output_tokens=min(usage.reasoning_tokens or 0, output),
        is_sidechain=state.is_sidechain,
        attribution=Attribution(
            session=session,
            project=state.cwd or None,
            trigger="compaction" if line.type == "compaction/summary" else None,
        ),
    )


def _name(name: str | None, data: Data, told: str) -> str:
    if name and len(name) >= _UNIQUE_ID_LENGTH:
        return name
    return f"{name}:{told}" if name else f"attempt:{data.turn}:{data.step}:{told}"
