"""Machines that die while they send, and ledgers that are put back or copied: the team has it all, once."""

import asyncio
import random
import shutil
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from alert_world import at
from movable_clock import MovableClock

from token_dashboard.engine.replication import Identity, replicate, standing
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.usage import UsageEvent, event_key

NOW = at("2026-11-20 12:00")
HOME = {name: Identity(machine=name) for name in ("ann", "bob")}
SYNC = """
import asyncio, sys
from pathlib import Path
from token_dashboard.engine.replication import Identity, replicate
from token_dashboard.ledger import open_ledger
from token_dashboard.model.clock import SystemClock

async def main(here, team):
    clock = SystemClock()
    async with open_ledger(Path(here), clock) as own, open_ledger(Path(team), clock) as shared:
        told = lambda sent, _all: print(sent, flush=True)
        await replicate(own, shared, Identity(machine="ann"), 1, told)

from token_dashboard.engine import replication
replication.REQUESTS_PER_BATCH = 3
asyncio.run(main(*sys.argv[1:]))
"""


def request(n: int, machine: str) -> UsageEvent:
    return UsageEvent(
        key=event_key("claude-code", f"{machine} {n}"),
        time_ms=NOW + n,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=100 + n,
    )


async def opened(stack: AsyncExitStack, place: Path) -> Ledger:
    return await stack.enter_async_context(open_ledger(place, MovableClock(NOW)))


@pytest.mark.parametrize("seed", range(2))
async def test_a_machine_that_is_killed_again_and_again_has_told_everything_in_the_end(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    async with AsyncExitStack() as stack:
        own = await opened(stack, tmp_path / "own.db")
        for start in range(0, 400, 4):
            await own.usage.record([request(n, "ann") for n in range(start, start + 4)])
    for _ in range(6):
        await sync_and_die(tmp_path, chance.randrange(1, 12), chance.random() * 0.004)
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        told = (await team.usage.totals(None)).requests
        assert 0 < told < 400
        own = await opened(stack, tmp_path / "own.db")
        assert (await replicate(own, team, HOME["ann"], NOW)).new == 400 - told
        assert (await team.usage.totals(None)).requests == 400


async def sync_and_die(folder: Path, batches: int, later_s: float, program: str = SYNC) -> None:
    """Send in small batches, and be killed a moment after so many."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program, str(folder / "own.db"), str(folder / "team.db")),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            for _ in range(batches):
                await process.stdout.readline()
            await asyncio.sleep(later_s)
    finally:
        process.kill()
        await process.communicate()


WITHDRAW = SYNC.replace(
    "from token_dashboard.engine import replication\n",
    """
from token_dashboard.engine import replication
from token_dashboard.ledger import withdrawals

inner = withdrawals._withdraw_events
async def telling(upkeep, keys):
    gone = await inner(upkeep, keys)
    print(gone, flush=True)
    return gone

withdrawals._AT_ONCE, withdrawals._withdraw_events = 3, telling
""",
)


@pytest.mark.parametrize("seed", range(2))
async def test_a_machine_that_is_killed_while_it_takes_back_has_taken_it_all_back_in_the_end(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    imported = [request(n, "ann")._replace(source="import") for n in range(60)]
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        await own.usage.record([*imported, *(request(n, "bob") for n in range(40))])
        await replicate(own, team, HOME["ann"], NOW)
        assert await withdraw(Upkeep.of(own), [one.key for one in imported]) == 60
    for parts in (1, chance.randrange(2, 6), 20):
        await sync_and_die(tmp_path, parts, chance.random() * 0.004, WITHDRAW)
        async with AsyncExitStack() as stack:
            team = await opened(stack, tmp_path / "team.db")
            assert 40 <= (await team.usage.totals(None)).requests <= 100 - 3 * parts
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        await replicate(own, team, HOME["ann"], NOW)
        assert (await team.usage.totals(None)).requests == 40
        assert (await standing(own, team.name)).waiting == 0
        counts = await team.proof.count()
        assert (counts.pruned, counts.above, counts.below, counts.hours, counts.days) == (0, *[None] * 4)


@pytest.mark.parametrize("put_back", ["team.db", "own.db"])
async def test_a_ledger_that_was_put_back_to_an_older_state_is_told_what_it_lost(
    tmp_path: Path, put_back: str
) -> None:
    async def sync(*numbers: int) -> int:
        async with AsyncExitStack() as stack:
            team = await opened(stack, tmp_path / "team.db")
            own = await opened(stack, tmp_path / "own.db")
            await own.usage.record([request(n, "ann") for n in numbers])
            await replicate(own, team, HOME["ann"], NOW)
            return (await team.usage.totals(None)).requests

    assert await sync(1, 2) == 2
    older = (tmp_path / put_back).read_bytes()
    assert await sync(3) == 3
    (tmp_path / put_back).write_bytes(older)
    assert await sync() == 3
    assert await sync(3, 4) == 4


async def test_a_machine_and_a_copy_of_its_home_both_tell_all_that_they_do(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        async with AsyncExitStack() as first:
            own = await opened(first, tmp_path / "ann.db")
            await own.usage.record([request(1, "ann")])
            await replicate(own, team, HOME["ann"], NOW)
        shutil.copy(tmp_path / "ann.db", tmp_path / "bob.db")
        for name, numbers in (("ann", range(2, 9)), ("bob", range(20, 22)), ("ann", [9]), ("bob", [22])):
            own = await opened(stack, tmp_path / f"{name}.db")
            for number in numbers:
                await own.usage.record([request(number, name)])
            assert (await replicate(own, team, HOME[name], NOW)).new == len(numbers)
            assert (await replicate(own, team, HOME[name], NOW)).sent == 0
