"""What the sessions of Goose used: every request where there is a ``usage_ledger``, else one sum a session.

A sum goes by ``accumulated_*``; ``input_tokens`` and the like are those of the latest request and count
only where nothing was accumulated. It is one event, which a fuller reading replaces, dated by the session's
beginning. Input includes what was cached, and what a total holds beyond input and output is reasoning. A
ledger's row without a model is what the session had used before there was a ledger: the session's sum under
its old name.
"""

import re
from collections.abc import Iterator

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._optional_table import present
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_AGENT = "goose"
_SQLITE_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")


class _ModelConfig(msgspec.Struct):
    model_name: str | None = None


class _Session(msgspec.Struct, gc=False):
    id: str
    created_at: str
    session_type: str | None = None
    working_dir: str | None = None
    provider_name: str | None = None
    model_config_json: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    total_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    accumulated_input_tokens: Count = None
    accumulated_output_tokens: Count = None
    accumulated_total_tokens: Count = None
    accumulated_cache_read_tokens: Count = None
    accumulated_cache_write_tokens: Count = None
    accumulated_cost: float | None = None
    in_ledger: str | None = msgspec.field(default=None, name="usage_ledger.session_id")


class _Request(msgspec.Struct, gc=False):
    id: int
    session_id: str
    created_timestamp: int | float
    model: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    total_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    cost: float | None = None
    is_compaction: int | None = None
    created_at: str | None = msgspec.field(default=None, name="sessions.created_at")
    session_type: str | None = msgspec.field(default=None, name="sessions.session_type")
    working_dir: str | None = msgspec.field(default=None, name="sessions.working_dir")
    provider_name: str | None = msgspec.field(default=None, name="sessions.provider_name")
    model_config_json: str | None = msgspec.field(default=None, name="sessions.model_config_json")


_MODEL_CONFIG = Typed(_ModelConfig)


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """The usage of all sessions; see ``AgentLog.read``."""
    return read_tables(file, cursor, [_SESSIONS, *present(file.path, [_LEDGER])])


def _session_events(session: _Session) -> Iterator[UsageEvent]:
    if session.in_ledger is not None:
        return
    requests: int | None = None
    if session.accumulated_input_tokens is None and session.accumulated_output_tokens is None:
        requests = 1
        counts = (
            *(session.input_tokens, session.output_tokens, session.total_tokens),
            *(session.cache_read_tokens, session.cache_write_tokens),
        )
    else:
        counts = (
            *(session.accumulated_input_tokens, session.accumulated_output_tokens),
            session.accumulated_total_tokens,
            *(session.accumulated_cache_read_tokens, session.accumulated_cache_write_tokens),
        )
    yield from _event(
        _name(session.id, session.created_at),
        _time_ms(session.created_at),
        session,
        session.id,
        counts,
        cost=session.accumulated_cost,
        requests=requests,
    )


def _request_events(request: _Request) -> Iterator[UsageEvent]:
    if request.model:
        name = f"{request.session_id}:{request.created_timestamp}:{request.id}"
    elif request.created_at:
        name = _name(request.session_id, request.created_at)
    else:
        return  # its session isn't there, which alone could name it
    yield from _event(
        name,
        moment_ms(request.created_timestamp),
        request,
        request.session_id,
        (
            *(request.input_tokens, request.output_tokens, request.total_tokens),
            *(request.cache_read_tokens, request.cache_write_tokens),
        ),
        cost=request.cost,
        requests=1 if request.model else None,
    )


def _event(
    name: str,
    time_ms: int,
    row: _Session | _Request,
    session: str,
    counts: tuple[int | None, ...],
    *,
    cost: float | None,
    requests: int | None,
) -> Iterator[UsageEvent]:
    """An event, from counts of input, output, their total, and cached input that was read and written."""
    input_tokens, output_tokens, total, cache_read, cache_creation = (count or 0 for count in counts)
    if cache_read + cache_creation > input_tokens:
        input_tokens += cache_read + cache_creation
    reasoning = max(0, total - input_tokens - output_tokens)
    if not input_tokens + output_tokens + reasoning:
        return
    is_compaction = isinstance(row, _Request) and bool(row.is_compaction)
    yield UsageEvent(
        key=event_key(_AGENT, name),
        time_ms=time_ms,
        source="log",
        agent=_AGENT,
        provider=row.provider_name or None,
        model=(isinstance(row, _Request) and row.model) or _model(row.model_config_json),
        input_tokens=input_tokens,
        cache_read_input_tokens=cache_read,
        cache_creation_input_tokens=cache_creation,
        output_tokens=output_tokens + reasoning,
        reasoning_output_tokens=reasoning,
        is_sidechain=row.session_type == "sub_agent",
        attribution=Attribution(
            session=session,
            project=row.working_dir or None,
            trigger="compaction" if is_compaction else "cron" if row.session_type == "scheduled" else None,
        ),
        requests=requests,
        recorded_cost_nanos=cost_nanos(cost),
    )


def _name(session: str, created_at: str) -> str:
    """What names a session: its id is the day and a number, which another machine gives out, too."""
    return f"{session}:{created_at}"


def _time_ms(text: str) -> int:
    """A time as SQLite writes it, in UTC and without saying so, or as RFC 3339."""
    return moment_ms(f"{text}Z" if _SQLITE_TIME.fullmatch(text) else text)


def _model(config: str | None) -> str | None:
    try:
        return (_MODEL_CONFIG.decode(config).model_name or None) if config else None
    except ValueError:
        return None


_SESSIONS = Table(
    name="sessions",
    row=_Session,
    find=_session_events,
    joined=(
        "usage_ledger",
        # One of a session's rows, if there is any.
        "usage_ledger.id = (select min(one.id) from usage_ledger one where one.session_id = sessions.id)",
    ),
)
_LEDGER = Table(
    name="usage_ledger",
    row=_Request,
    find=_request_events,
    joined=("sessions", "sessions.id = usage_ledger.session_id"),
)
