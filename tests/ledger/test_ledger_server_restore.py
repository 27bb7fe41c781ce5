"""A ledger on a server that is filled from a file: all of it or nothing, to the row."""

import asyncio
import random
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from ledger_files import WRITE, filled, process, totals_of
from ledger_on_server import CLOCK, HELD, copied, names_in, raised, rows_in, rows_on
from ledger_world import NOON, StoredInFile, StoredOnServer, an_event, roll_ups_agree
from postgres_pooler import pooling
from postgres_server import Server

from token_dashboard.ledger import open_ledger
from token_dashboard.ledger.server_backups import back_up, replaced, restore
from token_dashboard.ledger.server_upkeep import vacuum
from token_dashboard.ledger.soundness import check
from token_dashboard.model.errors import LedgerError, LedgerTooNew
from token_dashboard.model.keeping import Phase
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.secret import Secret

NAME = "ledger.id"
RESTORE = """
from token_dashboard.ledger.server_backups import restore
from token_dashboard.model.secret import Secret

async def do(ledger):
    await restore(other, Secret(sys.argv[3]), SetClock(), keeps=other.with_name("kept.db"))
"""


@asynccontextmanager
async def another(server: Server, template: str) -> AsyncIterator[Secret]:
    """The address of another empty ledger."""
    await server.execute(f"create database another template {template} strategy file_copy")
    try:
        yield Secret(server.url("another"))
    finally:
        await server.execute("drop database another with (force)")


async def test_a_restored_ledger_is_the_one_that_was_backed_up(
    full: Secret, server: Server, template: str, tmp_path: Path
) -> None:
    copy = await copied(full, tmp_path / "copy.db")
    async with another(server, template) as empty:
        assert await replaced(copy, empty) is None
        assert (await restore(copy, empty, CLOCK, keeps=tmp_path / "kept.db")).kept is None
        again = await copied(empty, tmp_path / "again.db")
        assert again.read_bytes() == copy.read_bytes()
        months = "select relname from pg_class where relname ~ '^event_[0-9_]+$' and relkind = 'r' order by 1"
        assert await StoredOnServer(empty).look(months) == await StoredOnServer(full).look(months)
        assert await StoredOnServer(empty).look("select count(*) from event_rest") == [(0,)]


