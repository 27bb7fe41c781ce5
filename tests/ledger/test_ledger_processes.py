"""Several processes at one ledger, and processes that die in the middle of a write."""

import asyncio
import random
import signal
import sys
import textwrap
from pathlib import Path

from ledger_world import SetClock, Stored, an_event, roll_ups_agree, shared_event, sum_by_hand

from token_dashboard.ledger import open_ledger
from token_dashboard.model.secret import Secret

PRELUDE = f"""
import asyncio, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from ledger_world import SetClock, an_event, cursor_at, place_of, shared_event
from token_dashboard.ledger import open_ledger

place, number = place_of(sys.argv[1]), int(sys.argv[2])
"""

WRITE_MANY = """
async def main():
    events = [shared_event(number, n) for n in range(10_000)]
    async with open_ledger(place, SetClock()) as ledger:
        for start in range(0, len(events), 1_000):
            await ledger.usage.record(events[start : start + 1_000])

asyncio.run(main())
"""

WRITE_UNTIL_KILLED = """
async def main():
    async with open_ledger(place, SetClock()) as ledger:
        cursors = await ledger.usage.cursors("claude-code")
        done = cursors["/log"].lines if cursors else 0
        print("ready", flush=True)
        while True:
            batch = [an_event(f"m{n}") for n in range(done, done + 200)]
            done += 200
            await ledger.usage.record(batch, agent="claude-code", cursors=[cursor_at(done)])
            if number and done >= number:
                return

asyncio.run(main())
"""


async def start(program: str, stored: Stored, number: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        PRELUDE + textwrap.dedent(program),
        stored.place.reveal() if isinstance(stored.place, Secret) else str(stored.place),
        str(number),
        stdout=asyncio.subprocess.PIPE,
    )


async def test_four_processes_make_a_ledger_and_write_at_once_and_nothing_is_lost_or_counted_twice(
    stored: Stored, clock: SetClock
) -> None:
    writers = [await start(WRITE_MANY, stored, number) for number in range(4)]
    assert [await writer.wait() for writer in writers] == [0, 0, 0, 0]
    async with open_ledger(stored.place, clock) as ledger:
        expected = [shared_event(writer, n) for writer in range(4) for n in range(10_000)]
        totals = await ledger.usage.totals(None)
    assert totals.requests == 25_000
    assert totals == sum_by_hand(expected)
    assert await roll_ups_agree(stored)


async def test_a_process_that_is_killed_at_any_moment_leaves_events_and_cursors_in_step(
    stored: Stored, clock: SetClock
) -> None:
    chance = random.Random(11)
    lines = 0
    for _ in range(6):
        writer = await start(WRITE_UNTIL_KILLED, stored, 0)
        assert writer.stdout is not None
        await writer.stdout.readline()
        await asyncio.sleep(chance.random() * 0.12)
        writer.send_signal(signal.SIGKILL)
        await writer.wait()
        async with open_ledger(stored.place, clock) as ledger:
            assert ledger.moved_aside is None
            cursors = await ledger.usage.cursors("claude-code")
            found = cursors["/log"].lines if cursors else 0
            assert found >= lines
            lines = found
            totals = await ledger.usage.totals(None)
            assert totals == sum_by_hand([an_event(f"m{n}") for n in range(lines)])
        assert await roll_ups_agree(stored)
    survivor = await start(WRITE_UNTIL_KILLED, stored, lines + 400)
    assert await survivor.wait() == 0
    async with open_ledger(stored.place, clock) as ledger:
        assert (await ledger.usage.totals(None)).requests == lines + 400
