"""Ledgers in files, and programs that work on them until they are killed."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ledger_world import NOON, SetClock, an_event

from token_dashboard.ledger import open_ledger
from token_dashboard.model.report import Totals

PRELUDE = f"""
import asyncio, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from pathlib import Path
from ledger_world import NOON, SetClock, an_event
from token_dashboard.ledger import open_ledger
from token_dashboard.ledger.backups import back_up, restore
from token_dashboard.ledger.upkeep import Selection, Upkeep

path, other = Path(sys.argv[1]), Path(sys.argv[2])

async def main():
    async with open_ledger(path, SetClock()) as ledger:
        print("ready", flush=True)
        await do(ledger)
        print("done", flush=True)
        sys.stdin.read()

"""
WRITE = """
async def do(ledger):
    for n in range(10**6):
        await ledger.usage.record([an_event(f"m{n}.{k}") for k in range(100)])
"""
BACK_UP = """
async def do(ledger):
    back_up(path, other, replaces=True)
"""
RESTORE = """
async def do(ledger):
    restore(other, path, NOON)
"""
PURGE = """
async def do(ledger):
    await Upkeep.of(ledger).purge(Selection(agent="claude-code"))
"""


@asynccontextmanager
async def process(
    program: str, path: Path, other: Path, *more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A program that is ready; killed at the end of the block."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", f"{PRELUDE}{program}\nasyncio.run(main())", str(path), str(other), *more),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert started.stdout is not None
    assert await started.stdout.readline() == b"ready\n"
    yield started
    started.send_signal(signal.SIGKILL)
    await started.wait()


async def filled(path: Path, count: int = 300, name: str = "m") -> Totals:
    """A ledger with so many requests, and its totals."""
    events = [an_event(f"{name}{n}", "r", tokens=(n, 10), time_ms=NOON + n * 60_000) for n in range(count)]
    async with open_ledger(path, SetClock()) as ledger:
        await ledger.usage.record(events)
        return await ledger.usage.totals(None)


async def totals_of(path: Path) -> Totals:
    async with open_ledger(path, SetClock()) as ledger:
        assert ledger.moved_aside is None
        return await ledger.usage.totals(None)
