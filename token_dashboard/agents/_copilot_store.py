"""Copilot CLI's own table of requests, a row each, which newer versions keep for all sessions.

``input_tokens`` holds both kinds of cached tokens, and output holds reasoning. A compaction's row tells none
written to the cache, where its ``token_details_json`` tells them. AI credits are no money.

Sources: tokscale, ``sessions/copilot_session_store.rs``; codeburn, its change 946.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._sqlite_file import Row, ask
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

AGENT = "copilot-cli"
PROVIDER = "github-copilot"
STORE = "session-store.db"
_OVERLAP = 200
_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?", re.ASCII)


class _Request(msgspec.Struct, gc=False):
    id: int
    session_id: str
    created_at: str
    model: str | None = None
    copilot_usage_model: str | None = None
    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None
    token_details_json: str | None = None
    agent_id: str | None = None
    initiator: str | None = None
    cwd: str | None = msgspec.field(default=None, name="sessions.cwd")
    branch: str | None = msgspec.field(default=None, name="sessions.branch")


class _Detail(msgspec.Struct, gc=False, rename="camel"):
    token_type: str | None = None
    token_count: Count = None


_details = Typed(list[_Detail]).decode


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in the table; a store of before there was one has nothing. See ``AgentLog.read``."""
    return read_tables(file, cursor, [] if _is_older(file.path) else [_REQUESTS])


def times_ms(store: Path, session: str) -> list[int]:
    """When the requests of a session were made that a store tells, which may not be there.

    Raises:
        AgentLogError: it cannot be opened, or its program holds it for too long.
    """
    if not store.is_file():
        return []
    told = f"select created_at from {_REQUESTS.name} where session_id = ? and {_TELLS_USAGE}"  # noqa: S608 - names of our own
    try:
        moments = ask(str(store), told, (session,), _text).rows
    except ValueError:  # there is no such table, or it is told as a reject where the store is read
        return []
    times = []
    for moment in moments:
        try:
            times.append(_time_ms(moment))
        except ValueError:  # the row is a reject
            continue
    return times


def _is_older(path: str) -> bool:
    try:
        names = set(ask(path, "select name from sqlite_master where type = 'table'", (), _text).rows)
    except ValueError:  # told as a reject where it is read
        return False
    return "sessions" in names and _REQUESTS.name not in names


def _requests(row: _Request) -> Iterator[UsageEvent]:
    read_tokens, written = row.cache_read_tokens or 0, row.cache_write_tokens or 0
    sent = row.input_tokens or 0
    if not written:
        written = min(_written(row.token_details_json), max(0, sent - read_tokens))
    output = row.output_tokens or 0
    if not (sent or output):
        return
    read_tokens = min(read_tokens, sent)
    yield UsageEvent(
        # The table begins anew when the store was deleted: an id alone may come again.
        key=event_key(AGENT, f"row:{row.session_id}:{row.id}:{row.created_at}"),
        time_ms=_time_ms(row.created_at),
        source="log",
        agent=AGENT,
        provider=PROVIDER,
        model=row.copilot_usage_model or row.model or None,
        input_tokens=sent,
        cache_read_input_tokens=read_tokens,
        cache_creation_input_tokens=min(written, sent - read_tokens),
        output_tokens=output,
        reasoning_output_tokens=min(row.reasoning_tokens or 0, output),
        attribution=Attribution(
            session=row.session_id,
            project=row.cwd or None,
            branch=row.branch or None,
            trigger="compaction" if row.initiator == "compaction" else None,
        ),
        is_sidechain=bool(row.agent_id),
    )


def _written(details: str | None) -> int:
    try:
        told = _details(details) if details else []
    except ValueError:
        return 0
    return sum(detail.token_count or 0 for detail in told if detail.token_type == "cache_write")  # noqa: S105 - no secret


def _time_ms(moment: str) -> int:
    """SQLite's own times are UTC and don't say so."""
    return moment_ms(f"{moment}Z" if _WITHOUT_ZONE.fullmatch(moment) else moment)


def _text(row: Row) -> str:
    return str(row[0])


_TELLS_USAGE = "(input_tokens > 0 or output_tokens > 0)"
_REQUESTS = Table(
    name="assistant_usage_events",
    row=_Request,
    find=_requests,
    overlap=_OVERLAP,
    joined=("sessions", "sessions.id = assistant_usage_events.session_id"),
)
