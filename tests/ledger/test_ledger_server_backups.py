"""A ledger on a server, copied to a file: whole, of one moment, and to the row; looked at and cleared."""

import asyncio
import random
from pathlib import Path

import pytest
from ledger_files import filled, process, totals_of
from ledger_on_server import CLOCK, HELD, copied, names_in, rows_in, rows_on
from ledger_world import NOON, StoredInFile, StoredOnServer, an_event, roll_ups_agree

from token_dashboard.ledger import open_ledger
from token_dashboard.ledger.server_backups import back_up, restore
from token_dashboard.ledger.server_upkeep import sizes, vacuum
from token_dashboard.ledger.soundness import check
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.keeping import Phase
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.secret import Secret

READER = """do $$ begin
    create role visitor login password 'oats';
    grant usage on schema token_dashboard to visitor;
    grant select on all tables in schema token_dashboard to visitor;
end $$"""
BACK_UP = """
from token_dashboard.ledger.server_backups import back_up
from token_dashboard.model.secret import Secret

async def do(ledger):
    await back_up(Secret(sys.argv[3]), other, SetClock(), replaces=True)
"""


async def test_a_backup_is_one_private_file_with_every_row(full: Secret, tmp_path: Path) -> None:
    copy = await copied(full, tmp_path / "copy.db")
    assert names_in(tmp_path) == ["copy.db"]
    assert copy.stat().st_mode & 0o777 == 0o600
    assert await rows_in(copy) == await rows_on(full, copy)


async def test_a_backup_is_an_ordinary_ledger(full: Secret, tmp_path: Path) -> None:
    copy = await copied(full, tmp_path / "copy.db")
    async with open_ledger(full, CLOCK) as ledger:
        assert await totals_of(copy) == await ledger.usage.totals(None)
    looked_at = [await check(place, CLOCK) for place in (full, copy)]
    assert [one.faults for one in looked_at] == [(), ()]
    (without_detail,) = {one.requests_without_detail for one in looked_at}
    assert without_detail


async def test_two_backups_of_the_same_are_the_same(full: Secret, tmp_path: Path) -> None:
    one, other = [await copied(full, tmp_path / f"{n}.db") for n in range(2)]
    assert one.read_bytes() == other.read_bytes()


async def test_a_backup_while_others_write_is_of_one_moment(url: Secret, tmp_path: Path) -> None:
    async def write() -> None:
        async with open_ledger(url, CLOCK) as ledger:
            for n in range(10**6):
                await ledger.usage.record(
                    [an_event(f"m{n}.{k}", time_ms=NOON + n * DAY_MS) for k in range(50)]
                )

    writing = asyncio.create_task(write())
    try:
        async with asyncio.timeout(60):
            for number in range(3):
                copy = await copied(url, tmp_path / f"{number}.db")
                assert await roll_ups_agree(StoredInFile(copy))
                assert (await totals_of(copy)).requests % 50 == 0
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)


async def test_a_file_that_is_there_is_written_over_only_when_told(full: Secret, tmp_path: Path) -> None:
    mine = tmp_path / "notes.txt"
    mine.write_text("mine")
    with pytest.raises(FileExistsError):
        await back_up(full, mine, CLOCK, replaces=False)
    assert mine.read_text() == "mine"
    await back_up(full, mine, CLOCK, replaces=True)
    assert (await totals_of(mine)).requests == HELD


async def test_a_user_who_may_only_read_can_copy_and_check_and_change_nothing(
    full: Secret, tmp_path: Path
) -> None:
    await StoredOnServer(full).look(READER)
    url = Secret(full.reveal().replace("keeper:open%2Fsesame%20%2B%25", "visitor:oats"))
    try:
        copy = await copied(url, tmp_path / "copy.db")
        assert (await check(url, CLOCK)).is_sound
        with pytest.raises(LedgerError, match="permission denied") as refused:
            await restore(copy, url, CLOCK, keeps=tmp_path / "kept.db")
        assert "oats" not in str(refused.value)
        assert names_in(tmp_path) == ["copy.db"]
        with pytest.raises(LedgerError, match="only the user that owns its tables may do that: keeper"):
            await vacuum(url)
        assert await rows_on(full, copy) == await rows_in(copy)
    finally:
        await StoredOnServer(full).look("do $$ begin drop owned by visitor; drop role visitor; end $$")


async def test_a_vacuum_frees_the_room_of_deleted_rows(full: Secret) -> None:
    async with open_ledger(full, CLOCK) as ledger:
        totals = await ledger.usage.totals(None)
    before = sum((await sizes(full)).values())
    heard: list[tuple[Phase, int, int | None]] = []
    done = await vacuum(full, lambda *far: heard.append(far))
    assert (done.before_bytes, done.after_bytes) == (before, sum((await sizes(full)).values()))
    assert done.freed_rows
    assert {phase for phase, _, _ in heard} == {Phase.CLEARING}
    assert ((await vacuum(full)).freed_rows or 0) < done.freed_rows
    async with open_ledger(full, CLOCK) as ledger:
        assert await ledger.usage.totals(None) == totals


@pytest.mark.parametrize("seed", range(2))
async def test_a_backup_that_is_killed_leaves_the_old_one_or_the_new(
    full: Secret, path: Path, tmp_path: Path, seed: int
) -> None:
    copy = tmp_path / "copy.db"
    await filled(copy, 20)
    async with process(BACK_UP, path, copy, full.reveal()):
        await asyncio.sleep(random.Random(seed).random() * 0.3)
    assert (await check(copy, CLOCK)).is_sound
    assert (await totals_of(copy)).requests in {20, HELD}
