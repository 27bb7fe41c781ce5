"""Copies of the ledger's file: while others write, in another's place, and when it is damaged."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ledger_files import WRITE, filled, process, totals_of
from ledger_world import NOON, SetClock, StoredInFile, an_event, roll_ups_agree

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.backups import back_up, restore, sizes, vacuum
from token_dashboard.ledger.soundness import check
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.model.errors import LedgerError, LedgerTooNew
from token_dashboard.model.keeping import Phase


async def test_a_backup_is_one_private_file_with_all_that_is_in_the_ledger(
    path: Path, tmp_path: Path
) -> None:
    expected = await filled(path)
    copy = tmp_path / "copy.db"
    back_up(path, copy, replaces=False)
    assert copy.stat().st_mode & 0o777 == 0o600
    assert names_in(tmp_path) == ["copy.db", "state"]
    assert await totals_of(copy) == expected


async def test_a_backup_while_another_process_writes_is_of_one_moment(path: Path, tmp_path: Path) -> None:
    await filled(path)
    async with process(WRITE, path, tmp_path):
        for number in range(5):
            copy = tmp_path / f"copy{number}.db"
            back_up(path, copy, replaces=False)
            assert await roll_ups_agree(StoredInFile(copy))
            assert (await totals_of(copy)).requests % 100 == 0


async def test_a_large_backup_tells_how_far_it_is_and_stays_of_the_moment_it_began(
    path: Path, tmp_path: Path
) -> None:
    expected = await filled(path)
    with closing(sqlite3.connect(path)) as database:
        database.execute("insert into note (key, body) values ('padding', zeroblob(20000000))")
        database.commit()
    heard: list[tuple[Phase, int, int | None]] = []

    def hear(phase: Phase, done: int, of_all: int | None) -> None:
        if not heard:  # another process deletes what isn't copied yet
            with closing(sqlite3.connect(path)) as database:
                database.execute("delete from event")
                database.execute("delete from rollup")
                database.commit()
        heard.append((phase, done, of_all))

    back_up(path, tmp_path / "copy.db", replaces=False, told=hear)
    assert (await check(tmp_path / "copy.db", SetClock())).is_sound
    assert await totals_of(tmp_path / "copy.db") == expected
    *steps, last = heard
    assert [done for _, done, _ in steps] == sorted({done for _, done, _ in steps})
    assert len(steps) > 1
    assert steps[-1][1] == steps[-1][2]
    assert last == (Phase.CHECKING, 0, None)


async def test_a_file_that_is_there_is_written_over_only_when_told(path: Path, tmp_path: Path) -> None:
    expected = await filled(path)
    copy = tmp_path / "notes.txt"
    copy.write_text("mine")
    with pytest.raises(FileExistsError):
        back_up(path, copy, replaces=False)
    assert copy.read_text() == "mine"
    back_up(path, copy, replaces=True)
    assert await totals_of(copy) == expected


async def test_a_link_stays_a_link_to_what_is_written_over(path: Path, tmp_path: Path) -> None:
    expected = await filled(path)
    copy, latest = tmp_path / "of-today.db", tmp_path / "latest.db"
    copy.write_text("old")
    latest.symlink_to(copy)
    back_up(path, latest, replaces=True)
    assert latest.readlink() == copy
    assert await totals_of(copy) == expected


async def test_the_ledger_is_never_its_own_backup(path: Path) -> None:
    expected = await filled(path)
    with pytest.raises(FileExistsError):
        back_up(path, path, replaces=True)
    with pytest.raises(LedgerError, match="the ledger in use"):
        restore(path, path, NOON)
    assert await totals_of(path) == expected


def test_there_is_no_backup_of_no_ledger(path: Path, tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="there is none"):
        back_up(path, tmp_path / "copy.db", replaces=False)


async def test_a_damaged_ledger_makes_no_backup(path: Path, tmp_path: Path) -> None:
    await filled(path)
    damage(path)
    with pytest.raises(LedgerError) as failed:
        back_up(path, tmp_path / "copy.db", replaces=False)
    assert failed.value.params["path"] == str(path)
    assert "\n" not in failed.value.params["reason"]
    assert names_in(tmp_path) == ["state"]


async def test_a_restored_ledger_is_the_one_that_was_backed_up_on_any_machine(
    path: Path, tmp_path: Path
) -> None:
    expected = await filled(path)
    back_up(path, tmp_path / "copy.db", replaces=False)
    new = tmp_path / "elsewhere" / "ledger.db"
    assert restore(tmp_path / "copy.db", new, NOON).kept is None
    assert await totals_of(new) == expected
    assert new.stat().st_mode & 0o777 == 0o600
    assert new.parent.stat().st_mode & 0o777 == 0o700


async def test_what_a_restore_replaces_is_kept_beside_it(path: Path, tmp_path: Path) -> None:
    await filled(path, 20)
    back_up(path, tmp_path / "copy.db", replaces=False)
    newer = await filled(path, 50)
    kept = restore(tmp_path / "copy.db", path, NOON).kept
    assert kept == path.with_name(f"ledger.db.before-restore-{NOON}")
    assert await totals_of(kept) == newer
    assert (await totals_of(path)).requests == 20
    assert restore(tmp_path / "copy.db", path, NOON).kept != kept


async def test_a_process_that_has_the_ledger_open_sees_the_restored_one(
    path: Path, tmp_path: Path, in_a_file: Ledger
) -> None:
    await in_a_file.usage.record([an_event("m1")])
    back_up(path, tmp_path / "copy.db", replaces=False)
    await in_a_file.usage.record([an_event("m2")])
    restore(tmp_path / "copy.db", path, NOON)
    assert (await in_a_file.usage.totals(None)).requests == 1
    await in_a_file.usage.record([an_event("m3")])
    assert (await in_a_file.usage.totals(None)).requests == 2


async def test_a_damaged_ledger_is_moved_aside_by_a_restore(path: Path, tmp_path: Path) -> None:
    expected = await filled(path)
    back_up(path, tmp_path / "copy.db", replaces=False)
    damage(path)
    kept = restore(tmp_path / "copy.db", path, NOON).kept
    assert kept == path.with_name(f"ledger.db.corrupt-{NOON}")
    assert await totals_of(path) == expected


async def test_a_backup_of_an_older_version_is_brought_up_to_date(path: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as database:
        database.executescript((Path(__file__).parent / "versions" / "0001.sql").read_text())
        ((requests,),) = database.execute("select sum(requests) from rollup")
    restore(old, path, NOON)
    assert (await totals_of(path)).requests == requests > 0


@pytest.mark.parametrize("content", [b"", b"just notes", b"SQLite format 3\0" + b"x" * 5000], ids=repr)
async def test_what_is_no_ledger_is_not_restored(path: Path, tmp_path: Path, content: bytes) -> None:
    expected = await filled(path)
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(LedgerError):
        restore(tmp_path / "odd", path, NOON)
    assert await totals_of(path) == expected
    assert names_in(path.parent) == ["ledger.db"]


async def test_a_ledger_of_a_newer_version_is_not_restored(path: Path, tmp_path: Path) -> None:
    expected = await filled(path)
    newer = tmp_path / "newer.db"
    back_up(path, newer, replaces=False)
    with closing(sqlite3.connect(newer)) as database:
        database.execute("insert into schema_version (version) values (9999)")
        database.commit()
    with pytest.raises(LedgerTooNew):
        restore(newer, path, NOON)
    assert await totals_of(path) == expected


async def test_a_vacuum_gives_back_what_deleting_left(path: Path) -> None:
    await filled(path, 5_000)
    async with open_ledger(path, SetClock()) as ledger:
        await Upkeep.of(ledger).purge(Selection(before_ms=NOON + 4_990 * 60_000))
    totals = await totals_of(path)
    before, after = vacuum(path)
    assert after <= before
    assert await totals_of(path) == totals
    assert sizes(path)["free"] == 0


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def damage(path: Path) -> None:
    """Overwrite the middle of a ledger's file."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 60_000)
