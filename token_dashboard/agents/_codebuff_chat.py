"""The answers in a chat of Codebuff that say what they used.

Usage stands in one of three places of a message's ``metadata``, the third being the state of the run, and
its fields have the names of whichever interface answered. Cached input lies beside Anthropic's
``inputTokens`` and within OpenAI's ``promptTokens``. ``credits`` are Codebuff's own unit, not dollars, and
are not kept.
"""

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument, found_in
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "codebuff"
_ANSWERS = {"ai", "agent", "assistant"}
_CHAT_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d(?:\.\d+)?Z)")
"""A chat's folder is named after its beginning, with dashes for the colons."""


class _Details(msgspec.Struct, gc=False):
    cached_tokens: Count = None
    camel_cached_tokens: Count = msgspec.field(default=None, name="cachedTokens")


class _Usage(msgspec.Struct, gc=False):
    """Usage under all of its names."""

    model: str | None = None
    camel_input_tokens: Count = msgspec.field(default=None, name="inputTokens")
    input_tokens: Count = None
    camel_prompt_tokens: Count = msgspec.field(default=None, name="promptTokens")
    prompt_tokens: Count = None
    camel_output_tokens: Count = msgspec.field(default=None, name="outputTokens")
    output_tokens: Count = None
    camel_completion_tokens: Count = msgspec.field(default=None, name="completionTokens")
    completion_tokens: Count = None
    camel_cache_read_input_tokens: Count = msgspec.field(default=None, name="cacheReadInputTokens")
    cache_read_input_tokens: Count = None
    camel_cache_creation_input_tokens: Count = msgspec.field(default=None, name="cacheCreationInputTokens")
    cache_creation_input_tokens: Count = None
    camel_prompt_tokens_details: _Details | None = msgspec.field(default=None, name="promptTokensDetails")
    prompt_tokens_details: _Details | None = None


class _Inner(msgspec.Struct):
    usage: _Usage | None = None
    model: str | None = None


class _ProviderOptions(msgspec.Struct):
    usage: _Usage | None = None
    codebuff: _Inner | None = None


class _Step(msgspec.Struct, rename="camel"):
    role: str | None = None
    provider_options: _ProviderOptions | None = None


class _MainAgentState(msgspec.Struct, rename="camel"):
    message_history: list[_Step] | None = None


class _SessionState(msgspec.Struct, rename="camel"):
    main_agent_state: _MainAgentState | None = None


class _RunState(msgspec.Struct, rename="camel"):
    session_state: _SessionState | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    model: str | None = None
    timestamp: str | float | None = None
    usage: _Usage | None = None
    codebuff: _Inner | None = None
    run_state: _RunState | None = None


class _Message(msgspec.Struct, rename="camel"):
    id: str | None = None
    variant: str | None = None
    role: str | None = None
    timestamp: str | float | None = None
    created_at: str | float | None = None
    metadata: _Metadata | None = None


_CHAT = JsonDocument(list[msgspec.Raw])
_MESSAGE = Typed(_Message)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A chat's answers; see ``AgentLog.read``."""
    chat = Path(file.path).parent
    find = partial(_events, chat.name, chat.parent.parent.name)
    return _CHAT.read(file, cursor, lambda messages: found_in(messages, file.path, find))


def _events(chat: str, project: str, text: msgspec.Raw) -> Iterator[UsageEvent]:
    if b'"metadata"' not in bytes(text):
        return
    message = _MESSAGE.decode(text)
    metadata = message.metadata
    if metadata is None or (message.variant or message.role) not in _ANSWERS:
        return
    for model, usage in _usages(metadata):
        input_tokens, cache_read, cache_creation, output_tokens = _counts(usage)
        if input_tokens + output_tokens:
            if not message.id:
                raise ValueError("usage in a message without an id")
            yield UsageEvent(
                key=event_key(_AGENT, f"{chat}:{message.id}"),
                time_ms=_time_ms(message, metadata, chat),
                source="log",
                agent=_AGENT,
                provider=None,
                model=usage.model or model or metadata.model,
                input_tokens=input_tokens,
                cache_read_input_tokens=cache_read,
                cache_creation_input_tokens=cache_creation,
                output_tokens=output_tokens,
                attribution=Attribution(session=chat, project=project or None),
            )
            return


def _usages(metadata: _Metadata) -> Iterator[tuple[str | None, _Usage]]:
    """What a message says of usage, the most direct first, and the model beside it."""
    for inner in (metadata, metadata.codebuff):
        if inner is not None and inner.usage is not None:
            yield inner.model, inner.usage
    state = metadata.run_state and metadata.run_state.session_state
    agent = state and state.main_agent_state
    for step in reversed((agent and agent.message_history) or []):
        if step.role == "assistant":
            options = step.provider_options
            for found in (options, options and options.codebuff):
                if found is not None and found.usage is not None:
                    yield getattr(found, "model", None), found.usage
            return


def _counts(usage: _Usage) -> tuple[int, int, int, int]:
    """Input with its cached parts, those read and those written, and output."""
    cache_read = usage.camel_cache_read_input_tokens or usage.cache_read_input_tokens or 0
    cache_creation = usage.camel_cache_creation_input_tokens or usage.cache_creation_input_tokens or 0
    output = (
        usage.camel_output_tokens
        or usage.output_tokens
        or usage.camel_completion_tokens
        or usage.completion_tokens
        or 0
    )
    fresh = usage.camel_input_tokens or usage.input_tokens
    prompt = usage.camel_prompt_tokens or usage.prompt_tokens or 0
    if fresh or not prompt:
        return (fresh or 0) + cache_read + cache_creation, cache_read, cache_creation, output
    details = usage.camel_prompt_tokens_details or usage.prompt_tokens_details
    within = 0 if details is None else details.camel_cached_tokens or details.cached_tokens or 0
    if within > prompt:
        raise ValueError("more cached tokens than prompt tokens")
    if within:
        return prompt + cache_creation, within, cache_creation, output
    return prompt + cache_read + cache_creation, cache_read, cache_creation, output


def _time_ms(message: _Message, metadata: _Metadata, chat: str) -> int:
    """When a message was written, or its chat began: a message's own time is often a text for people."""
    for moment in (message.timestamp, message.created_at, metadata.timestamp):
        if moment is not None:
            try:
                return moment_ms(moment)
            except ValueError:
                continue
    began = _CHAT_TIME.fullmatch(chat)
    if began is None:
        raise ValueError("usage without a timestamp")
    return moment_ms("{}T{}:{}:{}".format(*began.groups()))
