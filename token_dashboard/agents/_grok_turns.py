"""What the turns of a session of Grok Build used, by model.

A turn's end (``turn_completed``) tells what all of its requests used. Input includes both kinds of cached
tokens, output includes reasoning, and a cost is counted in ticks, 10^10 to a dollar; it is left out where it
is not whole. A fork begins with a copy of its parent's lines under the fork's own session id and times, but
with the ids of prompts and ``agentTimestampMs`` as they were, which name a turn here.

What a subagent used is added to the turn that started it, so a subagent's own session is passed over. The
``totalTokens`` of other lines tells how full the context is, and is no usage; versions that wrote nothing
else are not counted.

Sources: Grok Build itself, ``PromptUsage`` and ``record_subagent_usage`` of its shell and its
``storage/jsonl/copy.rs``; toktrack, ``src/parsers/grok.rs``.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._line_scans import LineScans, Text
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "grok"
_TURN_ENDED = "turn_completed"
_LONGEST_SUMMARY_BYTES = 4 << 20
_TICKS = Decimal(10**10)

Document = TypeVar("Document")


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """The sums of a turn, or of one model in it."""

    input_tokens: Count = None
    output_tokens: Count = None
    cached_read_tokens: Count = None
    cache_creation_tokens: Count = None
    reasoning_tokens: Count = None
    model_calls: Count = None
    cost_usd_ticks: int | None = None
    cost_is_partial: bool | None = None
    usage_is_incomplete: bool | None = None


class TurnUsage(Usage, rename="camel"):
    """The same, with its parts."""

    model_usage: dict[str, Usage] | None = None


class Update(msgspec.Struct):
    """What happened in a session, as far as it is read."""

    kind: str | None = msgspec.field(default=None, name="sessionUpdate")
    prompt: str | None = msgspec.field(default=None, name="prompt_id")
    usage: TurnUsage | None = None


class Meta(msgspec.Struct):
    """When it happened, which no copy changes."""

    time: float | None = msgspec.field(default=None, name="agentTimestampMs")


class Params(msgspec.Struct):
    """The content of a line; prompts and answers are among what is not looked into."""

    update: msgspec.Raw = msgspec.Raw()
    meta: msgspec.Raw = msgspec.field(default=msgspec.Raw(), name="_meta")


class Line(msgspec.Struct):
    """A notification; ``timestamp`` is in seconds, and a fork's is that of its making."""

    timestamp: float | str | None = None
    params: Params | None = None


class Info(msgspec.Struct):
    """Where a session works."""

    cwd: str | None = None


class Summary(msgspec.Struct):
    """A session's ``summary.json``."""

    info: Info | None = None
    model: str | None = msgspec.field(default=None, name="current_model_id")
    kind: str | None = msgspec.field(default=None, name="session_kind")


class State(msgspec.Struct):
    """Each turn's end says all about the turn."""


def _is_about_usage(line: dict[str, Any]) -> bool:
    params = line.get("params")
    update = params.get("update") if isinstance(params, dict) else None
    return isinstance(update, dict) and update.get("sessionUpdate") == _TURN_ENDED


_LINES = LineScans(Line, State, _is_about_usage)
_update = Typed(Update).decode
_meta = Typed(Meta).decode
_summary = Typed(Summary).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a session's log; see ``AgentLog.read``."""
    return _LINES.read(file, cursor, _Session(Path(file.path)).in_line)


class _Session:
    """Finds the turns of one session."""

    def __init__(self, path: Path) -> None:
        self._folder = path.parent

    def in_line(self, _state: State, line: Line, _text: Text) -> Iterator[UsageEvent]:
        params = line.params
        if params is None or b'"turn_completed"' not in bytes(params.update):
            return
        update = _update(params.update)
        if update.kind != _TURN_ENDED or update.usage is None or self._is_subagents:
            return
        told_ms = (_meta(params.meta) if bytes(params.meta).startswith(b"{") else Meta()).time
        time = line.timestamp if told_ms is None else told_ms
        if time is None:
            raise ValueError("a turn without a time")
        whole = update.usage
        used = whole.model_usage or {self._summary.model or "": whole}
        hides_cost = whole.usage_is_incomplete is True or whole.cost_is_partial is True
        for model, usage in used.items():
            sums = (usage.input_tokens, usage.output_tokens, usage.cached_read_tokens)
            name = f"{update.prompt}:{sums if told_ms is None else f'{told_ms:.0f}'}:{model}"
            if update.prompt is None:
                name = f"{self._folder.name}:{name}"
            yield from self._event(name, moment_ms(time), model or None, usage, hides_cost=hides_cost)

    def _event(
        self, name: str, time_ms: int, model: str | None, usage: Usage, *, hides_cost: bool
    ) -> Iterator[UsageEvent]:
        if usage.input_tokens is None or usage.output_tokens is None:
            raise ValueError("usage without inputTokens or outputTokens")
        sent, output = usage.input_tokens, usage.output_tokens
        if not (sent or output):
            return
        read_tokens = min(usage.cached_read_tokens or 0, sent)
        ticks = None if hides_cost or usage.cost_is_partial else usage.cost_usd_ticks
        yield UsageEvent(
            key=event_key(_AGENT, name),
            time_ms=time_ms,
            source="log",
            agent=_AGENT,
            provider="xai" if (model or "").startswith("grok") else None,
            model=model,
            input_tokens=sent,
            cache_read_input_tokens=read_tokens,
            cache_creation_input_tokens=min(usage.cache_creation_tokens or 0, sent - read_tokens),
            output_tokens=output,
            reasoning_output_tokens=min(usage.reasoning_tokens or 0, output),
            attribution=self._owner,
            requests=usage.model_calls or None,
            recorded_cost_nanos=cost_nanos(Decimal(ticks) / _TICKS) if ticks else None,
        )

    @property
    def _is_subagents(self) -> bool:
        return (self._summary.kind or "").startswith("subagent")

    @cached_property
    def _owner(self) -> Attribution:
        cwd = self._summary.info and self._summary.info.cwd
        # A name that would be too long is a short one, with the folder in a file.
        noted = (_content(self._folder.parent / ".cwd") or b"").decode("utf-8", "replace").strip()
        project = cwd or noted or unquote(self._folder.parent.name)
        return Attribution(session=self._folder.name, project=project or None)

    @cached_property
    def _summary(self) -> Summary:
        try:
            return _summary(_content(self._folder / "summary.json") or b"{}")
        except ValueError:
            return Summary()


def _content(path: Path) -> bytes | None:
    try:
        with opened(str(path)) as (source, _):
            return source.read(_LONGEST_SUMMARY_BYTES)
    except AgentLogError:
        return None
