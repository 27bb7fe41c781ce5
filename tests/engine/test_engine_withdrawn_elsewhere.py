"""What an import took back is taken back wherever a copy of it went, and counts there if it comes again."""

import asyncio
from contextlib import AsyncExitStack
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from alert_world import at
from hypothesis import given, settings
from hypothesis import strategies as st
from movable_clock import MovableClock

from token_dashboard.engine.bundles import pack, unpack
from token_dashboard.engine.replication import Identity, replicate, standing
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.again import keys_now
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key

NOW = at("2026-11-20 12:00")
KEY = Secret("a key that the machines share")
ANN, BOB = Identity(machine="ann"), Identity(machine="bob")


def request(source: Literal["import", "log"]) -> UsageEvent:
    return UsageEvent(
        key=event_key("claude-code", source),
        time_ms=NOW,
        source=source,
        agent="claude-code",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=100,
    )


IMPORTED, READ = request("import"), request("log")


async def opened(stack: AsyncExitStack, place: Path) -> Ledger:
    return await stack.enter_async_context(open_ledger(place, MovableClock(NOW)))


async def requests(ledger: Ledger) -> int:
    return (await ledger.usage.totals(None)).requests


async def test_a_team_gives_back_what_a_machine_took_back(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        ann, team = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "team.db")
        await ann.usage.record([IMPORTED])
        await replicate(ann, team, ANN, NOW)
        await ann.usage.record([READ])
        await withdraw(Upkeep.of(ann), [IMPORTED.key])
        await replicate(ann, team, ANN, NOW)
        assert (await requests(ann), await requests(team)) == (1, 1)
        assert (await standing(ann, team.name)).waiting == 0


async def test_a_withdrawal_alone_is_told_and_then_over(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        ann, team = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "team.db")
        await ann.usage.record([IMPORTED])
        await replicate(ann, team, ANN, NOW)
        await withdraw(Upkeep.of(ann), [IMPORTED.key])
        assert (await standing(ann, team.name)).waiting == 1
        await replicate(ann, team, ANN, NOW)
        assert await requests(team) == 0
        assert (await standing(ann, team.name)).waiting == 0


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old"), ("old", "new", "old")])
async def test_bundles_in_any_order_end_without_what_was_taken_back(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    async with AsyncExitStack() as stack:
        ann, bob = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "bob.db")
        await ann.usage.record([IMPORTED])
        await pack(ann, ANN, KEY, tmp_path / "old", NOW)
        await ann.usage.record([READ])
        await withdraw(Upkeep.of(ann), [IMPORTED.key])
        await pack(ann, ANN, KEY, tmp_path / "new", NOW)
        for name in order:
            await unpack(tmp_path / name, bob, BOB, KEY)
        assert (await requests(ann), await requests(bob)) == (1, 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["take back", "ann syncs", "bob syncs", "pack", "unpack"]), max_size=8))
def test_whatever_went_where_and_when_all_end_alike(steps: list[str]) -> None:
    async def played(folder: Path) -> None:
        async with AsyncExitStack() as stack:
            ann, bob, team = [await opened(stack, folder / f"{name}.db") for name in ("ann", "bob", "team")]

            async def take(step: str) -> None:
                match step:
                    case "take back":
                        await withdraw(Upkeep.of(ann), [IMPORTED.key])
                    case "ann syncs":
                        await replicate(ann, team, ANN, NOW)
                    case "bob syncs":
                        await replicate(bob, team, BOB, NOW)
                    case "pack":
                        await pack(ann, ANN, KEY, folder / "bundle", NOW)
                    case _:
                        await unpack(folder / "bundle", bob, BOB, KEY)

            await ann.usage.record([IMPORTED, READ])
            await bob.usage.record([IMPORTED])
            for step in ("pack", *steps, "take back", "ann syncs", "pack", "unpack", "bob syncs"):
                await take(step)
            assert [await requests(one) for one in (ann, bob, team)] == [1, 1, 1]

    with TemporaryDirectory() as folder:
        asyncio.run(played(Path(folder)))


async def taken_back_and_brought_in_again(ann: Ledger, times: int = 1) -> None:
    for _ in range(times):
        now = await keys_now(Upkeep.of(ann), [IMPORTED.key])
        await withdraw(Upkeep.of(ann), [now.get(IMPORTED.key, IMPORTED.key)])
        await ann.usage.record([IMPORTED])


