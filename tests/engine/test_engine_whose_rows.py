"""Whose a request is stays clear when machines share what they have: by a team's ledger and by bundles."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import foreign_histories as foreign
import pytest
from foreign_histories import BERLIN, at
from movable_clock import MovableClock

from token_dashboard.engine.bundles import pack, unpack
from token_dashboard.engine.imports import tokenmeter
from token_dashboard.engine.imports.importing import Batch, Importer, batches_of
from token_dashboard.engine.imports.undoing import undo
from token_dashboard.engine.replication import Identity, replicate
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.report import Dimension
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

NOW = at("2026-11-22T12:00+01:00")
KEY = Secret("a key that the machines share")
ANN, BOB = Identity(machine="ann", person="Ann"), Identity(machine="bob")


def request(name: str) -> UsageEvent:
    key = event_key("codex", name)
    return UsageEvent(
        key=key, time_ms=NOW, source="log", agent="codex", provider="openai", model="gpt-5", input_tokens=1
    )


async def opened(stack: AsyncExitStack, folder: Path, name: str) -> Ledger:
    return await stack.enter_async_context(open_ledger(folder / f"{name}.db", MovableClock(NOW)))


async def owners(ledger: Ledger) -> list[tuple[str | None, str | None, int]]:
    rows = await ledger.usage.rows(None, (Dimension.MACHINE, Dimension.USER), ZoneInfo("UTC"))
    return [(row.machine, row.user, row.totals.requests) for row in rows]


@pytest.mark.parametrize("program", ["ccusage", "tokenmeter"])
async def test_the_imports_of_two_machines_are_two_though_their_rows_have_the_same_names(
    tmp_path: Path, program: str
) -> None:
    day = foreign.ccusage(tmp_path / "day.json", {"daily": [foreign.day("2026-11-20")]})
    database = foreign.tokenmeter(tmp_path / "usage.db", [{"app": "cursor"}])

    def rows() -> AsyncIterator[Batch]:
        is_day = program == "ccusage"
        return batches_of(
            foreign.answer_claims(day, BERLIN) if is_day else tokenmeter.claims(str(database), BERLIN)
        )

    async with AsyncExitStack() as stack:
        ann, bob, team = [await opened(stack, tmp_path, name) for name in ("ann", "bob", "team")]
        for ledger, identity in ((ann, ANN), (bob, BOB)):
            importer = Importer(ledger, Pricer(PriceBook.load()), BERLIN)
            assert [(await importer.bring(rows())).new for _ in range(2)] == [1, 0]
            await replicate(ledger, team, identity, NOW)
        await pack(bob, BOB, KEY, tmp_path / "bob.bundle", NOW)
        await unpack(tmp_path / "bob.bundle", ann, ANN, KEY)
        assert await owners(team) == [("ann", "Ann", 1), ("bob", None, 1)]
        assert await owners(ann) == [(None, None, 1), ("bob", None, 1)]
        assert (await undo(ann, rows())).withdrawn == 1
        await replicate(ann, team, ANN, NOW)
        assert await owners(ann) == await owners(team) == [("bob", None, 1)]


@pytest.mark.parametrize("first", ["ann", "bob"])
async def test_what_came_by_a_bundle_is_not_said_to_be_of_the_person_who_took_it(
    tmp_path: Path, first: str
) -> None:
    async with AsyncExitStack() as stack:
        ann, bob, team = [await opened(stack, tmp_path, name) for name in ("ann", "bob", "team")]
        await ann.usage.record([request("anns")])
        await bob.usage.record([request("bobs")])
        await pack(bob, BOB, KEY, tmp_path / "bob.bundle", NOW)
        await unpack(tmp_path / "bob.bundle", ann, ANN, KEY)
        told = [(ann, ANN), (bob, BOB)]
        for ledger, identity in told if first == "ann" else reversed(told):
            await replicate(ledger, team, identity, NOW)
        assert await owners(team) == [("ann", "Ann", 1), ("bob", None, 1)]


async def test_own_requests_that_come_home_in_a_bundle_are_as_they_were(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        ann, bob = [await opened(stack, tmp_path, name) for name in ("ann", "bob")]
        await ann.usage.record([request("old")])
        await pack(ann, ANN, KEY, tmp_path / "ann.bundle", NOW)
        await unpack(tmp_path / "ann.bundle", bob, BOB, KEY)
        await pack(bob, BOB, KEY, tmp_path / "bob.bundle", NOW)
        await ann.usage.record([request("new")])
        await unpack(tmp_path / "bob.bundle", ann, ANN, KEY)
        assert await owners(ann) == [(None, None, 2)]
        assert await owners(bob) == [("ann", "Ann", 1)]
