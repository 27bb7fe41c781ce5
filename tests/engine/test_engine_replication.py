"""Machines become one: a shared ledger and exchanged bundles end in the union, whatever happens."""

import asyncio
import random
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from alert_world import at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from movable_clock import MovableClock
from postgres_server import Server

from token_dashboard.engine import replication
from token_dashboard.engine.bundles import pack, unpack
from token_dashboard.engine.replication import Identity, replicate, standing, told_through
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.period import HOUR_MS, MINUTE_MS, Period
from token_dashboard.model.report import Dimension, ReportRow
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key

NOW = at("2026-11-20 12:00")
UTC = ZoneInfo("UTC")
KEY = Secret("a key that the machines share")
MACHINES = ("ann", "bob", "cat", "dan", "eve")
HOME = {name: Identity(machine=name) for name in MACHINES}
_numbers = count(1)


class Stopped(Exception):
    """A machine dies here."""


def request(n: int, machine: str, *, output: int = 10, user: str | None = None) -> UsageEvent:
    """The n-th request of a machine; the clock of one of them is three hours ahead."""
    ahead = 3 * HOUR_MS if machine == "eve" else 0
    return UsageEvent(
        key=event_key("claude-code", f"{machine} {n}"),
        time_ms=NOW + n * 7 * MINUTE_MS + ahead,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model=f"model-{n % 3}",
        input_tokens=100 + n,
        output_tokens=output,
        attribution=Attribution(session=f"{machine}-{n % 2}", user=user),
        list_cost_nanos=1_000 * output,
        price_date="2026-01-01",
    )


async def opened(stack: AsyncExitStack, place: Path | Secret) -> Ledger:
    return await stack.enter_async_context(open_ledger(place, MovableClock(NOW)))


async def by_all(ledger: Ledger) -> tuple[ReportRow, ...]:
    cuts = (Dimension.DAY, Dimension.MACHINE, Dimension.USER, Dimension.SESSION, Dimension.MODEL)
    return await ledger.usage.rows(None, cuts, UTC)


@st.composite
def days_of_work(draw: st.DrawFn) -> list[tuple[str, list[UsageEvent], int | None]]:
    """What happens, in order: a machine records requests, some of them grown, and sends, or dies then."""
    found = []
    for _ in range(draw(st.integers(1, 8))):
        machine = draw(st.sampled_from(MACHINES))
        numbers = draw(st.lists(st.integers(0, 9), max_size=6))
        events = [request(n, machine, output=draw(st.integers(1, 3))) for n in numbers]
        found.append((machine, events, draw(st.none() | st.integers(1, 2))))
    return found


async def play(
    work: list[tuple[str, list[UsageEvent], int | None]], folder: Path, shared: Path | Secret
) -> None:
    """All of it happens over a shared ledger, and the union of what was recorded is what it holds."""
    async with AsyncExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(replication, "REQUESTS_PER_BATCH", 2)
        team = await opened(stack, shared)
        union = await opened(stack, folder / "union.db")
        own = {name: await opened(stack, folder / f"{name}.db") for name in MACHINES}
        for machine, events, dies_after in work:
            await own[machine].usage.record(events)
            await union.usage.record([HOME[machine].owned(event) for event in events])
            with suppress(Stopped):
                await replicate(own[machine], team, HOME[machine], NOW, dying(dies_after))
        for machine in MACHINES:
            await replicate(own[machine], team, HOME[machine], NOW)
        assert await by_all(team) == await by_all(union)
        for machine in MACHINES:
            again = await replicate(own[machine], team, HOME[machine], NOW)
            assert (again.sent, again.new) == (0, 0)