@pytest.mark.parametrize("is_told_between", [True, False])
@pytest.mark.parametrize("times", [1, 3])
async def test_what_is_brought_in_again_counts_again_at_the_teams(
    tmp_path: Path, is_told_between: bool, times: int
) -> None:
    async with AsyncExitStack() as stack:
        ann, team = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "team.db")
        await ann.usage.record([IMPORTED])
        await replicate(ann, team, ANN, NOW)
        if is_told_between:
            await withdraw(Upkeep.of(ann), [IMPORTED.key])
            await replicate(ann, team, ANN, NOW)
            await ann.usage.record([IMPORTED])
        await taken_back_and_brought_in_again(ann, times)
        assert (await replicate(ann, team, ANN, NOW)).new == 1
        assert (await requests(ann), await requests(team)) == (1, 1)
        assert (await standing(ann, team.name)).waiting == 0
        await withdraw(Upkeep.of(ann), [(await ann.journal.changed(0))[0][1]])
        await replicate(ann, team, ANN, NOW)
        assert (await requests(ann), await requests(team)) == (0, 0)


@pytest.mark.parametrize("order", sorted(permutations(["first", "without", "again"])))
async def test_bundles_in_any_order_end_with_what_was_brought_in_again(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    async with AsyncExitStack() as stack:
        ann, bob, cat = [await opened(stack, tmp_path / f"{name}.db") for name in ("ann", "bob", "cat")]
        await ann.usage.record([IMPORTED])
        await pack(ann, ANN, KEY, tmp_path / "first", NOW)
        await withdraw(Upkeep.of(ann), [IMPORTED.key])
        await pack(ann, ANN, KEY, tmp_path / "without", NOW)
        await ann.usage.record([IMPORTED])
        await pack(ann, ANN, KEY, tmp_path / "again", NOW)
        for name in order:
            await unpack(tmp_path / name, bob, BOB, KEY)
            assert await requests(bob) <= 1
        await pack(bob, BOB, KEY, tmp_path / "bobs", NOW)
        for taker, identity in ((cat, Identity(machine="cat")), (ann, ANN)):
            await unpack(tmp_path / "bobs", taker, identity, KEY)
            await unpack(tmp_path / "without", taker, identity, KEY)
        assert [await requests(one) for one in (ann, bob, cat)] == [1, 1, 1]


async def test_a_copy_of_a_home_that_brings_the_same_in_again_has_the_same(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        ann, copy, team = [await opened(stack, tmp_path / f"{name}.db") for name in ("ann", "copy", "team")]
        for ledger in (ann, copy):
            await ledger.usage.record([IMPORTED])
            await taken_back_and_brought_in_again(ledger)
        await taken_back_and_brought_in_again(ann)
        for ledger, identity in ((copy, BOB), (ann, ANN), (copy, BOB)):
            await replicate(ledger, team, identity, NOW)
        await pack(copy, BOB, KEY, tmp_path / "bundle", NOW)
        await unpack(tmp_path / "bundle", ann, ANN, KEY)
        await pack(ann, ANN, KEY, tmp_path / "bundle", NOW)
        await unpack(tmp_path / "bundle", copy, BOB, KEY)
        assert [await requests(one) for one in (ann, copy, team)] == [1, 1, 1]


async def test_who_can_no_longer_tell_it_from_others_counts_it_once(tmp_path: Path) -> None:
    other = IMPORTED._replace(key=event_key("claude-code", "another file's"))
    async with AsyncExitStack() as stack:
        ann, bob = await opened(stack, tmp_path / "ann.db"), await opened(stack, tmp_path / "bob.db")
        await ann.usage.record([IMPORTED, other])
        await pack(ann, ANN, KEY, tmp_path / "bundle", NOW)
        await unpack(tmp_path / "bundle", bob, BOB, KEY)
        await bob.usage.prune(NOW + 1)
        await taken_back_and_brought_in_again(ann, 2)
        await pack(ann, ANN, KEY, tmp_path / "bundle", NOW)
        for _ in range(2):
            await unpack(tmp_path / "bundle", bob, BOB, KEY)
        assert (await requests(ann), await requests(bob)) == (2, 2)
