"""The requests in a session of CodeBuddy or WorkBuddy: each line that an answer gave bears what it used.

An answer with several calls of tools is several lines with one id and one usage. ``total_tokens`` shows that
what was cached is within ``prompt_tokens``; where it doesn't, it is added. Their credits are no dollars and
are not kept.

Sources: ccusage, ``adapter/codebuddy`` and its recorded lines; tokscale, ``sessions/codebuddy.rs``.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_UNIQUE_ID_LENGTH = 20


class Usage(msgspec.Struct, gc=False):
    """What a request used, under its vendor's names, or those of the message."""

    prompt_tokens: Count = None
    input_tokens: Count = None
    completion_tokens: Count = None
    output_tokens: Count = None
    total_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    prompt_cache_hit_tokens: Count = None
    prompt_cache_write_tokens: Count = None
    completion_thinking_tokens: Count = None


class ProviderData(msgspec.Struct, rename="camel"):
    """What is noted of an answer."""

    model: str | None = None
    request_model_id: str | None = None
    message_id: str | None = None
    raw_usage: Usage | None = None


class Message(msgspec.Struct):
    """An answer, without what it says."""

    model: str | None = None
    usage: Usage | None = None


class Line(msgspec.Struct, rename="camel"):
    """One line of a session's file."""

    id: str | None = None
    timestamp: float | str | None = None
    session_id: str | None = None
    cwd: str | None = None
    provider_data: ProviderData | None = None
    message: Message | str | None = None


class State(msgspec.Struct):
    """Each line says all about itself."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    data, message = line.get("providerData"), line.get("message")
    return (isinstance(data, dict) and data.get("rawUsage") is not None) or (
        isinstance(message, dict) and message.get("usage") is not None
    )


_LINES = LineScans(Line, State, _is_about_usage)


def read(agent: str, file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's file of one of them; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, partial(_requests, agent, Path(file.path)))


def _requests(agent: str, path: Path, _state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    data = line.provider_data or ProviderData()
    message = line.message if isinstance(line.message, Message) else Message()
    usage = data.raw_usage or message.usage
    if usage is None:
        return
    sent = usage.input_tokens if usage.prompt_tokens is None else usage.prompt_tokens
    output = usage.output_tokens if usage.completion_tokens is None else usage.completion_tokens
    if sent is None or output is None:
        raise ValueError("usage without prompt_tokens or completion_tokens")
    read_tokens = usage.cache_read_input_tokens or usage.prompt_cache_hit_tokens or 0
    written = usage.cache_creation_input_tokens or usage.prompt_cache_write_tokens or 0
    if usage.total_tokens == sent + read_tokens + written + output or read_tokens + written > sent:
        sent += read_tokens + written
    if not (sent or output):
        return
    name = data.message_id or line.id
    if not name:
        raise ValueError("a request without an id")
    if line.timestamp is None:
        raise ValueError("a request without a timestamp")
    session = line.session_id or path.stem
    yield UsageEvent(
        key=event_key(agent, name if len(name) >= _UNIQUE_ID_LENGTH else f"{session}:{name}"),
        time_ms=moment_ms(line.timestamp),
        source="log",
        agent=agent,
        provider="tencent",
        model=_model(data.model, data.request_model_id, message.model),
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=output,
        reasoning_output_tokens=min(usage.completion_thinking_tokens or 0, output),
        is_sidechain="subagents" in path.parts,
        attribution=Attribution(session=session, project=line.cwd or None),
    )


def _model(*told: str | None) -> str | None:
    """The first that is a model, and not the wish that one be chosen."""
    return next((model for model in told if model and model.lower() != "auto"), None)
