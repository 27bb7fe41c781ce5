"""The answers that OpenCode stores: a JSON file each in old versions, rows of a SQLite table in newer ones.

Programs made from OpenCode keep the same table.

A session that is forked gets copies of its messages under new ids, so an answer is named by what a copy
keeps: its two times, model, tokens and cost.
"""

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._document import JsonDocument
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._sqlite_tables import Table, read_tables
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.usage import UsageEvent, event_key

_UNDER_WAY_MS = 60_000
_COMPACTION = "compaction"


class Cache(msgspec.Struct):
    """Tokens that were read from, or written to, a provider's cache."""

    read: Count = None
    write: Count = None


class Tokens(msgspec.Struct):
    """``input`` leaves the cached parts out."""

    input: Count = None
    output: Count = None
    reasoning: Count = None
    cache: Cache | None = None
    total: Count = None


class Time(msgspec.Struct):
    """Epoch milliseconds, at times with a fraction."""

    created: float | None = None
    completed: float | None = None


class Place(msgspec.Struct):
    """Where the agent worked."""

    cwd: str | None = None
    root: str | None = None


class Answer(msgspec.Struct):
    """A message, as far as it is read; what a person said has no tokens."""

    role: str | None = None
    id: str | None = None
    session: str | None = msgspec.field(default=None, name="sessionID")
    model: str | None = msgspec.field(default=None, name="modelID")
    provider: str | None = msgspec.field(default=None, name="providerID")
    mode: str | None = None
    cost: Decimal | None = None
    time: Time | None = None
    path: Place | None = None
    tokens: Tokens | None = None


class Row(msgspec.Struct):
    """A row of ``message``, and what its session adds."""

    session_id: str
    time_updated: int
    data: str
    directory: str | None = msgspec.field(default=None, name="session.directory")
    parent: str | None = msgspec.field(default=None, name="session.parent_id")


_NO_CACHE = Cache()
_NOWHERE = Place()
_new = tuple.__new__
_FILE = JsonDocument(Answer)
_DATA: Typed[Answer] = Typed(Answer)


def read(agent: str, file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a message's file, or in a database; see ``AgentLog.read``."""
    if file.path.endswith(".json"):
        return _FILE.read(file, cursor, lambda answer: _events(agent, answer, answer.session))

    def find(row: Row) -> Iterator[UsageEvent]:
        answer = _DATA.decode(row.data)
        # An answer's tokens are written before it is completed, which is part of its name: it comes again.
        is_done = answer.time is None or answer.time.completed is not None
        if is_done or row.time_updated < file.mtime_ns // 1_000_000 - _UNDER_WAY_MS:
            yield from _events(agent, answer, row.session_id, row.directory, is_subagent=bool(row.parent))

    session = "session", "session.id = message.session_id"
    table = Table(name="message", row=Row, find=find, updated="time_updated", joined=session)
    return read_tables(file, cursor, [table])


def _events(
    agent: str,
    answer: Answer,
    session: str | None,
    directory: str | None = None,
    *,
    is_subagent: bool = False,
) -> Iterator[UsageEvent]:
    tokens, time = answer.tokens, answer.time
    if answer.role != "assistant" or tokens is None:
        return
    if time is None or time.created is None:
        raise ValueError("an answer without the time of its creation")
    cache = tokens.cache or _NO_CACHE
    sent, read, written = tokens.input or 0, cache.read or 0, cache.write or 0
    output, reasoning = _output(answer, tokens, sent + read + written)
    recorded = cost_nanos(answer.cost)
    if not (sent or read or written or output or recorded):
        return
    figures = sent, output, reasoning, read, written, recorded
    name = f"{time.created:.0f}:{time.completed or 0:.0f}:{answer.provider}:{answer.model}:{figures}"
    place = answer.path or _NOWHERE
    project = (place.root if place.root != "/" else None) or place.cwd or directory
    # A bare tuple: a call by fields costs more than all that goes into them.
    yield _new(
        UsageEvent,
        (
            event_key(agent, name),
            moment_ms(time.created),
            "log",
            agent,
            answer.provider or None,
            answer.model or None,
            sent + read + written,
            read,
            written,
            0,
            output,
            reasoning,
            0,
            None,
            is_subagent,
            _owner(project or None, _COMPACTION if answer.mode == _COMPACTION else None, session or None),
            1,
            recorded,
            None,
            None,
        ),
    )


@lru_cache(maxsize=256)
def _owner(project: str | None, trigger: str | None, session: str | None) -> Attribution:
    """One object for all answers of a session, which share it."""
    return Attribution(project=project, trigger=trigger, session=session)


def _output(answer: Answer, tokens: Tokens, prompt: int) -> tuple[int, int]:
    """All output, and the reasoning within it.

    Newer versions write both beside each other and a total that shows it. Older ones write no total; what
    they call output holds the reasoning already, except with Google's models.
    """
    output, reasoning = tokens.output or 0, tokens.reasoning or 0
    if tokens.total is not None:
        is_apart = tokens.total >= prompt + output + reasoning
    else:
        is_apart = "google" in (answer.provider or "") or "gemini" in (answer.model or "")
    return (output + reasoning, reasoning) if is_apart else (output, min(reasoning, output))
