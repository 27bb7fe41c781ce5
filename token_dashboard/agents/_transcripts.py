"""Transcripts of pi and of what was built on it: OpenClaw, Oh My Pi, Senpi. A tree of entries, one a line.

Every branch counts, also one that was left: its answers were paid. A fork begins with verbatim copies of what
it was forked from, which ``_openclaw_message`` names alike.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import Count, cost_nanos, moment_ms
from token_dashboard.agents._jsonl import JsonLines
from token_dashboard.agents._openclaw_message import BILLED, Message, event_of
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent


class Cost(msgspec.Struct, gc=False):
    """US dollars: what the provider billed, or tokens times the program's own list."""

    total: Decimal | None = None
    origin: str | None = msgspec.field(default=None, name="totalOrigin")


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """``input`` leaves the cached parts out; ``cacheWrite1h`` is a part of ``cache_write``."""

    input: Count = None
    output: Count = None
    cache_read: Count = None
    cache_write: Count = None
    cache_write_1h: Count = msgspec.field(default=None, name="cacheWrite1h")
    reasoning: Count = None
    cost: Cost | None = None


class Run(msgspec.Struct, gc=False):
    """OpenClaw's own notes on a message."""

    id: str | None = msgspec.field(default=None, name="runId")


class Spoken(msgspec.Struct, gc=False, rename="camel"):
    """A message; only an assistant's has usage."""

    role: str | None = None
    provider: str | None = None
    model: str | None = None
    api: str | None = None
    timestamp: int | float | str | None = None
    stop_reason: str | None = None
    response_id: str | None = None
    usage: Usage | None = None
    run: Run | None = msgspec.field(default=None, name="__openclaw")


class Snapshot(msgspec.Struct, gc=False, rename="camel"):
    """The ``data`` of a ``custom`` entry of type ``model-snapshot``."""

    provider: str | None = None
    model_id: str | None = None


class Entry(msgspec.Struct, gc=False, rename="camel"):
    """One line. ``usage`` stands beside a summary that a model wrote."""

    type: str | None = None
    id: str | None = None
    timestamp: int | float | str | None = None
    cwd: str | None = None
    provider: str | None = None
    model_id: str | None = None
    custom_type: str | None = None
    data: msgspec.Raw = msgspec.Raw()
    message: Spoken | str | None = None
    usage: Usage | None = None


class Session(msgspec.Struct, omit_defaults=True):
    """What the entries before say of the next one; kept between two readings of a file."""

    id: str | None = None
    project: str | None = None
    provider: str | None = None
    model: str | None = None
    has_failed: bool = False
    """The last answer was an error, and nobody has said anything since."""
    key: str | None = None
    channel: str | None = None


_SNAPSHOT = msgspec.json.Decoder(Snapshot)
_STATE = msgspec.json.Decoder(Session)
_FAILED = "error"


def is_about_usage(entry: dict[str, Any]) -> bool:
    """Whether an object that is no ``Entry`` claims to be an answer."""
    message = entry.get("message")
    return entry.get("usage") is not None or (
        isinstance(message, dict)
        and message.get("usage") is not None
        and (message.get("role") == "assistant" or not isinstance(message.get("role"), str))
    )


_LINES = JsonLines(Entry, is_about_usage)


def read(agent: str, file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a transcript's file; see ``AgentLog.read``."""
    session = Session()
    for number, piece in enumerate(_LINES.pieces(file, cursor)):
        block = piece.block
        if number == 0:
            session = Session() if block.is_restart or cursor is None else _state(cursor.state)
            session.id = session.id or Path(file.path).name.partition(".jsonl")[0]
        events: list[UsageEvent] = []
        rejects = list(piece.rejects)
        for line, entry in zip(piece.numbers, piece.lines, strict=True):
            try:
                events += event_in(entry, session, agent)
            except ValueError as error:
                rejects.append(Reject(path=file.path, line=line, reason=str(error)))
        yield Scan(
            cursor=block.cursor._replace(state=msgspec.json.encode(session).decode()),
            events=events,
            rejects=rejects,
            bytes_read=block.bytes_read,
            is_restart=block.is_restart,
        )


def event_in(entry: Entry, session: Session, agent: str, trigger: str | None = None) -> Iterator[UsageEvent]:
    """The usage event of an entry, if it is a model's answer; else what it says is noted in the session.

    Raises:
        ValueError: it is an answer, and a figure of it cannot be.
    """
    message = entry.message if isinstance(entry.message, Spoken) else None
    if message is None or message.role != "assistant":
        _note(entry, message, session)
    if entry.usage is not None and entry.type != "message":
        message, trigger = Spoken(usage=entry.usage), "compaction"
    elif message is None or message.role != "assistant" or message.usage is None:
        return
    elif session.has_failed:
        trigger = "retry"
    session.has_failed = message.stop_reason == _FAILED
    usage, moment = message.usage or Usage(), message.timestamp or entry.timestamp
    if moment is None:
        raise ValueError("an answer without a timestamp")
    cost = usage.cost or Cost()
    event = event_of(
        Message(
            id=entry.id,
            response=message.response_id,
            time_ms=moment_ms(moment),
            provider=message.provider or (None if message.model else session.provider),
            model=message.model or session.model,
            input=usage.input or 0,
            output=usage.output or 0,
            cache_read=usage.cache_read or 0,
            cache_write=usage.cache_write or 0,
            cost_nanos=cost_nanos(cost.total),
            session=session.id,
            session_key=session.key,
            trigger=trigger,
            project=session.project,
            channel=session.channel,
            cache_write_1h=usage.cache_write_1h or 0,
            reasoning=usage.reasoning or 0,
            api=message.api,
            is_billed=cost.origin == BILLED,
        ),
        agent=agent,
    )
    if event is not None:
        yield event


def _note(entry: Entry, message: Spoken | None, session: Session) -> None:
    if message is not None:
        session.has_failed = session.has_failed and message.role not in {"user", "toolResult"}
    elif entry.type == "session":
        session.id, session.project = entry.id or session.id, entry.cwd or session.project
    elif entry.type == "model_change":
        session.provider, session.model = entry.provider, entry.model_id
    elif entry.custom_type == "model-snapshot" and entry.data:
        snapshot = _SNAPSHOT.decode(entry.data)
        session.provider, session.model = snapshot.provider, snapshot.model_id


def _state(text: str) -> Session:
    try:
        return _STATE.decode(text)
    except ValueError:
        return Session()
