"""What the models that Muse Code asked have used, of the records of a session.

Cached tokens are within the input, as Meta's service counts them, and reasoning within the output. Of another
provider it is not known, so a request of one that used a cache is refused, as is one that wrote to a cache.

The same request stands in several records. ``goal_usage_attribution`` and ``workflow_child_lifecycle`` tell
its tokens again and are not read. A session's file repeats its subagents' records, which name their own
session in ``stream``; and a session that goes on from another may repeat that one's. So a request is known by
its run, how long it took, and what it used, in whichever file it stands.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "muse"
_META = "meta"
_NO_PROVIDERS = frozenset(("", "muse", "unknown"))
_TRIGGERS = {"model_completed": None, "automated_review_completed": "review"}


class Usage(msgspec.Struct, gc=False):
    """Three names of the same cached tokens, by who asked the model."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cached_tokens: Count = None
    cached_input_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None


class Model(msgspec.Struct, gc=False):
    """A model, and who serves it."""

    model_id: str | None = None
    provider_id: str | None = None


class Happening(msgspec.Struct, gc=False):
    """What happened in a run."""

    kind: str | None = None
    usage: Usage | None = None
    model: str | Model | None = None
    duration_ms: int | float | None = None


class Facts(Model, gc=False):
    """Of a session, or of a run to come; ``effective`` is the model that a user changed to."""

    workspace_root: str | None = None
    effective: Model | None = None


class Payload(msgspec.Struct, gc=False):
    """What a record tells."""

    run_id: str | None = None
    event: Happening | None = None
    record: Facts | None = None


class Stream(msgspec.Struct, gc=False):
    """Whose record it is."""

    id: str | None = None


class Child(msgspec.Struct, gc=False):
    """A record within another one, as text."""

    record_json: str | None = None


class Line(msgspec.Struct, gc=False):
    """A record. ``recorded_at`` is in microseconds."""

    id: str | None = None
    stream: Stream | None = None
    recorded_at: int | float | None = None
    payload: Payload | None = None
    children: list[Child] | None = None


class State(msgspec.Struct):
    """What a session's own records told last."""

    project: str | None = None
    provider: str | None = None
    model: str | None = None


class _Place(NamedTuple):
    session: str
    is_subagent: bool


def _is_about_usage(line: dict[str, Any]) -> bool:
    payload = line.get("payload")
    event = payload.get("event") if isinstance(payload, dict) else None
    if not isinstance(event, dict):
        return False
    kind = event.get("kind")
    return isinstance(kind, str) and kind in _TRIGGERS and event.get("usage") is not None


_LINES = LineScans(Line, State, _is_about_usage)
_RECORD = Typed(Line)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session; see ``AgentLog.read``."""
    folder = Path(file.path).parent
    place = _Place(folder.name, folder.parent.name == "subagent")
    return _LINES.read(file, cursor, partial(_requests, place))


def _requests(place: _Place, state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
    for child in line.children or ():
        if child.record_json is not None:
            record = _RECORD.decode_if(child.record_json, _is_about_usage)
            if record is not None:
                yield from _of_record(place, state, record)
    yield from _of_record(place, state, line)


def _of_record(place: _Place, state: State, line: Line) -> Iterator[UsageEvent]:
    payload = line.payload
    if payload is None:
        return
    session = (line.stream.id if line.stream is not None else None) or place.session
    if payload.record is not None and session == place.session:
        chosen = payload.record.effective or payload.record
        state.project = payload.record.workspace_root or state.project
        state.provider = chosen.provider_id or state.provider
        state.model = chosen.model_id or state.model
    event = payload.event
    if event is not None and event.kind in _TRIGGERS and event.usage is not None:
        yield from _request(place, state, session, line, event, event.usage)


def _request(
    place: _Place, state: State, session: str, line: Line, event: Happening, usage: Usage
) -> Iterator[UsageEvent]:
    told = event.model if isinstance(event.model, Model) else Model(model_id=event.model)
    model = told.model_id or state.model
    provider = _provider(told.provider_id or state.provider, model)
    sent, output = usage.input_tokens or 0, usage.output_tokens or 0
    cached = usage.cache_read_tokens or usage.cached_tokens or usage.cached_input_tokens or 0
    reasoning = usage.reasoning_tokens or 0
    if not (sent or output):
        return
    if usage.cache_write_tokens or (cached and provider != _META):
        raise ValueError("a cache of which it is not known whether it is within the input")
    if cached > sent or reasoning > output:
        raise ValueError("parts that are more than the whole")
    if line.recorded_at is None:
        raise ValueError("a request without a time")
    yield UsageEvent(
        key=event_key(_AGENT, _name(line, event, (sent, cached, output, reasoning))),
        time_ms=moment_ms(line.recorded_at),
        source="log",
        agent=_AGENT,
        provider=provider,
        model=model or None,
        input_tokens=sent,
        cache_read_input_tokens=cached,
        output_tokens=output,
        reasoning_output_tokens=reasoning,
        is_sidechain=place.is_subagent or session != place.session,
        attribution=Attribution(project=state.project, session=session, trigger=_TRIGGERS[event.kind or ""]),
    )


def _provider(told: str | None, model: str | None) -> str | None:
    if told is not None and told.lower() not in _NO_PROVIDERS:
        return told
    return _META if model is not None and model.startswith("muse-") else None


def _name(line: Line, event: Happening, figures: tuple[int, ...]) -> str:
    run = line.payload.run_id if line.payload is not None else None
    if run and event.duration_ms is not None:
        return " ".join((run, str(event.duration_ms), *map(str, figures)))
    if not line.id:
        raise ValueError("a request without an id")
    return line.id
