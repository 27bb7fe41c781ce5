"""The lines of Claude Code's log, as far as they are read: no field here can hold a prompt or an answer."""

from decimal import Decimal
from typing import Annotated, Any, TypeAlias

import msgspec

from token_dashboard.model.usage import MAX_TOKENS

Count: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=MAX_TOKENS)] | None


class CacheCreation(msgspec.Struct, gc=False):
    """Cache writes by how long they are kept."""

    ephemeral_5m_input_tokens: Count = None
    ephemeral_1h_input_tokens: Count = None


class OutputDetails(msgspec.Struct, gc=False):
    """Parts of the output."""

    thinking_tokens: Count = None


class ServerToolUse(msgspec.Struct, gc=False):
    """Tools that ran at the provider, billed by use."""

    web_search_requests: Count = None


class Usage(msgspec.Struct, gc=False):
    """Anthropic's usage of one request. ``input_tokens`` leaves the cached parts out."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputDetails | None = None
    server_tool_use: ServerToolUse | None = None
    service_tier: str | None = None
    speed: str | None = None
    iterations: msgspec.Raw = msgspec.Raw()


class Iteration(Usage, gc=False):
    """One sampling step within a request."""

    type: str | None = None
    model: str | None = None


class Message(msgspec.Struct, gc=False):
    """An answer of the Messages API, or what a person said, which has no usage."""

    id: str | None = None
    model: str | None = None
    usage: Usage | None = None


class Line(msgspec.Struct, gc=False, rename="camel"):
    """One line of a session's file; also a subagent's line within a ``progress`` line."""

    type: str | None = None
    timestamp: str | None = None
    session_id: str | None = None
    request_id: str | None = None
    cwd: str | None = None
    git_branch: str | None = None
    is_sidechain: bool | None = None
    is_api_error_message: bool | None = None
    message: Message | str | None = None
    cost: Decimal | None = msgspec.field(default=None, name="costUSD")
    data: msgspec.Raw = msgspec.Raw()


class Progress(msgspec.Struct, gc=False):
    """The ``data`` of a ``progress`` line of type ``agent_progress``."""

    message: Line | str | None = None


decode_iterations = msgspec.json.Decoder(list[Iteration] | None).decode
decode_progress = msgspec.json.Decoder(Progress).decode


def is_about_usage(line: dict[str, Any]) -> bool:
    """Whether a line that is no ``Line`` claims to be a request."""
    message = line.get("message")
    return (
        isinstance(message, dict)
        and message.get("usage") is not None
        and (line.get("type") == "assistant" or not isinstance(line.get("type"), str))
    )
