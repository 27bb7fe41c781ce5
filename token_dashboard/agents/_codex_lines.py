"""The lines of Codex' log, as far as they are read: no field here can hold a prompt or an answer.

Only what most lines have is typed. The rest stays raw, because Codex uses the same names for other things in
lines that are none of our business, and a decoder that took offence there would give up a whole block.
"""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

import msgspec

from token_dashboard.agents._figures import Count
from token_dashboard.agents._json import Typed

Total: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**15)] | None
"""Tokens of a whole thread."""

Value = TypeVar("Value")

NOTHING = msgspec.Raw()


class Usage(msgspec.Struct, gc=False):
    """OpenAI's usage of one request: cached parts are within the input, reasoning within the output."""

    input_tokens: Count = None
    cached_input_tokens: Count = None
    cache_write_input_tokens: Count = None
    output_tokens: Count = None
    reasoning_output_tokens: Count = None


class Totals(msgspec.Struct, gc=False):
    """The same, summed over a thread."""

    input_tokens: Total = None
    cached_input_tokens: Total = None
    cache_write_input_tokens: Total = None
    output_tokens: Total = None
    reasoning_output_tokens: Total = None


class Info(msgspec.Struct, gc=False):
    """What a ``token_count`` event tells: the latest request, and the thread with it."""

    last_token_usage: Usage | None = None
    total_token_usage: Totals | None = None
    model: str | None = None


class Payload(msgspec.Struct, gc=False):
    """What a line is about."""

    type: str | None = None
    info: Info | None = None
    # session_meta
    id: msgspec.Raw = NOTHING
    timestamp: msgspec.Raw = NOTHING
    cwd: msgspec.Raw = NOTHING
    git: msgspec.Raw = NOTHING
    model_provider: msgspec.Raw = NOTHING
    source: msgspec.Raw = NOTHING
    forked_from_id: msgspec.Raw = NOTHING
    parent_thread_id: msgspec.Raw = NOTHING
    subagent_history_start_ordinal: msgspec.Raw = NOTHING
    history_base: msgspec.Raw = NOTHING
    # turn_context, task_started, thread_settings_applied
    turn_id: msgspec.Raw = NOTHING
    model: msgspec.Raw = NOTHING
    thread_settings: msgspec.Raw = NOTHING
    # token_usage_record, compacted
    thread_id: msgspec.Raw = NOTHING
    response_id: msgspec.Raw = NOTHING
    compaction_response_id: msgspec.Raw = NOTHING
    usage: msgspec.Raw = NOTHING
    thread_token_usage: msgspec.Raw = NOTHING
    # response_item
    action: msgspec.Raw = NOTHING


class Line(msgspec.Struct, gc=False):
    """One line of a thread's file, or of what ``codex exec --json`` printed, which has no ``payload``."""

    type: str | None = None
    timestamp: str | float | None = None
    ordinal: int | None = None
    payload: Payload | None = None
    # codex exec
    thread_id: msgspec.Raw = NOTHING
    model: msgspec.Raw = NOTHING
    usage: msgspec.Raw = NOTHING
    data: msgspec.Raw = NOTHING
    result: msgspec.Raw = NOTHING
    response: msgspec.Raw = NOTHING
    created_at: str | float | None = None
    created_at_camel: str | float | None = msgspec.field(default=None, name="createdAt")


class Spawn(msgspec.Struct):
    """How a subagent came to be."""

    parent_thread_id: str | None = None


class Subagent(msgspec.Struct):
    """A subagent's kind: ``review``, ``compact``, or one that another thread spawned."""

    thread_spawn: Spawn | None = None


class Source(msgspec.Struct):
    """Who started a thread, when no person did."""

    subagent: Subagent | str | None = None


class Git(msgspec.Struct):
    """The repository that a thread works in."""

    branch: str | None = None


class Settings(msgspec.Struct):
    """A thread's settings at the moment of a change."""

    model: str | None = None
    service_tier: str | None = None
    cwd: str | None = None


class HistoryBase(msgspec.Struct):
    """Where the history that a thread shares with another one ends."""

    end_ordinal_exclusive: int | None = None


class Action(msgspec.Struct):
    """What a web search tool did: only a ``search`` is billed, opening a page is not."""

    type: str | None = None


class Details(msgspec.Struct):
    """Parts of the input, or of the output."""

    cached_tokens: Count = None
    reasoning_tokens: Count = None


class PrintedUsage(msgspec.Struct):
    """Usage as ``codex exec`` prints it, named as in OpenAI's Responses or its older completions."""

    input_tokens: Count = None
    prompt_tokens: Count = None
    cached_input_tokens: Count = None
    cache_write_input_tokens: Count = None
    output_tokens: Count = None
    completion_tokens: Count = None
    reasoning_output_tokens: Count = None
    input_tokens_details: Details | None = None
    prompt_tokens_details: Details | None = None
    output_tokens_details: Details | None = None
    completion_tokens_details: Details | None = None


class Envelope(msgspec.Struct):
    """What ``codex exec`` may print its usage in."""

    usage: PrintedUsage | None = None
    model: str | None = None
    timestamp: str | float | None = None
    created_at: str | float | None = None


def _object(kind: type[Value]) -> Callable[[msgspec.Raw], Value | None]:
    """A decoder of objects of one type; of anything else than an object it makes ``None``."""
    decode = Typed(kind).decode

    def decode_object(raw: msgspec.Raw) -> Value | None:
        inside = bytes(raw)
        return decode(inside) if inside.startswith(b"{") else None

    return decode_object


source_of = _object(Source)
git_of = _object(Git)
settings_of = _object(Settings)
history_base_of = _object(HistoryBase)
action_of = _object(Action)
usage_of = _object(Usage)
totals_of = _object(Totals)
printed_usage_of = _object(PrintedUsage)
envelope_of = _object(Envelope)
_text = Typed(str).decode


def text(raw: msgspec.Raw) -> str | None:
    """A text that isn't empty; ``None`` for everything else."""
    inside = bytes(raw)
    return _text(inside).strip() or None if inside.startswith(b'"') else None


def number(raw: msgspec.Raw) -> int | None:
    """A whole number; ``None`` for everything else."""
    inside = bytes(raw)
    return int(inside) if inside.isdigit() else None


def is_about_usage(line: dict[str, Any]) -> bool:
    """Whether a line that is no ``Line`` claims to say what was used."""
    payload = line.get("payload")
    if isinstance(payload, dict) and payload.get("type") == "token_count":
        return payload.get("info") is not None
    return line.get("type") in ("token_count", "turn.completed", "token_usage_record")