def dying(after: int | None) -> replication.Told:
    left = [after]

    def told(_sent: int, _all: int) -> None:
        if left[0] is not None:
            left[0] -= 1
            if left[0] == 0:
                raise Stopped

    return told


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(days_of_work())
def test_a_shared_ledger_holds_the_union_whoever_dies_on_the_way(
    work: list[tuple[str, list[UsageEvent], int | None]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(work, Path(folder), Path(folder) / "team.db"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.discard()


@settings(max_examples=4, suppress_health_check=[HealthCheck.too_slow])
@given(work=days_of_work())
def test_a_shared_ledger_on_a_server_holds_the_union_too(
    server: Server, work: list[tuple[str, list[UsageEvent], int | None]]
) -> None:
    name = f"union_{next(_numbers)}"
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(server.execute(f"create database {name}"))
        asyncio.run(play(work, Path(folder), Secret(server.url(name))))
        asyncio.run(server.execute(f"drop database {name} with (force)"))


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_bundles_in_any_order_and_number_make_all_machines_know_the_same(chance: random.Random) -> None:
    async def play(folder: Path) -> None:
        async with AsyncExitStack() as stack:
            union = await opened(stack, folder / "union.db")
            own = {name: await opened(stack, folder / f"{name}.db") for name in MACHINES}
            for name in MACHINES:
                events = [request(n, name, output=chance.randrange(1, 4)) for n in range(chance.randrange(6))]
                await own[name].usage.record(events)
                await union.usage.record([HOME[name].owned(event) for event in events])
            # Everyone hears of everyone at the latest in the last round; before it exchanges are random.
            pairs = [(chance.choice(MACHINES), chance.choice(MACHINES)) for _ in range(6)]
            pairs += [(name, MACHINES[0]) for name in MACHINES] + [(MACHINES[0], name) for name in MACHINES]
            for giver, taker in pairs:
                path = folder / f"{giver}.bundle"
                await pack(own[giver], HOME[giver], KEY, path, NOW)
                await unpack(path, own[taker], HOME[taker], KEY)
            expected = await by_all(union)
            for name in MACHINES:
                shared = await opened(stack, folder / f"{name} told.db")
                await replicate(own[name], shared, HOME[name], NOW)
                assert await by_all(shared) == expected

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(Path(folder)))


async def test_a_big_recording_goes_in_pieces_and_the_mark_moves_when_all_of_it_is_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replication, "REQUESTS_PER_BATCH", 4)
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        await own.usage.record([request(n, "ann") for n in range(10)])
        await own.usage.record([request(n, "ann") for n in range(10, 12)])
        seen: list[tuple[int, int]] = []
        synced = await replicate(own, team, HOME["ann"], NOW, lambda *told: seen.append(told))
        assert (synced.sent, synced.new) == (12, 12)
        assert seen == [(4, 12), (8, 12), (12, 12)]


@pytest.mark.parametrize("person", ["Ann", "ann.smith"])
async def test_people_are_one_person_under_all_their_names(tmp_path: Path, person: str) -> None:
    people = {"asmith": "Ann", "ann.smith": "Ann", "bot-7": "Bob"}
    identity = Identity(machine="box", person=person, people=people)
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        users = (None, "asmith", "bot-7", "carol")
        await own.usage.record([request(n, "box", user=user) for n, user in enumerate(users)])
        await replicate(own, team, identity, NOW)
        rows = await team.usage.rows(None, [Dimension.USER, Dimension.MACHINE], UTC)
        assert [(row.user, row.machine, row.totals.requests) for row in rows] == [
            ("Ann", "box", 2),
            ("Bob", "box", 1),
            ("carol", "box", 1),
        ]
        home = [
            identity.kept(event, is_own=True)
            async for page in Upkeep.of(team).events(Period(0, 2 * NOW))
            for event in page
        ]
        assert sorted(event.attribution.user or "" for event in home) == ["", "", "Bob", "carol"]


async def test_other_names_hold_for_what_is_sent_from_then_on(tmp_path: Path) -> None:
    before = Identity(machine="laptop", person="Ann", people={"asmith": "Ann"})
    after = Identity(machine="desk", person="Anna", people={"asmith": "Anna"})
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        await own.usage.record([request(1, "box"), request(2, "box", user="asmith")])
        await replicate(own, team, before, NOW)
        await own.usage.record([request(2, "box", user="asmith", output=99), request(3, "box")])
        assert (await replicate(own, team, after, NOW)).new == 1
        rows = await team.usage.rows(None, [Dimension.USER, Dimension.MACHINE], UTC)
        told = [(row.user, row.machine, row.totals.requests, row.totals.output_tokens) for row in rows]
        assert sorted(told) == [("Ann", "laptop", 2, 109), ("Anna", "desk", 1, 10)]


async def test_detail_that_was_deleted_after_it_was_sent_stays_with_the_team(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        await own.usage.record([request(n, "ann") for n in range(3)])
        await replicate(own, team, HOME["ann"], NOW)
        await own.usage.prune(NOW + HOUR_MS)
        await own.usage.record([request(n, "ann") for n in range(5)])
        assert (await replicate(own, team, HOME["ann"], NOW)).new == 2
        assert (await team.usage.totals(None)).requests == 5


async def test_detail_that_the_team_was_not_told_is_left_by_retention_until_it_was(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        later = NOW + HOUR_MS
        await own.usage.record([request(1, "ann"), request(2, "ann")])
        assert await told_through(own, team.name) == 0
        assert await own.usage.prune(later, await told_through(own, team.name)) == 0
        assert (await standing(own, team.name, later)).held == 2
        await replicate(own, team, HOME["ann"], NOW)
        await own.usage.record([request(2, "ann", output=99)])
        assert await own.usage.prune(later, await told_through(own, team.name)) == 1
        assert (await standing(own, team.name, later)).held == 1
        await replicate(own, team, HOME["ann"], NOW)
        assert await own.usage.prune(later, await told_through(own, team.name)) == 1
        assert (await standing(own, team.name, later)).held == 0
        told = await team.usage.totals(None)
        assert (told.requests, told.output_tokens) == (2, 109)


async def test_a_team_ledger_that_was_made_anew_is_told_everything_again(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        own = await opened(stack, tmp_path / "own.db")
        await own.usage.record([request(1, "ann")])
        for name in ("first", "second"):
            team = await opened(stack, tmp_path / f"{name}.db")
            assert (await replicate(own, team, HOME["ann"], NOW)).new == 1


async def test_a_machine_is_told_that_another_sends_by_its_name(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = {name: await opened(stack, tmp_path / f"{name}.db") for name in ("first", "second", "third")}
        for n, (name, sends_as, has_namesake) in enumerate(
            [
                ("first", "laptop", False),
                ("first", "laptop", False),
                ("second", "laptop", True),
                ("first", "laptop", True),
                ("third", "box", False),
                ("first", "laptop", False),
            ]
        ):
            await own[name].usage.record([request(n, name)])
            synced = await replicate(own[name], team, Identity(machine=sends_as), NOW)
            assert (synced.new, synced.has_namesake) == (1, has_namesake)


async def test_a_machine_knows_by_itself_what_a_team_has_not_been_told(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        team = await opened(stack, tmp_path / "team.db")
        own = await opened(stack, tmp_path / "own.db")
        await own.usage.record([request(1, "ann"), request(2, "ann")])
        before = await standing(own, team.name)
        assert (before.waiting, before.last_ms) == (2, None)
        await replicate(own, team, HOME["ann"], NOW)
        await own.usage.record([request(2, "ann", output=99)])
        after = await standing(own, team.name)
        assert (after.waiting, after.last_ms) == (1, NOW)
