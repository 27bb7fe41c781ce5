"""The database of tokenmeter: one table ``usage`` in SQLite, a row a request.

Its input tokens leave cached ones out, which later versions have in columns of their own. It has two kinds
of rows: those somebody logged (``manual``, ``proxy``), and those it made of the logs of OpenClaw and Claude
Code (``import``). Of the latter it shortened the models' names and counted each line of a streamed reply,
so they may say too much: they are taken only for days of which no log was read.
"""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from token_dashboard.agents._sqlite_file import Row
from token_dashboard.engine.imports.databases import rows_of
from token_dashboard.engine.imports.importing import Claim
from token_dashboard.engine.imports.told import epoch_ms, told_cost
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key

_COLUMNS = ("id", "timestamp", "provider", "model", "input_tokens", "output_tokens", "cost", "source", "app")
_LATER = ("cache_read_tokens", "cache_write_tokens")
_SELECT = (
    "select id, timestamp, provider, model, input_tokens, output_tokens, cost, source, app,"
    " 0 as cache_read_tokens, 0 as cache_write_tokens from usage"
)
"""As the first versions have it."""
_EITHER = ("openclaw", "claude-code")
_READ_FROM = {"openclaw": ("openclaw",), "clawdbot": _EITHER, "claude-code": ("claude-code",)}
"""Whose logs an app's imported rows were made of; another name may stand for either. ``clawdbot`` is what it
calls whatever folder it is pointed at, mostly one of OpenClaw's."""


def claims(path: str, tz: ZoneInfo) -> Iterator[Claim | Reject]:
    """The rows of the database. Times without an offset are of the zone.

    Raises:
        AgentLogError: it can't be read, or is no database of tokenmeter.
    """
    try:
        yield from rows_of(path, _statement(path), lambda row: _claim(row, path, tz))
    except ValueError as error:
        raise AgentLogError(path=path, reason=str(error)) from error


def _statement(path: str) -> str:
    present = rows_of(path, "select name from pragma_table_info('usage')", lambda row: str(row[0]))
    if missing := [name for name in _COLUMNS if name not in present]:
        raise ValueError(f"it is no database of tokenmeter: usage.{missing[0]} is missing")
    statement = _SELECT
    for name in _LATER:
        statement = statement.replace(f"0 as {name}", name) if name in present else statement
    return statement


def _claim(row: Row, path: str, tz: ZoneInfo) -> Claim | Reject:
    sent, output, cost, read, written = (row[place] for place in (4, 5, 6, 9, 10))
    timestamp, provider, model, source, app = (_text(row[place]) for place in (1, 2, 3, 7, 8))
    try:
        number, *counts = [_count(one) for one in (row[0], sent, output, read or 0, written or 0)]
        moment = _moment(timestamp)
        event = UsageEvent(
            key=event_key("tokenmeter", f"{number}:{timestamp}:{provider}:{model}:{counts[0]}:{counts[1]}"),
            time_ms=epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=tz)),
            source="import",
            agent=_READ_FROM[app][0] if source == "import" and app in _READ_FROM else None,
            provider=provider or None,
            model=model or None,
            input_tokens=counts[0] + counts[2] + counts[3],
            cache_read_input_tokens=counts[2],
            cache_creation_input_tokens=counts[3],
            output_tokens=counts[1],
            attribution=Attribution(app=app or None),
        )
        return Claim(event, told_cost(cost), _agents(source, app), is_of_machine=True)
    except (ValueError, OverflowError) as error:
        return Reject(path=path, line=row[0] if isinstance(row[0], int) else 0, reason=str(error))


def _agents(source: str, app: str) -> tuple[str, ...]:
    return _READ_FROM.get(app, _EITHER) if source == "import" else ()


def _moment(timestamp: str) -> datetime:
    try:
        return datetime.fromisoformat(timestamp)
    except ValueError:
        raise ValueError("timestamp is no time") from None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _count(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MAX_TOKENS:
        raise ValueError("a count of tokens is no whole number from 0")
    return value
