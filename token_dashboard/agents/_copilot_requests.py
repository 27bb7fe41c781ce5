"""What sessions of Copilot CLI used.

A session's events tell it at the session's end, by model (``session.shutdown``). A session that is resumed
ends again, with what it used since: the ends are added. One event here is the usage of one model in one
stretch of a session, dated by its end. Answers tell their output alone, which the end repeats; so a session
that is running, or that crashed, shows nothing yet.

The export of OpenTelemetry spans tells the same requests one by one. It is read for sessions that left no
events beside it, so that each is counted once, whichever file is read first.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "copilot-cli"
_PROVIDER = "github-copilot"
_EVENTS = "events.jsonl"
_SESSIONS = "session-state"


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """What one model was used for; both kinds of cached tokens are within the input."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None


class Requests(msgspec.Struct, gc=False):
    """How often one model was asked."""

    count: Count = None


class Metrics(msgspec.Struct, gc=False):
    """One model's part of a session."""

    requests: Requests | None = None
    usage: Usage | None = None


class Context(msgspec.Struct, gc=False):
    """Where a session works."""

    cwd: str | None = None
    branch: str | None = None


class Shutdown(msgspec.Struct, rename="camel"):
    """The end of a stretch of a session."""

    model_metrics: dict[str, Metrics] | None = None


class Start(msgspec.Struct):
    """The beginning of a session, or of a further stretch of it."""

    context: Context | None = None


class Span(msgspec.Struct, gc=False):
    """The attributes of a span, as far as they are read."""

    operation: str | None = msgspec.field(default=None, name="gen_ai.operation.name")
    response: str | None = msgspec.field(default=None, name="gen_ai.response.id")
    response_model: str | None = msgspec.field(default=None, name="gen_ai.response.model")
    request_model: str | None = msgspec.field(default=None, name="gen_ai.request.model")
    session: str | None = msgspec.field(default=None, name="gen_ai.conversation.id")
    input_tokens: Count = msgspec.field(default=None, name="gen_ai.usage.input_tokens")
    output_tokens: Count = msgspec.field(default=None, name="gen_ai.usage.output_tokens")
    cache_read: Count = msgspec.field(default=None, name="gen_ai.usage.cache_read.input_tokens")
    cache_write: Count = msgspec.field(default=None, name="gen_ai.usage.cache_write.input_tokens")
    cache_creation: Count = msgspec.field(default=None, name="gen_ai.usage.cache_creation.input_tokens")
    reasoning: Count = msgspec.field(default=None, name="gen_ai.usage.reasoning.output_tokens")


class Line(msgspec.Struct, gc=False):
    """An event of a session, or an exported span."""

    type: str | None = None
    id: str | None = None
    timestamp: str | float | None = None
    data: msgspec.Raw = msgspec.Raw()
    # spans
    name: str | None = None
    trace: str | None = msgspec.field(default=None, name="traceId")
    span: str | None = msgspec.field(default=None, name="spanId")
    end_time: list[int] | str | float | None = msgspec.field(default=None, name="endTime")
    start_time: list[int] | str | float | None = msgspec.field(default=None, name="startTime")
    attributes: msgspec.Raw = msgspec.Raw()


class State(msgspec.Struct):
    """What a file's lines have told so far."""

    cwd: str | None = None
    branch: str | None = None


def _is_about_usage(line: dict[str, Any]) -> bool:
    attributes = line.get("attributes")
    is_chat = isinstance(attributes, dict) and attributes.get("gen_ai.operation.name") == "chat"
    return is_chat or line.get("type") == "session.shutdown"


_LINES = LineScans(Line, State, _is_about_usage)
_shutdown = Typed(Shutdown).decode
_start = Typed(Start).decode
_span = Typed(Span).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's events, or in an export; see ``AgentLog.read``."""
    path = Path(file.path)
    find = _Session(path.parent.name).in_line if path.name == _EVENTS else _Export(path).in_line
    return _LINES.read(file, cursor, find)


