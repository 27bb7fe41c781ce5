"""The requests in ZCode's ``model_usage``: input includes what was cached, output includes reasoning."""

from collections.abc import Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "zcode"


class _Request(msgspec.Struct, gc=False):
    id: str
    input_tokens: Count
    output_tokens: Count
    session_id: str | None = None
    model_id: str | None = None
    started_at: int | float | None = None
    completed_at: int | float | None = None
    reasoning_tokens: Count = None
    cache_read_input_tokens: Count = None
    cache_creation_input_tokens: Count = None
    directory: str | None = msgspec.field(default=None, name="session.directory")
    path: str | None = msgspec.field(default=None, name="session.path")


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """The requests of all sessions; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_REQUESTS])


def _events(request: _Request) -> Iterator[UsageEvent]:
    input_tokens, output_tokens = request.input_tokens or 0, request.output_tokens or 0
    if not input_tokens + output_tokens:
        return  # under way, failed or stopped
    cache_read = request.cache_read_input_tokens or 0
    cache_creation = request.cache_creation_input_tokens or 0
    reasoning = request.reasoning_tokens or 0
    if cache_read + cache_creation > input_tokens or reasoning > output_tokens:
        raise ValueError("usage whose parts are more than the whole")
    moment = request.started_at or request.completed_at
    if moment is None:
        raise ValueError("usage without a time")
    yield UsageEvent(
        key=event_key(_AGENT, request.id),
        time_ms=moment_ms(moment),
        source="log",
        agent=_AGENT,
        provider=None,
        model=request.model_id and request.model_id.lower(),
        input_tokens=input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=output_tokens,
        reasoning_output_tokens=reasoning,
        attribution=Attribution(
            session=request.session_id or None, project=request.directory or request.path or None
        ),
    )


_REQUESTS = Table(
    name="model_usage",
    row=_Request,
    find=_events,
    updated="completed_at",
    joined=("session", "session.id = model_usage.session_id"),
)
