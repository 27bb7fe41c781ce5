"""TokenLedger on a database, a step at a time; ``team.py`` runs it with a Python that has TokenLedger.

    TOKENLEDGER_DATABASE_URL=postgresql://… python tokenledger_rival.py table|indexes|ask 3|write 100000

Everything it does is TokenLedger's own: its table, its indexes, its questions, its way to write.
"""

import json
import sys
import time
from collections.abc import Callable

import psycopg2
from tokenledger.backends.postgresql.schema import (
    get_create_indexes_sql,
    get_create_schema_sql,
    get_create_table_sql,
)
from tokenledger.config import get_config
from tokenledger.models import LLMEvent
from tokenledger.queries import TokenLedgerQueries
from tokenledger.tracker import TokenTracker

DAYS = 366
EVERYBODY = 1000


def execute(*statements: str | None) -> None:
    connection = psycopg2.connect(get_config().database_url)
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def ask(times: int) -> dict[str, object]:
    """Milliseconds of each question, and how many requests it found by what."""
    queries = TokenLedgerQueries()
    questions: dict[str, tuple[Callable[[], list], str]] = {
        "day": (lambda: queries.get_daily_costs(days=DAYS), "date"),
        "model": (lambda: queries.get_costs_by_model(days=DAYS, limit=EVERYBODY), "model"),
        "user": (lambda: queries.get_costs_by_user(days=DAYS, limit=EVERYBODY), "user_id"),
    }
    found = {}
    for name, (question, by) in questions.items():
        taken = []
        for _ in range(times):
            begin = time.perf_counter()
            rows = question()
            taken.append((time.perf_counter() - begin) * 1000)
        found[name] = {"ms": taken, "requests": {str(getattr(row, by)): row.total_requests for row in rows}}
    return found


def write(count: int) -> float:
    """Seconds for so many events, in its batches of a hundred; without its thread, whose queue drops some."""
    config = get_config()
    config.async_mode = False
    tracker = TokenTracker(config)
    tracker.initialize(create_tables=False)
    begin = time.perf_counter()
    for number in range(count):
        tracker.track(
            LLMEvent.fast_construct(
                provider="anthropic",
                model="claude-sonnet-4-5",
                input_tokens=50_000 + number % 1000,
                output_tokens=500,
                cached_tokens=40_000,
                cost_usd=0.0123,
                user_id=f"person-{number % 20}",
                session_id=f"written-{number // 100}",
                project="/home/ada/project-1",
            )
        )
    tracker.flush()
    return time.perf_counter() - begin


def main() -> None:
    step, *number = sys.argv[1:]
    config = get_config()
    if step == "table":
        execute(get_create_schema_sql(config), get_create_table_sql(config))
    elif step == "indexes":
        execute(*get_create_indexes_sql(config))
    elif step == "ask":
        print(json.dumps(ask(int(number[0]))))
    else:
        print(json.dumps(write(int(number[0]))))


if __name__ == "__main__":
    main()
