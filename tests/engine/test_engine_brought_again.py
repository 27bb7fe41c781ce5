"""Imports, taken back and brought in again: everybody counts what the importer counts, whatever happened."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import pytest
from alert_world import at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from movable_clock import MovableClock
from postgres_server import Server

from token_dashboard.engine import bundles, replication
from token_dashboard.engine.bundles import pack, unpack
from token_dashboard.engine.imports.importing import Batch, Claim, Importer
from token_dashboard.engine.imports.undoing import undo
from token_dashboard.engine.replication import Identity, replicate, standing, told_through
from token_dashboard.ledger import Ledger, open_ledger, withdrawals
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.report import Dimension
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

NOW = at("2026-11-20 12:00")
UTC = ZoneInfo("UTC")
KEY = Secret("a key that the machines share")
MACHINES = ("ann", "bob", "cat", "dan", "eve")
HOME = {name: Identity(machine=name) for name in MACHINES}
FILES = {"wrong": ((0, 1, 2), 50), "right": ((1, 2, 3), 10)}
"""By their names, which rows are in files of imports, and the output tokens of each: rows may be in both."""
_numbers = count(1)

Counted: TypeAlias = dict[tuple[str, str], tuple[int, int]]
"""Requests and output tokens, by machine and model."""


def row(number: int, output: int) -> Claim:
    event = UsageEvent(
        key=event_key("another program", str(number)),
        time_ms=NOW - number * HOUR_MS,
        source="import",
        agent=None,
        provider="openai",
        model=f"model-{number}",
        input_tokens=100,
        output_tokens=output,
    )
    return Claim(event, is_of_machine=True)


def logged(machine: str) -> UsageEvent:
    key = event_key("codex", machine)
    return row(0, 7).event._replace(key=key, source="log", agent="codex", model="of a log")


async def rows_of(file: str) -> AsyncIterator[Batch]:
    numbers, output = FILES[file]
    for number in numbers:
        yield [row(number, output)]


async def opened(stack: AsyncExitStack, place: Path | Secret) -> Ledger:
    return await stack.enter_async_context(open_ledger(place, MovableClock(NOW)))


def importer(ledger: Ledger) -> Importer:
    return Importer(ledger, Pricer(PriceBook.load()), UTC)


async def counted(ledger: Ledger, owner: str = "") -> Counted:
    rows = await ledger.usage.rows(None, (Dimension.MACHINE, Dimension.MODEL), UTC)
    return {
        (one.machine or owner, one.model or ""): (one.totals.requests, one.totals.output_tokens)
        for one in rows
    }


async def is_sound(ledger: Ledger) -> bool:
    counts = await ledger.proof.count()
    return (counts.above, counts.below, counts.hours, counts.days) == (None,) * 4


class Step(NamedTuple):
    """What a machine does; it dies after so many turns of the event loop."""

    does: str
    machine: str
    with_: str
    """The file that it imports or takes back, or whose bundle it takes."""
    dies_after: int | None


def steps(*ways: str) -> st.SearchStrategy[list[Step]]:
    """Ann and Bob import files and take them back, and each time word of it gets around, or half of it."""
    of_importers, death = st.sampled_from(["ann", "ann", "bob"]), st.none() | st.integers(1, 60)
    changes = st.builds(
        Step,
        st.sampled_from(["import", "undo"]),
        of_importers,
        st.sampled_from(["wrong", "wrong", "right"]),
        death,
    )
    takers = of_importers | st.sampled_from(MACHINES)
    word = st.builds(Step, st.sampled_from(ways), takers, of_importers, death)
    rounds = st.tuples(changes, st.lists(word, max_size=3))
    return st.lists(rounds, min_size=3, max_size=7).map(
        lambda found: [step for change, words in found for step in (change, *words)]
    )


async def dying(work: Coroutine[None, None, object], after: int | None) -> None:
    """It is done, or begun and cut off."""
    task = asyncio.ensure_future(work)
    if after is not None:
        for _ in range(after):
            await asyncio.sleep(0)
        task.cancel()
    with suppress(asyncio.CancelledError):
        await task


class World:
    """Five machines, the team's ledger, a folder of bundles, and what an importer would say is right."""

    def __init__(self, folder: Path, team: Ledger, own: dict[str, Ledger]) -> None:
        self._folder = folder
        self._team = team
        self._own = own
        self._imported: dict[str, dict[int, int]] = {name: {} for name in MACHINES}

    async def do(self, step: Step) -> None:
        ledger, mine = self._own[step.machine], self._imported[step.machine]
        numbers, output = FILES.get(step.with_, ((), 0))
        match step.does:
            case "import":
                await dying(importer(ledger).bring(rows_of(step.with_)), step.dies_after)
                await importer(ledger).bring(rows_of(step.with_))
                mine |= {number: max(output, mine.get(number, 0)) for number in numbers}
            case "undo":
                await dying(undo(ledger, rows_of(step.with_)), step.dies_after)
                await undo(ledger, rows_of(step.with_))
                self._imported[step.machine] = {n: mine[n] for n in mine if n not in numbers}
            case "sync":
                await dying(replicate(ledger, self._team, HOME[step.machine], NOW), step.dies_after)
            case "prune":
                await ledger.usage.prune(NOW, await told_through(ledger, self._team.name))
            case "give":
                await self._pack(step.with_)
                await dying(self._unpack(step.with_, step.machine), step.dies_after)
            case _:
                if (self._folder / step.with_).exists():
                    await dying(self._unpack(step.with_, step.machine), step.dies_after)

    async def exchange(self) -> None:
        for name in MACHINES:
            await self._pack(name)
        for name in MACHINES:
            for giver in MACHINES:
                await self._unpack(giver, name)

    async def sync(self) -> None:
        for name in MACHINES:
            await replicate(self._own[name], self._team, HOME[name], NOW)
            assert (await standing(self._own[name], self._team.name)).waiting == 0

    def right(self, *machines: str) -> Counted:
        return {
            **{(name, "of a log"): (1, 7) for name in machines},
            **{
                (name, f"model-{n}"): (1, out) for name in machines for n, out in self._imported[name].items()
            },
        }

    async def _pack(self, name: str) -> None:
        await pack(self._own[name], HOME[name], KEY, self._folder / name, NOW)

    async def _unpack(self, giver: str, taker: str) -> None:
        await unpack(self._folder / giver, self._own[taker], HOME[taker], KEY)


