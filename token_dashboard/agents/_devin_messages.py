"""The answers in the sessions of Devin's command line: a row each, which tells what its request used.

Cached tokens, read and written, stand beside the input. A session's own ``model`` may be ``adaptive``, which
is a way to choose one and none itself. The transcripts that Devin exports repeat the same answers and are not
read. Neither are rows that tell a length (``num_tokens``) and no usage.

Sources: tokscale, ``sessions/devin.rs``; codeburn, ``src/providers/devin.ts``.
"""

from collections.abc import Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "devin"
_CHOSEN_BY_DEVIN = "adaptive"
_OVERLAP = 200


class Metrics(msgspec.Struct, gc=False):
    """What one request used."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_creation_tokens: Count = None


class Metadata(msgspec.Struct):
    """What is noted of a message."""

    request: str | None = msgspec.field(default=None, name="request_id")
    created_at: str | float | None = None
    model: str | None = msgspec.field(default=None, name="generation_model")
    metrics: Metrics | None = None


class Message(msgspec.Struct):
    """A message, without what was said."""

    role: str | None = None
    metadata: Metadata | None = None


class Row(msgspec.Struct):
    """A row of ``message_nodes``, and what its session adds."""

    session_id: str
    node_id: int
    chat_message: str
    created_at: int | float | None = None
    model: str | None = msgspec.field(default=None, name="sessions.model")
    directory: str | None = msgspec.field(default=None, name="sessions.working_directory")


_MESSAGE = Typed(Message)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in the database; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_MESSAGES])


def _requests(row: Row) -> Iterator[UsageEvent]:
    message = _MESSAGE.decode(row.chat_message)
    metadata = message.metadata
    if message.role != "assistant" or metadata is None or metadata.metrics is None:
        return
    metrics = metadata.metrics
    read_tokens, written = metrics.cache_read_tokens or 0, metrics.cache_creation_tokens or 0
    sent, output = (metrics.input_tokens or 0) + read_tokens + written, metrics.output_tokens or 0
    if not (sent or output):
        return
    moment = row.created_at if metadata.created_at is None else metadata.created_at
    if moment is None:
        raise ValueError("an answer without the time of its creation")
    time_ms = moment_ms(moment)
    model = metadata.model or row.model
    yield UsageEvent(
        key=event_key(_AGENT, f"{metadata.request or f'{row.session_id}:{row.node_id}'}:{time_ms}"),
        time_ms=time_ms,
        source="log",
        agent=_AGENT,
        provider=None,
        model=None if model == _CHOSEN_BY_DEVIN else model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=written,
        output_tokens=output,
        attribution=Attribution(session=row.session_id, project=row.directory or None),
    )


_MESSAGES = Table(
    name="message_nodes",
    row=Row,
    find=_requests,
    overlap=_OVERLAP,
    where="message_nodes.chat_message like '%\"metrics\"%'",
    joined=("sessions", "sessions.id = message_nodes.session_id"),
)
