"""Times a team's ledger on a PostgreSQL server: beside one in a file, and beside TokenLedger on that server.

    python benchmarks/team.py [--requests 1000000] [--times 3] [--rival PYTHON] [--url postgresql://…]

A year of requests of twenty people goes in; then a year's reports are asked, in this process; then the
detail of the older half is deleted. ``--rival`` is a Python that has TokenLedger: its table gets the same
requests by COPY, and answers the questions it knows.
Without an address it starts the server that the tests use, as careful with its data as any by default.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from uuid import uuid4

import asyncpg
from reports import BATCH, ZONE, asked_ms, events

from token_dashboard.engine.history import History
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.clock import SystemClock
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.report import Dimension, ReportRow
from token_dashboard.model.report_request import ReportRequest
from token_dashboard.model.secret import Secret
from token_dashboard.model.stretch import last_days
from token_dashboard.model.usage import UsageEvent

QUESTIONS = ("day", "model", "user", "month,model", "machine,user", "session")
PEOPLE = 20
YEAR_DAYS = 366
"""So that the year is the same to those who count days in another time zone."""
LATER = 100_000
"""Requests that come when the ledger is full."""
RIVAL = Path(__file__).with_name("tokenledger_rival.py")
RIVALS_COLUMNS = (
    *("event_id", "timestamp", "provider", "model", "input_tokens", "output_tokens", "total_tokens"),
    *("cached_tokens", "cost_usd", "user_id", "session_id", "project"),
)


@dataclass
class Measured:
    """One ledger."""

    first_s: float = 0
    later_s: float = 0
    questions: dict[str, float] = field(default_factory=dict)
    """The least milliseconds."""
    rows: dict[str, Sequence[ReportRow]] = field(default_factory=dict)
    bytes_stored: int = 0
    pruned: int = 0
    pruned_s: float = 0


@dataclass
class Rival:
    """TokenLedger on the same server."""

    later_s: float
    questions: Mapping[str, float]
    requests: Mapping[str, Mapping[str, int]]


def batches(count: int, now_ms: int) -> Iterator[list[UsageEvent]]:
    """Requests of people at machines of their own, the same ones each time, and ``LATER`` more."""
    for batch in events(count + LATER, now_ms):
        yield [event._replace(attribution=_owned(event.attribution)) for event in batch]


def _owned(owner: Attribution) -> Attribution:
    person = int((owner.session or "0")[:4], 16) % PEOPLE
    return owner._replace(user=f"person-{person}", machine=f"machine-{person}")


async def measure(place: Path | Secret, count: int, now_ms: int, times: int) -> Measured:
    found = Measured()
    source = batches(count, now_ms)
    async with open_ledger(place, SystemClock()) as ledger:
        await ledger.usage.keep_days(ZONE, now_ms)
        found.first_s = await record(ledger, islice(source, count // BATCH))
        if isinstance(place, Secret):
            await settle(place)
        for by in QUESTIONS:
            await ask(ledger, by, times, found)
        found.later_s = await record(ledger, source)
    found.bytes_stored = await on_server(place) if isinstance(place, Secret) else in_folder(place.parent)
    async with open_ledger(place, SystemClock()) as ledger:
        begin = time.perf_counter()
        found.pruned = await ledger.usage.prune(now_ms - YEAR_DAYS // 2 * DAY_MS)
        found.pruned_s = time.perf_counter() - begin
    return found


def in_folder(folder: Path) -> int:
    """Bytes."""
    return sum(one.stat().st_size for one in folder.iterdir())


async def on_server(url: Secret) -> int:
    """Bytes of a ledger's tables, indexes included."""
    connection = await asyncpg.connect(url.reveal())
    stored = await connection.fetchval(
        "select sum(pg_total_relation_size(oid)) from pg_class"
        " where relnamespace = 'token_dashboard'::regnamespace and relkind = 'r'"
    )
    await connection.close()
    return int(stored)


async def record(ledger: Ledger, source: Iterator[list[UsageEvent]]) -> float:
    """The seconds that it takes, without those for making the requests up."""
    taken_s = 0.0
    for batch in source:
        begin = time.perf_counter()
        await ledger.usage.record(batch)
        taken_s += time.perf_counter() - begin
    return taken_s


async def ask(ledger: Ledger, by: str, times: int, found: Measured) -> None:
    history = History(ledger, ZONE, SystemClock())
    dimensions = tuple(Dimension(name) for name in by.split(","))
    asked = ReportRequest(by=dimensions, stretch=last_days(YEAR_DAYS, history.today()))
    found.rows[by] = (await history.answer(asked)).rows
    found.questions[by] = (await asked_ms(history, ledger, asked, times)).wall


async def settle(url: Secret) -> None:
    """What the server does by itself some time after much was written."""
    connection = await asyncpg.connect(url.reveal())
    await connection.execute("vacuum analyze")
    await connection.close()