async def test_a_restored_ledger_goes_on_where_the_backed_up_one_was(
    full: Secret, server: Server, template: str, tmp_path: Path
) -> None:
    copy = await copied(full, tmp_path / "copy.db")
    async with another(server, template) as empty:
        await restore(copy, empty, CLOCK, keeps=tmp_path / "kept.db")
        async with open_ledger(empty, CLOCK) as ledger:
            before = await ledger.usage.totals(None)
            known = [an_event(f"m{n}", time_ms=NOON - n * DAY_MS // 2) for n in range(300)]
            assert (await ledger.usage.record(known)).new == 0
            assert (await ledger.usage.totals(None)).requests == before.requests
            await ledger.budgets.add_raise(raised("another"))
        numbers = await StoredOnServer(empty).look("select budget, id from budget_raise order by id")
        assert numbers == [("team", 1), ("another", 2)]
        assert (await check(empty, CLOCK)).is_sound


async def test_a_machines_own_backup_fills_a_server(url: Secret, path: Path, tmp_path: Path) -> None:
    expected = await filled(path)
    assert (await restore(path, url, CLOCK, keeps=tmp_path / "kept.db")).kept is None
    async with open_ledger(url, CLOCK) as ledger:
        assert await ledger.usage.totals(None) == expected
    assert await roll_ups_agree(StoredOnServer(url))


async def test_a_ledger_that_others_write_to_fills_a_server_with_one_moment(
    url: Secret, path: Path, tmp_path: Path
) -> None:
    await filled(path)
    async with process(WRITE, path, tmp_path):
        for number in range(2):
            await restore(path, url, CLOCK, keeps=tmp_path / f"{number}.db")
            assert await roll_ups_agree(StoredOnServer(url))
            async with open_ledger(url, CLOCK) as ledger:
                assert (await ledger.usage.totals(None)).requests % 100 == 0


async def test_a_backup_of_an_older_version_fills_a_server(url: Secret, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(sqlite3.connect(old)) as database:
        database.executescript((Path(__file__).parent / "versions" / "0001.sql").read_text())
        ((requests,),) = database.execute("select sum(requests) from rollup")
    before = old.read_bytes()
    await restore(old, url, CLOCK, keeps=tmp_path / "kept.db")
    async with open_ledger(url, CLOCK) as ledger:
        assert (await ledger.usage.totals(None)).requests == requests > 0
    assert (old.read_bytes(), names_in(tmp_path)) == (before, ["old.db"])


async def test_what_a_restore_replaces_is_kept_in_a_file(full: Secret, path: Path, tmp_path: Path) -> None:
    newer = await rows_on(full, await copied(full, tmp_path / "copy.db"))
    await filled(path, 20)
    assert await replaced(path, full) == HELD
    keeps = tmp_path / "new folder" / "kept.db"
    assert (await restore(path, full, CLOCK, keeps=keeps)).kept == keeps
    assert await rows_in(keeps) == newer
    async with open_ledger(full, CLOCK) as ledger:
        assert (await ledger.usage.totals(None)).requests == 20
    assert (await check(full, CLOCK)).is_sound


async def test_who_reads_during_a_restore_sees_what_was_there(
    full: Secret, path: Path, tmp_path: Path
) -> None:
    await filled(path, 20)
    async with open_ledger(full, CLOCK) as ledger:
        restoring = asyncio.create_task(restore(path, full, CLOCK, keeps=tmp_path / "kept.db"))
        seen = set()
        async with asyncio.timeout(60):
            while not restoring.done():
                seen.add((await ledger.usage.totals(None)).requests)
        await restoring
        seen.add((await ledger.usage.totals(None)).requests)
    assert seen == {HELD, 20}


async def test_machines_that_send_are_led_to_tell_a_restored_ledger_everything_again(
    url: Secret, server: Server, template: str, tmp_path: Path
) -> None:
    async with open_ledger(url, CLOCK) as ledger:
        await ledger.notes.set(NAME, "by which machines know it")
    copy = await copied(url, tmp_path / "copy.db")
    async with another(server, template) as empty:
        await restore(copy, empty, CLOCK, keeps=tmp_path / "kept.db")
        async with open_ledger(empty, CLOCK) as ledger:
            assert await ledger.notes.get(NAME) is None


async def test_all_of_it_works_through_a_pooler(full: Secret, server: Server, tmp_path: Path) -> None:
    async with asyncio.timeout(60), pooling(server.port) as port:
        pooled = Secret(full.reveal().replace(f":{server.port}/", f":{port}/"))
        copy = await copied(pooled, tmp_path / "copy.db")
        assert (await restore(copy, pooled, CLOCK, keeps=tmp_path / "kept.db")).kept
        assert (await check(pooled, CLOCK)).is_sound
        assert (await vacuum(pooled)).freed_rows
    again = await copied(full, tmp_path / "again.db")
    assert again.read_bytes() == copy.read_bytes()


async def test_long_copies_tell_how_far_they_are(full: Secret, path: Path, tmp_path: Path) -> None:
    heard: list[tuple[Phase, int, int | None]] = []
    await back_up(full, tmp_path / "copy.db", CLOCK, replaces=False, told=lambda *far: heard.append(far))
    *steps, last = heard
    rows = sum(map(len, (await rows_in(tmp_path / "copy.db")).values()))
    versions = len(await StoredInFile(tmp_path / "copy.db").look("select * from schema_version"))
    assert steps[-1] == (Phase.COPYING, rows - versions, rows - versions)
    assert last == (Phase.CHECKING, 0, None)
    heard.clear()
    await restore(
        tmp_path / "copy.db", full, CLOCK, keeps=tmp_path / "k", told=lambda *far: heard.append(far)
    )
    assert heard[0] == (Phase.CHECKING, 0, None)
    assert heard[-1][0] is Phase.COPYING


async def test_what_is_no_ledger_or_a_newer_one_leaves_the_server_alone(full: Secret, tmp_path: Path) -> None:
    newer = await copied(full, tmp_path / "newer.db")
    with closing(sqlite3.connect(newer)) as database, database:
        database.execute("insert into schema_version (version) values (9999)")
    (tmp_path / "odd").write_bytes(b"just notes")
    for file, error in (("odd", LedgerError), ("nowhere", LedgerError), ("newer.db", LedgerTooNew)):
        for attempt in (
            restore(tmp_path / file, full, CLOCK, keeps=tmp_path / "k"),
            replaced(tmp_path / file, full),
        ):
            with pytest.raises(error, match=file):
                await attempt
    assert names_in(tmp_path) == ["newer.db", "odd"]
    async with open_ledger(full, CLOCK) as ledger:
        assert (await ledger.usage.totals(None)).requests == HELD


@pytest.mark.parametrize("seed", range(2))
async def test_a_restore_that_is_killed_leaves_one_or_the_other(
    full: Secret, path: Path, tmp_path: Path, seed: int
) -> None:
    copy = tmp_path / "copy.db"
    await filled(copy, 2_000)
    async with process(RESTORE, path, copy, full.reveal()):
        await asyncio.sleep(random.Random(seed).random() * 0.6)
    async with open_ledger(full, CLOCK) as ledger, asyncio.timeout(30):
        await ledger.notes.set("said", "as soon as the server knows that the other is gone")
        found = (await ledger.usage.totals(None)).requests
    assert found in {HELD, 2_000}
    assert found == HELD or (await totals_of(tmp_path / "kept.db")).requests == HELD
    assert (await check(full, CLOCK)).is_sound
