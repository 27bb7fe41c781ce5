"""What sessions of Copilot CLI used.

A session's events tell it at the session's end, by model (``session.shutdown``); see ``_copilot_ends``. One
event here is the usage of one model in one stretch of a session, dated by its end. Answers tell their output
alone, which the end repeats.

Newer versions keep a table of requests as well, complete by the time a session ends; see ``_copilot_store``.
The end of a stretch that has requests there tells nothing new. A stretch is of one version, so a session may
have ends that count and others that don't.

The export of OpenTelemetry spans tells the same requests one by one. It is read for sessions that left
neither events nor requests, so that each is counted once, whichever file is read first.
"""

from collections.abc import Callable, Iterator
from functools import cache
from hashlib import blake2b
from operator import sub
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents import _copilot_store
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._copilot_ends import End, Figures, told
from token_dashboard.agents._copilot_store import AGENT, PROVIDER, STORE
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_EVENTS = "events.jsonl"
_SESSIONS = "session-state"


class Context(msgspec.Struct, gc=False):
    """Where a session works."""

    cwd: str | None = None
    branch: str | None = None


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
    ended_ms: int = 0
    """When the latest stretch ended."""
    ends: dict[str, Figures] = {}
    """What the latest end told, by model."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    attributes = line.get("attributes")
    is_chat = isinstance(attributes, dict) and attributes.get("gen_ai.operation.name") == "chat"
    return is_chat or line.get("type") == "session.shutdown"


_LINES = LineScans(Line, State, _is_about_usage)
_start = Typed(Start).decode
_span = Typed(Span).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's events, in the table of requests, or in an export; see ``AgentLog.read``."""
    path = Path(file.path)
    if path.name == STORE:
        return _copilot_store.read(file, cursor)
    find = _Session(path).in_line if path.name == _EVENTS else _Export(path).in_line
    return _LINES.read(file, cursor, find)


class _Session:
    """Finds what one session used."""

    def __init__(self, events: Path) -> None:
        self._session = events.parent.name
        homes = _homes(events.parent.parent.parent)
        self._stored_ms: Callable[[], list[int]] = cache(
            lambda: [ms for home in homes for ms in _copilot_store.times_ms(home / STORE, self._session)]
        )

    def in_line(self, state: State, line: Line, text: Text) -> Iterator[UsageEvent]:
        if line.type in {"session.start", "session.resume"}:
            context = _start(line.data).context
            if context is not None:
                state.cwd, state.branch = context.cwd or state.cwd, context.branch or state.branch
        elif line.type == "session.shutdown":
            end = told(line.data)
            if end.figures:
                yield from self._ended(state, line, text, end)

    def _ended(self, state: State, line: Line, text: Text, end: End) -> Iterator[UsageEvent]:
        if line.timestamp is None:
            raise ValueError("the end of a session without a timestamp")
        time_ms = moment_ms(line.timestamp)
        before = state.ends if end.is_sum_behind(state.ends) else {}
        since_ms, state.ended_ms, state.ends = state.ended_ms, time_ms, end.figures
        if any(since_ms < stored_ms <= time_ms for stored_ms in self._stored_ms()):
            return
        name = line.id or blake2b(text().strip()).hexdigest()
        for model, figures in end.figures.items():
            used = Figures(*map(sub, figures, before[model])) if model in before else figures
            if used.sent or used.output:
                key = event_key(AGENT, f"{self._session}:{name}:{model}")
                yield self._event(state, key, time_ms, model, used)

    def _event(self, state: State, key: int, time_ms: int, model: str, used: Figures) -> UsageEvent:
        read = min(used.read, used.sent)
        return UsageEvent(
            key=key,
            time_ms=time_ms,
            source="log",
            agent=AGENT,
            provider=PROVIDER,
            model=model or None,
            input_tokens=used.sent,
            cache_read_input_tokens=read,
            cache_creation_input_tokens=min(used.written, used.sent - read),
            output_tokens=used.output,
            reasoning_output_tokens=min(used.reasoning, used.output),
            attribution=Attribution(session=self._session, project=state.cwd, branch=state.branch),
            requests=used.requests or None,
        )


class _Export:
    """Finds the requests in an export, of sessions that left no events."""

    def __init__(self, path: Path) -> None:
        homes = _homes(path.parent.parent)
        self._is_told: Callable[[str], bool] = cache(lambda name: any(_tells(home, name) for home in homes))

    def in_line(self, _state: State, line: Line, text: Text) -> Iterator[UsageEvent]:
        if not bytes(line.attributes).startswith(b"{") or line.type not in {"span", None}:
            return
        span = _span(line.attributes)
        if span.operation != "chat" and not (line.name or "").startswith("chat "):
            return
        if span.session is not None and self._is_told(Path(span.session).name):
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
            key=event_key(AGENT, name),
            time_ms=_time_ms(line),
            source="log",
            agent=AGENT,
            provider=PROVIDER,
            model=model,
            input_tokens=sent,
            cache_read_input_tokens=read,
            cache_creation_input_tokens=written,
            output_tokens=span.output_tokens,
            reasoning_output_tokens=min(span.reasoning or 0, span.output_tokens),
            attribution=Attribution(session=span.session),
        )


def _homes(beside: Path) -> list[Path]:
    """Where a session may be told once more: logs may have been copied without what lay beside them."""
    return list(dict.fromkeys((beside, Path.home() / ".copilot")))


def _tells(home: Path, session: str) -> bool:
    """Did a session leave events, or requests in the table?"""
    return (home / _SESSIONS / session / _EVENTS).is_file() or bool(
        _copilot_store.times_ms(home / STORE, session)
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
