"""Gemini CLI's log, as far as it is read: no field here can hold a prompt or an answer."""

from typing import Any

import msgspec

from token_dashboard.agents._figures import Count

NOTHING = msgspec.Raw()


class Tokens(msgspec.Struct, gc=False):
    """Usage of one request: ``thoughts`` add to ``output``, ``tool`` (prompts by tools) to ``input``."""

    input: Count = None
    output: Count = None
    cached: Count = None
    thoughts: Count = None
    tool: Count = None
    total: Count = None


class Message(msgspec.Struct, gc=False):
    """One message of a conversation; only the model's have tokens, and not before the answer is whole."""

    id: str | None = None
    type: str | None = None
    timestamp: str | None = None
    model: str | None = None
    tokens: Tokens | None = None


class Conversation(msgspec.Struct, rename="camel", kw_only=True):
    """What is known of a conversation."""

    session_id: str | None = None
    project_hash: str | None = None
    kind: str | None = None
    messages: list[msgspec.Raw] | None = None


class Document(Conversation, rename="camel", kw_only=True):
    """A conversation of older versions, or what a run without a terminal printed."""

    printed_session_id: str | None = msgspec.field(default=None, name="session_id")
    timestamp: str | None = None
    stats: msgspec.Raw = NOTHING


class Line(Message, gc=False, rename="camel", kw_only=True):
    """A line of newer versions: a message, something about the conversation, or a change of it."""

    session_id: str | None = None
    project_hash: str | None = None
    kind: str | None = None
    change: Conversation | None = msgspec.field(default=None, name="$set")
    printed_session_id: str | None = msgspec.field(default=None, name="session_id")
    stats: msgspec.Raw = NOTHING


class ModelTokens(msgspec.Struct):
    """What a run used of one model; the parts are like those of ``Tokens``."""

    prompt: Count = None
    candidates: Count = None
    cached: Count = None
    thoughts: Count = None
    tool: Count = None


class ModelRequests(msgspec.Struct, rename="camel"):
    """How often one model was asked."""

    total_requests: Count = None


class ModelStats(msgspec.Struct):
    """The statistics of one model."""

    api: ModelRequests | None = None
    tokens: ModelTokens | None = None


NO_STATS = ModelStats()


class Stats(msgspec.Struct):
    """What a run without a terminal used: by model, or, in a stream of events, as a whole."""

    models: dict[str, ModelStats] | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    total_tokens: Count = None
    cached: Count = None


def is_about_usage(line: dict[str, Any]) -> bool:
    """Whether a line that is no ``Line`` claims to say what was used."""
    changed = line.get("$set")
    return (
        (line.get("type") in ("gemini", None) and line.get("tokens") is not None)
        or line.get("stats") is not None
        or (isinstance(changed, dict) and changed.get("messages") is not None)
    )
