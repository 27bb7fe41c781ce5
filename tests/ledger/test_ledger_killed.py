"""A command that dies in the middle leaves what was there or what was to be, and loses nothing."""

import asyncio
import random
from pathlib import Path

import pytest
from ledger_files import BACK_UP, PURGE, RESTORE, filled, process, totals_of
from ledger_world import SetClock, StoredInFile, an_event, roll_ups_agree, sum_by_hand

from token_dashboard.ledger import open_ledger
from token_dashboard.ledger.backups import back_up
from token_dashboard.ledger.soundness import check


@pytest.mark.parametrize("seed", range(3))
async def test_a_backup_that_is_killed_leaves_the_old_one_or_the_new(
    path: Path, tmp_path: Path, seed: int
) -> None:
    copy = tmp_path / "copy.db"
    await filled(path, 20)
    back_up(path, copy, replaces=False)
    await filled(path, 3_000)
    async with process(BACK_UP, path, copy):
        await asyncio.sleep(random.Random(seed).random() * 0.05)
    assert (await check(copy, SetClock())).is_sound
    assert (await totals_of(copy)).requests in {20, 3_000}


@pytest.mark.parametrize("seed", range(3))
async def test_a_restore_that_is_killed_leaves_one_or_the_other_and_nothing_is_lost(
    path: Path, tmp_path: Path, seed: int
) -> None:
    copy = tmp_path / "copy.db"
    await filled(path, 2_000)
    back_up(path, copy, replaces=False)
    await filled(path, 3_000)
    async with process(RESTORE, path, copy):
        await asyncio.sleep(random.Random(seed).random() * 0.1)
    found = (await totals_of(path)).requests
    assert found in {2_000, 3_000}
    kept = [one for one in path.parent.glob("*.before-restore-*") if not one.name.endswith(("-wal", "-shm"))]
    assert found == 3_000 or [(await totals_of(one)).requests for one in kept] == [3_000]
    assert await roll_ups_agree(StoredInFile(path))


@pytest.mark.parametrize("seed", range(3))
async def test_a_purge_that_is_killed_has_deleted_everything_or_nothing(
    path: Path, tmp_path: Path, seed: int
) -> None:
    await filled(path, 3_000)
    async with open_ledger(path, SetClock()) as ledger:
        await ledger.usage.record([an_event("theirs", agent="codex")])
    async with process(PURGE, path, tmp_path):
        await asyncio.sleep(random.Random(seed).random() * 0.1)
    assert (await totals_of(path)).requests in {1, 3_001}
    assert await roll_ups_agree(StoredInFile(path))


async def test_what_was_said_to_be_purged_is_gone_after_a_kill(path: Path, tmp_path: Path) -> None:
    await filled(path, 500)
    async with process(PURGE, path, tmp_path) as purging:
        assert purging.stdout is not None
        assert await purging.stdout.readline() == b"done\n"
    assert await totals_of(path) == sum_by_hand([])