async def played(work: list[Step], shared: Path | Secret | None, *, has_bundles: bool) -> None:
    """All of it happens, and in the end everybody was told of everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with AsyncExitStack() as stack:
            patched = stack.enter_context(pytest.MonkeyPatch.context())
            for module, size in (
                (replication, "REQUESTS_PER_BATCH"),
                (bundles, "REQUESTS_PER_BATCH"),
                (withdrawals, "_AT_ONCE"),
            ):
                patched.setattr(module, size, 2)
            team = await opened(stack, shared or folder / "team.db")
            own = {one: await opened(stack, folder / f"{one}.db") for one in MACHINES}
            for one, ledger in own.items():
                await ledger.usage.record([logged(one)])
            world = World(folder, team, own)
            for step in work:
                await world.do(step)
            if has_bundles:
                await world.exchange()
            await world.sync()
            assert await counted(team) == world.right(*MACHINES)
            for one, ledger in own.items():
                assert await counted(ledger, one) == world.right(*(MACHINES if has_bundles else [one]))
            assert all([await is_sound(one) for one in (team, *own.values())])


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps("sync", "give", "give", "take the last one"))
def test_all_count_what_each_importer_counts_by_bundles_and_a_shared_ledger(work: list[Step]) -> None:
    asyncio.run(played(work, None, has_bundles=True))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps("sync", "sync", "prune"))
def test_a_shared_ledger_counts_what_each_importer_counts_also_after_retention(work: list[Step]) -> None:
    asyncio.run(played(work, None, has_bundles=False))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.discard()


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(work=steps("sync", "give"))
def test_a_shared_ledger_on_a_server_counts_what_each_importer_counts(
    server: Server, work: list[Step]
) -> None:
    name = f"again_{next(_numbers)}"
    asyncio.run(server.execute(f"create database {name}"))
    asyncio.run(played(work, Secret(server.url(name)), has_bundles=True))
    asyncio.run(server.execute(f"drop database {name} with (force)"))
