"""The requests in a session of Kimi CLI, and of Kimi Code, which has another format.

Kimi CLI tells after each step what it used (``StatusUpdate``); the model and the folder stand in files of its
own home. Kimi Code has a line for each request (``usage.record`` of a ``turn``), which names an alias of the
model; the model itself is named by the ``llm.request`` before it. Its records of a ``session`` are sums.
"""

from collections.abc import Iterator
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._kimi_home import SessionPlace
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "kimi-cli"
_ALIAS = "kimi-code/"


class StepUsage(msgspec.Struct, gc=False):
    """Usage of one step; the three parts of the input are beside each other."""

    input_other: Count = None
    input_cache_read: Count = None
    input_cache_creation: Count = None
    output: Count = None


class RequestUsage(msgspec.Struct, gc=False, rename="camel"):
    """The same in Kimi Code."""

    input_other: Count = None
    input_cache_read: Count = None
    input_cache_creation: Count = None
    output: Count = None


class Payload(msgspec.Struct, gc=False):
    """What a ``StatusUpdate`` tells."""

    token_usage: StepUsage | None = None
    message_id: str | None = None


class Message(msgspec.Struct, gc=False):
    """What Kimi CLI sent to its screen."""

    type: str | None = None
    payload: msgspec.Raw = msgspec.Raw()


class Line(msgspec.Struct, gc=False):
    """One line of either format."""

    type: str | None = None
    timestamp: float | str | None = None
    message: Message | None = None
    time: float | str | None = None
    model: str | None = None
    usage: RequestUsage | None = None
    usage_scope: str | None = msgspec.field(default=None, name="usageScope")


class State(msgspec.Struct):
    """What a file's lines have told so far."""

    model: str | None = None
    sent: int = 0
    output: int = 0
    """What Kimi Code's records add up to; it names them, as nothing in them does."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    message = line.get("message")
    return line.get("type") == "usage.record" or (
        isinstance(message, dict) and message.get("type") == "StatusUpdate"
    )


_LINES = LineScans(Line, State, _is_about_usage)
_payload = Typed(Payload).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's file; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, _Requests(Path(file.path)).in_line)


class _Requests:
    """Finds the requests of one file."""

    def __init__(self, path: Path) -> None:
        self._place = SessionPlace(path)

    @cached_property
    def _configured_model(self) -> str | None:
        return self._place.model()

    @cached_property
    def _owner(self) -> Attribution:
        return Attribution(session=self._place.session, project=self._place.project())

    def in_line(self, state: State, line: Line, text: Text) -> Iterator[UsageEvent]:
        if line.type == "llm.request":
            state.model = line.model or state.model
        elif line.type == "usage.record":
            if line.usage_scope == "turn" and line.usage is not None:
                model = state.model or (line.model and line.model.removeprefix(_ALIAS))
                for event in self._event(line.time, line.usage, model, f"{state.sent}:{state.output}"):
                    state.sent += event.input_tokens
                    state.output += event.output_tokens
                    yield event
        elif line.message is not None and line.message.type == "StatusUpdate":
            payload = _payload(line.message.payload)
            if payload.token_usage is not None:
                name = payload.message_id or blake2b(text().strip()).hexdigest()
                yield from self._event(line.timestamp, payload.token_usage, self._configured_model, name)

    def _event(
        self, time: float | str | None, usage: StepUsage | RequestUsage, model: str | None, name: str
    ) -> Iterator[UsageEvent]:
        if usage.input_other is None or usage.output is None:
            raise ValueError("usage without other input or output")
        if time is None:
            raise ValueError("a request without a time")
        read, created = usage.input_cache_read or 0, usage.input_cache_creation or 0
        sent = usage.input_other + read + created
        if sent or usage.output:
            yield UsageEvent(
                key=event_key(_AGENT, f"{self._place.session}:{self._place.agent}:{name}"),
                time_ms=moment_ms(time),
                source="log",
                agent=_AGENT,
                provider="moonshot",
                model=model,
                input_tokens=sent,
                cache_read_input_tokens=read,
                cache_creation_input_tokens=created,
                output_tokens=usage.output,
                is_sidechain=self._place.is_subagent,
                attribution=self._owner,
            )
