"""TokenLedger's table ``token_ledger_events``: a row a call, seen by its hooks in the callers' SDKs.

It is read on its PostgreSQL server, or from a CSV file with a head that ``psql`` made of it. Of Anthropic's
calls the cached input stands beside the other, of others' inside, as their SDKs tell it; what was written
to a cache isn't in the table. Of prompts and answers, which it may hold, nothing is read from a server.
"""

import csv
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from token_dashboard.engine.imports.importing import Batch, Claim
from token_dashboard.engine.imports.told import epoch_ms, told_cost
from token_dashboard.ledger.foreign_postgres import foreign_rows
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.scan import Reject
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key

TABLE = "token_ledger_events"

_NEEDED = ("event_id", "timestamp", "provider", "model", "input_tokens", "output_tokens")
_MORE = ("cached_tokens", "cost_usd", "app_name", "project", "user_id", "feature", "team", "session_id")
_BESIDE = {"anthropic"}
"""Vendors whose SDK counts cached input beside the other."""

Row = Mapping[str, Any]


async def claims_on_server(url: Secret) -> AsyncIterator[Batch]:
    """The rows of the table.

    Raises:
        LedgerError: it can't be read.
    """
    number = 0
    async for page in foreign_rows(url, TABLE, _NEEDED, _MORE):
        yield [_claim(row, TABLE, number + place) for place, row in enumerate(page, start=1)]
        number += len(page)


def claims(path: str) -> Iterator[Claim | Reject]:
    """The rows of a CSV file.

    Raises:
        AgentLogError: it can't be read, or has other columns.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = csv.DictReader(file)
            if missing := [name for name in _NEEDED if name not in (rows.fieldnames or ())]:
                reason = f"it is no CSV of {TABLE}: the column {missing[0]} is missing"
                raise AgentLogError(path=path, reason=reason)
            for row in rows:
                yield _claim(row, path, rows.line_num)
    except OSError as error:
        raise AgentLogError(path=path, reason=error.strerror or str(error)) from error
    except csv.Error as error:
        raise AgentLogError(path=path, reason=f"it is no CSV ({error})") from error


def _claim(row: Row, path: str, number: int) -> Claim | Reject:
    try:
        return _read(row)
    except (ValueError, KeyError, OverflowError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        return Reject(path=path, line=number, reason=reason)


def _read(row: Row) -> Claim:
    sent, output, cached = (_count(row, f"{name}_tokens") for name in ("input", "output", "cached"))
    if not sent + output:
        raise ValueError("TokenLedger noted no tokens for this call")
    if not row["event_id"]:
        raise ValueError("event_id is missing")
    provider = _text(row, "provider")
    if provider in _BESIDE:
        sent += cached
    event = UsageEvent(
        key=event_key("tokenledger", str(row["event_id"])),
        time_ms=_moment_ms(row["timestamp"]),
        source="import",
        agent=None,
        provider=provider,
        model=_text(row, "model"),
        input_tokens=max(sent, cached),
        cache_read_input_tokens=cached,
        output_tokens=output,
        attribution=Attribution(
            app=_text(row, "app_name"),
            project=_text(row, "project"),
            user=_text(row, "user_id"),
            feature=_text(row, "feature"),
            team=_text(row, "team"),
            session=_text(row, "session_id"),
        ),
    )
    return Claim(event, told_cost(row.get("cost_usd")))


def _text(row: Row, name: str) -> str | None:
    return str(row[name]) if row.get(name) else None


def _count(row: Row, name: str) -> int:
    given = row.get(name) or 0
    try:
        count = int(given)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is no whole number") from None
    if not 0 <= count <= MAX_TOKENS:
        raise ValueError(f"{name} is no number of tokens of one call")
    return count


def _moment_ms(given: object) -> int:
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise ValueError("timestamp is no time") from None
    if moment.tzinfo is None:
        raise ValueError("timestamp has no offset from UTC")
    return epoch_ms(moment)
