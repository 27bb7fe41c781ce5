"""Groups of a report are the same whether the database adds them up or the ledger does."""

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from ledger_world import NOON, SetClock, an_event
from test_ledger_reports import BERLIN

from token_dashboard.ledger import Ledger, _fine_groups, open_ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.report import Dimension, ReportRow
from token_dashboard.model.usage import UsageEvent


def of_many_owners(count: int) -> list[UsageEvent]:
    chance = random.Random(count)
    return [
        an_event(
            f"m{n}",
            time_ms=NOON - chance.randrange(30 * DAY_MS),
            tokens=(chance.randrange(1000), chance.randrange(100)),
            model=chance.choice(["claude-opus-4-5", "claude-haiku-4-5"]),
            owner=Attribution(
                session=chance.choice(["s1", "s2", "s3", None]),
                conversation=chance.choice(["c1", "c2"]),
                sender=chance.choice(["ada", None]),
                project=chance.choice(["p1", "p2", None]),
            ),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize(
    "by",
    [
        ("day", "model", "session"),
        ("session",),
        ("model", "hour", "agent", "week"),
        ("week", "project", "day", "model"),
        ("sender", "hour", "model"),
    ],
)
async def test_groups_are_the_same_whoever_adds_them_up(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, by: tuple[str, ...]
) -> None:
    await ledger.usage.record(of_many_owners(60))
    await ledger.usage.keep_days(BERLIN, NOON)
    dimensions = [Dimension(one) for one in by]
    rows = await ledger.usage.rows(None, dimensions, BERLIN, with_activity="session" in by)
    monkeypatch.setattr(_fine_groups, "_MOST_ROWS", 3)  # more are left to the database
    ledger.usage.forget()
    assert await ledger.usage.rows(None, dimensions, BERLIN, with_activity="session" in by) == rows


def requests_of(rows: Sequence[ReportRow]) -> int:
    return sum(row.totals.requests for row in rows)


@pytest.mark.parametrize("table", ["series", "thread"])
async def test_usage_whose_owner_is_lost_is_left_out_whoever_adds_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    by = [Dimension.SESSION, Dimension.MODEL]
    async with open_ledger(tmp_path / "ledger.db", SetClock(NOON)) as ledger:
        await ledger.usage.record(of_many_owners(60))
        await ledger.usage.keep_days(BERLIN, NOON)
        every = await ledger.usage.rows(None, by, BERLIN)
        with closing(sqlite3.connect(tmp_path / "ledger.db")) as database, database:
            database.execute(f"delete from {table} where id = (select min(id) from {table})")
        rows = await ledger.usage.rows(None, by, BERLIN)
        assert 0 < requests_of(rows) < requests_of(every)
        monkeypatch.setattr(_fine_groups, "_MOST_ROWS", 3)
        ledger.usage.forget()
        assert await ledger.usage.rows(None, by, BERLIN) == rows