class _Session:
    """Finds what one session used."""

    def __init__(self, session: str) -> None:
        self._session = session

    def in_line(self, state: State, line: Line, text: Text) -> Iterator[UsageEvent]:
        if line.type in {"session.start", "session.resume"}:
            context = _start(line.data).context
            if context is not None:
                state.cwd, state.branch = context.cwd or state.cwd, context.branch or state.branch
        elif line.type == "session.shutdown":
            metrics = _shutdown(line.data).model_metrics or {}
            name = line.id or blake2b(text().strip()).hexdigest()
            for model, used in metrics.items():
                if used.usage is not None:
                    asked = used.requests and used.requests.count
                    key = event_key(_AGENT, f"{self._session}:{name}:{model}")
                    yield from self._event(state, line, key, model, used.usage, asked or None)

    def _event(
        self, state: State, line: Line, key: int, model: str, usage: Usage, requests: int | None
    ) -> Iterator[UsageEvent]:
        if usage.input_tokens is None or usage.output_tokens is None:
            raise ValueError("usage without inputTokens or outputTokens")
        if line.timestamp is None:
            raise ValueError("the end of a session without a timestamp")
        if usage.input_tokens or usage.output_tokens:
            sent, read = usage.input_tokens, min(usage.cache_read_tokens or 0, usage.input_tokens)
            yield UsageEvent(
                key=key,
                time_ms=moment_ms(line.timestamp),
                source="log",
                agent=_AGENT,
                provider=_PROVIDER,
                model=model or None,
                input_tokens=sent,
                cache_read_input_tokens=read,
                cache_creation_input_tokens=min(usage.cache_write_tokens or 0, sent - read),
                output_tokens=usage.output_tokens,
                reasoning_output_tokens=min(usage.reasoning_tokens or 0, usage.output_tokens),
                attribution=Attribution(session=self._session, project=state.cwd, branch=state.branch),
                requests=requests,
            )


class _Export:
    """Finds the requests in an export, of sessions that left no events."""

    def __init__(self, path: Path) -> None:
        folders = dict.fromkeys((path.parent.parent / _SESSIONS, Path.home() / ".copilot" / _SESSIONS))
        self._has_events = cache(lambda name: any((folder / name / _EVENTS).is_file() for folder in folders))

    def in_line(self, _state: State, line: Line, text: Text) -> Iterator[UsageEvent]:
        if not bytes(line.attributes).startswith(b"{") or line.type not in {"span", None}:
            return
        span = _span(line.attributes)
        if span.operation != "chat" and not (line.name or "").startswith("chat "):
            return
        if span.session is not None and self._has_events(Path(span.session).name):
            return
        if span.input_tokens is None or span.output_tokens is None:
            raise ValueError("a chat span without gen_ai.usage.input_tokens or output_tokens")
        sent, read = span.input_tokens, min(span.cache_read or 0, span.input_tokens)
        written = min(span.cache_write or span.cache_creation or 0, sent - read)
        model = span.response_model or span.request_model
        if span.response:
            # Some spans are exported twice, under new ids of their own. Some programs give one response id to
            # all calls of a turn, which their counts tell apart.
            name = f"response:{span.response}:{model}:{sent}:{read}:{written}:{span.output_tokens}"
        elif line.trace and line.span:
            name = f"span:{line.trace}:{line.span}"
        else:
            name = blake2b(text().strip()).hexdigest()
        yield UsageEvent(
            key=event_key(_AGENT, name),
            time_ms=_time_ms(line),
            source="log",
            agent=_AGENT,
            provider=_PROVIDER,
            model=model,
            input_tokens=sent,
            cache_read_input_tokens=read,
            cache_creation_input_tokens=written,
            output_tokens=span.output_tokens,
            reasoning_output_tokens=min(span.reasoning or 0, span.output_tokens),
            attribution=Attribution(session=span.session),
        )


def _time_ms(line: Line) -> int:
    """When a span ended: seconds and nanoseconds, or one number, or text."""
    for time in (line.end_time, line.start_time, line.timestamp):
        if isinstance(time, list):
            if len(time) != 2:
                raise ValueError("a time is no pair of seconds and nanoseconds")
            return moment_ms(time[0] * 1000 + time[1] // 1_000_000)
        if time is not None:
            return moment_ms(time)
    raise ValueError("a span without a time")
