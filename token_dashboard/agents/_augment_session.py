"""The turns in a session of Augment: each has one request, which tells its usage in a node of its answer.

Cached tokens, read and written, stand beside the input. A turn counts when it has ended.

Source: tokscale, ``sessions/augment.rs``.
"""

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
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "augment"


class _Usage(msgspec.Struct, gc=False):
    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None

    @property
    def is_empty(self) -> bool:
        """Nodes of other kinds may have a usage of nothing."""
        return not (
            self.input_tokens
            or self.output_tokens
            or self.cache_read_input_tokens
            or self.cache_creation_input_tokens
        )


class _Node(msgspec.Struct):
    token_usage: _Usage | None = None


class _Exchange(msgspec.Struct):
    model_id: str | None = None
    request_id: str | None = None
    response_nodes: list[_Node] | None = None


class _Turn(msgspec.Struct, rename="camel"):
    finished_at: str | None = None
    sequence_id: int | str | None = None
    exchange: _Exchange | None = None


class _AgentState(msgspec.Struct, rename="camel"):
    model_id: str | None = None


class _Session(msgspec.Struct, rename="camel"):
    session_id: str | None = None
    agent_state: _AgentState | None = None
    chat_history: list[msgspec.Raw] | None = None


_SESSION = JsonDocument(_Session)
_turn = Typed(_Turn).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """A session's turns; see ``AgentLog.read``."""
    return _SESSION.read(file, cursor, partial(_events, file))


def _events(file: LogFile, session: _Session) -> Iterator[UsageEvent | Reject]:
    name = session.session_id or Path(file.path).stem
    model = None if session.agent_state is None else session.agent_state.model_id
    return found_in(session.chat_history or (), file.path, partial(_requests, name, model))


def _requests(session: str, model: str | None, raw: msgspec.Raw) -> Iterator[UsageEvent]:
    turn = _turn(raw)
    exchange = turn.exchange
    if exchange is None or turn.finished_at is None:
        return
    told = (node.token_usage for node in exchange.response_nodes or ())
    usage = next((one for one in told if one is not None and not one.is_empty), None)
    if usage is None:
        return
    if not exchange.request_id and turn.sequence_id is None:
        raise ValueError("a turn without an id")
    read_tokens, written = usage.cache_read_input_tokens or 0, usage.cache_creation_input_tokens or 0
    yield UsageEvent(
        key=event_key(_AGENT, exchange.request_id or f"{session}:{turn.sequence_id}"),
        time_ms=moment_ms(turn.finished_at),
        source="log",
        agent=_AGENT,
        provider=None,
        model=exchange.model_id or model or None,
        input_tokens=(usage.input_tokens or 0) + read_tokens + written,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=usage.output_tokens or 0,
        attribution=Attribution(session=session),
    )
