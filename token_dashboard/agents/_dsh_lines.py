"""The lines of a DeepSeek Harness session, as far as they are read: no field can hold what was said.

Source: the harness' ``core/session/src/types.ts`` and ``llm/llm/src/types.ts``.
"""

import msgspec

from token_dashboard.agents._figures import Count
from token_dashboard.agents._json import Typed

NOTHING = msgspec.Raw()


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """What a request used: cached input stands beside ``inputTokens``, reasoning within ``outputTokens``."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None


class Route(msgspec.Struct, gc=False, rename="camel"):
    """Where a request was sent, and what the adapter keeps of the response."""

    provider: str | None = None
    model: str | None = None
    replay_state: msgspec.Raw = NOTHING


class Message(msgspec.Struct, gc=False):
    """An answer, without what it says."""

    id: str | None = None
    source: Route | None = None


class Header(msgspec.Struct, gc=False):
    """The settings of the requests that follow."""

    config: Route | None = None


class Data(msgspec.Struct, gc=False, rename="camel"):
    """What an event is about."""

    turn: int | None = None
    step: int | None = None
    usage: Usage | None = None
    # assistant/message
    message: Message | None = None
    # assistant/message, assistant/attempt
    stream: msgspec.Raw = NOTHING
    # compaction/summary
    compaction_id: str | None = None
    provider: str | None = None
    model: str | None = None
    # request/header
    header: Header | None = None
    # session/end-seed
    inherited: bool | None = None


class Line(msgspec.Struct, gc=False, rename="camel"):
    """One event; the first line is the session's header and has no ``data``."""

    type: str | None = None
    seq: int | None = None
    time: float | None = None
    data: msgspec.Raw = NOTHING
    # session
    id: str | None = None
    cwd: str | None = None
    origin: str | None = None
    delegation_depth: int | None = None
    parent_session: str | None = None
    seed_length: int | None = None
    is_seeded: bool | None = None


class _Chunk(msgspec.Struct, gc=False):
    type: str | None = None
    usage: Usage | None = None


class _Streamed(msgspec.Struct, gc=False):
    type: str | None = None
    chunk: _Chunk | None = None


class _Response(msgspec.Struct, rename="camel"):
    response_model: str | None = None


class _ReplayState(msgspec.Struct):
    response: _Response | None = None


data_of = Typed(Data).decode
_streamed = Typed(list[_Streamed]).decode
_replay_state = Typed(_ReplayState).decode


def streamed_usage(stream: msgspec.Raw) -> Usage | None:
    """The last usage that an answer's stream told; the ones before it were told on the way there."""
    if b'"usage"' not in bytes(stream):
        return None
    chunks = [record.chunk for record in _streamed(stream) if record.type == "chunk" and record.chunk]
    told = [chunk.usage for chunk in chunks if chunk.type == "usage"]
    return told[-1] if told else None


def answering_model(route: Route) -> str | None:
    """The model that answered where the adapter noted another one than was asked for."""
    try:
        state = _replay_state(route.replay_state) if bytes(route.replay_state) else _ReplayState()
    except msgspec.ValidationError:  # it is each adapter's own
        state = _ReplayState()
    return (state.response.response_model if state.response else None) or route.model
