"""A process died while a ledger's file was made or restored: the next takes back what was half written."""

# ruff: noqa: ASYNC240 - a test may look at a local file while nothing else runs

import asyncio
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from ledger_files import filled, totals_of
from ledger_world import SetClock, an_event

from token_dashboard.ledger import open_ledger

DYING = """
import os, signal, sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("pragma cache_size = 1")
database.execute("begin immediate")
database.execute("create table half (written)")
database.executemany("insert into half values (zeroblob(3000))", [()] * 100)
os.kill(os.getpid(), signal.SIGKILL)
"""
"""Its changes are in the file already when it dies, and in the journal how to take them back."""


async def dies_in_the_middle(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING, str(path))
    async with asyncio.timeout(20):
        assert await process.wait() == -signal.SIGKILL
    assert path.with_name(f"{path.name}-journal").stat().st_size > 0
    assert path.stat().st_size > 100_000


@pytest.mark.parametrize("requests", [0, 50])
async def test_what_was_half_written_is_taken_back(path: Path, requests: int) -> None:
    path.parent.mkdir(parents=True)
    if requests:
        await filled(path, requests)
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("pragma journal_mode = delete").fetchone() == ("delete",)
    await dies_in_the_middle(path)
    async with open_ledger(path, SetClock()) as ledger:
        assert (await ledger.usage.totals(None)).requests == requests
        await ledger.usage.record([an_event("one more", agent="codex")])
    assert (await totals_of(path)).requests == requests + 1
    assert [one.name for one in path.parent.iterdir()] == [path.name]
