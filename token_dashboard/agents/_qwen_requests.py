"""The requests in a conversation with Qwen Code: lines of the assistant, with usage under Gemini's names."""

from collections.abc import Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "qwen-code"
_UUID_LENGTH = 36


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """Usage of one request; cached tokens are within the prompt."""

    prompt_token_count: Count = None
    candidates_token_count: Count = None
    cached_content_token_count: Count = None
    thoughts_token_count: Count = None
    tool_use_prompt_token_count: Count = None
    total_token_count: Count = None


class Line(msgspec.Struct, gc=False, rename="camel"):
    """One line of a conversation's file."""

    uuid: str | None = None
    session_id: str | None = None
    timestamp: str | None = None
    type: str | None = None
    cwd: str | None = None
    git_branch: str | None = None
    is_sidechain: bool | None = None
    model: str | None = None
    usage_metadata: Usage | None = None


class State(msgspec.Struct):
    """Each line says all about itself."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    return line.get("type") in ("assistant", None) and line.get("usageMetadata") is not None


_LINES = LineScans(Line, State, _is_about_usage)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a conversation's file; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, partial(_requests, Path(file.path)))


def _requests(path: Path, _state: State, line: Line, text: Text) -> Iterator[UsageEvent]:
    usage = line.usage_metadata
    if usage is None or line.type not in {"assistant", None}:
        return
    if usage.prompt_token_count is None or usage.candidates_token_count is None:
        raise ValueError("usage without promptTokenCount or candidatesTokenCount")
    if line.timestamp is None:
        raise ValueError("a request without a timestamp")
    sent = usage.prompt_token_count + (usage.tool_use_prompt_token_count or 0)
    thoughts = usage.thoughts_token_count or 0
    output = usage.candidates_token_count
    # Vendors that speak OpenAI's language count thoughts within the output; the total shows it.
    if usage.total_token_count != sent + output:
        output += thoughts
    if not (sent or output):
        return
    session = line.session_id or path.stem
    name = line.uuid or blake2b(text().strip()).hexdigest()
    is_unique = len(name) >= _UUID_LENGTH
    yield UsageEvent(
        key=event_key(_AGENT, name if is_unique else f"{session}:{name}"),
        time_ms=moment_ms(line.timestamp),
        source="log",
        agent=_AGENT,
        provider=None,
        model=line.model,
        input_tokens=sent,
        cache_read_input_tokens=min(usage.cached_content_token_count or 0, sent),
        output_tokens=output,
        reasoning_output_tokens=min(thoughts, output),
        is_sidechain=line.is_sidechain is True,
        attribution=Attribution(
            session=session,
            project=line.cwd or path.parent.parent.name or None,
            branch=line.git_branch or None,
        ),
    )