async def copy(url: Secret, count: int, now_ms: int) -> None:
    connection = await asyncpg.connect(url.reveal())
    for batch in islice(batches(count, now_ms), count // BATCH):
        await connection.copy_records_to_table(
            "token_ledger_events",
            schema_name="token_ledger",
            columns=RIVALS_COLUMNS,
            records=[_rivals_row(event) for event in batch],
        )
    await connection.close()


def _rivals_row(event: UsageEvent) -> tuple[object, ...]:
    owner = event.attribution
    sent, answered = event.input_tokens or 0, event.output_tokens or 0
    return (
        *(uuid4(), datetime.fromtimestamp(event.time_ms / 1000, UTC), event.provider, event.model),
        *(sent, answered, sent + answered, event.cache_read_input_tokens),
        *(Decimal(event.list_cost_nanos or 0) / 10**9, owner.user, owner.session, owner.project),
    )


def measure_rival(python: str, url: Secret, count: int, now_ms: int, times: int) -> Rival:
    def step(*words: str) -> str:
        environment = {**os.environ, "TOKENLEDGER_DATABASE_URL": url.reveal()}
        return subprocess.run(
            [python, str(RIVAL), *words], env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    step("table")
    asyncio.run(copy(url, count, now_ms))
    step("indexes")
    asyncio.run(settle(url))
    told = json.loads(step("ask", str(times)))
    return Rival(
        later_s=json.loads(step("write", str(LATER))),
        questions={by: min(one["ms"]) for by, one in told.items()},
        requests={by: one["requests"] for by, one in told.items()},
    )


def disagreements(here: Measured, there: Measured, rival: Rival | None) -> Iterator[str]:
    """The questions to which not all give the same answer. Days are another time zone's to TokenLedger."""
    yield from (f"file and server by {by}" for by in QUESTIONS if here.rows[by] != there.rows[by])
    for by in ("model", "user") if rival else ():
        counted = {getattr(row, by): row.totals.requests for row in there.rows[by]}
        if rival and counted != rival.requests[by]:
            yield f"TokenLedger by {by}"


@contextmanager
def server() -> Iterator[Secret]:
    """The address of a server of our own."""
    sys.path.append(str(Path(__file__).parents[1] / "tests"))
    from postgres_server import Server  # noqa: PLC0415 - found only now

    running = Server(is_durable=True)
    try:
        yield Secret(running.url("postgres"))
    finally:
        running.discard()


def compare(url: Secret, count: int, times: int, python: str | None) -> None:
    now_ms = SystemClock().now_ms()
    with tempfile.TemporaryDirectory() as folder:
        here = asyncio.run(measure(Path(folder) / "year.db", count, now_ms, times))
    there = asyncio.run(measure(url, count, now_ms, times))
    rival = None if python is None else measure_rival(python, url, count, now_ms, times)
    for one in disagreements(here, there, rival):
        sys.exit(f"Not the same answer: {one}.")
    each = [one.bytes_stored / (count + LATER) for one in (here, there)]
    print(f"{count:,} requests, {each[0]:.0f} bytes each in the file, {each[1]:.0f} on the server.")
    if rival is None:
        print("TokenLedger was left out; --rival names a Python that has it.")
    print("\n| | file | server | TokenLedger, same server |\n|---|---|---|---|")

    def line(what: str, *cells: str) -> None:
        print("|", " | ".join((what, *cells)), "|")

    def rate(requests: int, taken_s: float) -> str:
        return f"{requests / taken_s:,.0f} a second"

    line(f"First {count:,}", rate(count, here.first_s), rate(count, there.first_s), "")

    def shown(least: float | None) -> str:
        return f"{least:,.0f} ms" if least else ""

    theirs = rate(LATER, rival.later_s) if rival else ""
    line(f"{LATER:,} more", rate(LATER, here.later_s), rate(LATER, there.later_s), theirs)
    for by in QUESTIONS:
        theirs = shown(rival.questions.get(by) if rival else None)
        what = f"`--by {by}`, {len(here.rows[by]):,} rows"
        line(what, shown(here.questions[by]), shown(there.questions[by]), theirs)
    what = f"Deleting the detail of {there.pruned:,}"
    line(what, f"{here.pruned_s:,.1f} s", f"{there.pruned_s:,.1f} s", "")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--requests", type=int, default=1_000_000, help=f"a multiple of {BATCH:,}")
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--rival", metavar="PYTHON", help="a Python that has TokenLedger")
    options.add_argument("--url", type=Secret, help="an empty database to use instead of a server of our own")
    given = options.parse_args()
    if given.url is not None:
        compare(given.url, given.requests, given.times, given.rival)
        return
    with server() as url:
        compare(url, given.requests, given.times, given.rival)


if __name__ == "__main__":
    main()
