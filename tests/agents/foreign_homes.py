"""Homes of agents that keep JSON documents or SQLite databases, written by tests."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from agent_homes import Reader, read

from token_dashboard.agents._contract import AgentLog
from token_dashboard.model.usage import UsageEvent

TIME = "2026-11-20T12:00:00.000Z"
TIME_MS = 1_795_176_000_000


def write_json(path: Path, value: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))
    return path


def write_rows(path: Path, schema: str, **tables: Iterable[Mapping[str, Any]]) -> Path:
    """Rows put into a database, which is made first when it isn't there; rows of known ids are replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with closing(sqlite3.connect(path)) as database, database:
        if is_new:
            database.executescript(schema)
        for table, rows in tables.items():
            for row in rows:
                names, marks = ", ".join(row), ", ".join("?" * len(row))
                database.execute(
                    f"insert or replace into {table} ({names}) values ({marks})", [*row.values()]
                )
    return path


def clean(agent: AgentLog, home: Path) -> list[UsageEvent]:
    """The requests of a home without rejects, by time."""
    reader = read(agent, home)
    assert reader.rejects == []
    return reader.requests


def only(agent: AgentLog, home: Path) -> UsageEvent:
    [event] = clean(agent, home)
    return event


def parts(event: UsageEvent) -> tuple[int, int, int, int, int]:
    """Input, of it read from the cache and written to it, output, and of it reasoning."""
    return (
        event.input_tokens,
        event.cache_read_input_tokens,
        event.cache_creation_input_tokens,
        event.output_tokens,
        event.reasoning_output_tokens,
    )


def refused(agent: AgentLog, home: Path) -> tuple[list[UsageEvent], list[int]]:
    """The requests of a home, and the lines of its rejects."""
    reader = read(agent, home)
    return reader.requests, [reject.line for reject in reader.rejects]


def later(reader: Reader) -> list[UsageEvent]:
    """The requests after one more scan."""
    reader.scan()
    return reader.requests
