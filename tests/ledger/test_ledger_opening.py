"""Opening: private files, old and new schemas, damage, and locks of other processes."""

# ruff: noqa: ASYNC240 - a test may look at a local file while nothing else runs

import asyncio
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from ledger_world import NOON, SetClock, Stored, StoredInFile, an_event, roll_ups_agree

import token_dashboard.ledger
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.errors import LedgerError, LedgerLocked, LedgerTooNew

VERSIONS = sorted((Path(__file__).parent / "versions").glob("*.sql"))
MIGRATIONS = list((Path(token_dashboard.ledger.__file__).parent / "migrations").glob("*.sql"))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_files_are_private_whatever_the_umask(tmp_path: Path, clock: SetClock) -> None:
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "state" / "ledger.db"
        async with open_ledger(path, clock) as ledger:
            await ledger.usage.record([an_event("m")])
            modes = {one.name: mode(one) for one in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"ledger.db": 0o600, "ledger.db-wal": 0o600, "ledger.db-shm": 0o600}
    assert mode(tmp_path / "new") == mode(tmp_path / "new" / "state") == 0o700


async def test_a_file_that_others_could_read_is_closed_to_them(path: Path, clock: SetClock) -> None:
    async with open_ledger(path, clock):
        pass
    path.chmod(0o644)
    async with open_ledger(path, clock):
        pass
    assert mode(path) == 0o600


async def test_what_was_recorded_is_there_after_reopening_and_no_companion_file_stays(
    path: Path, clock: SetClock
) -> None:
    async with open_ledger(path, clock) as ledger:
        await ledger.usage.record([an_event("m")])
        await ledger.notes.set("scanned_ms", "1")
        await ledger.notes.set("scanned_ms", "2")
    assert [one.name for one in path.parent.iterdir()] == ["ledger.db"]
    async with open_ledger(path, clock) as ledger:
        assert ledger.path == path
        assert ledger.moved_aside is None
        assert (await ledger.usage.totals(None)).requests == 1
        assert await ledger.notes.get("scanned_ms") == "2"
        assert await ledger.notes.get("polled_ms") is None


async def test_a_newer_schema_is_refused_and_not_a_byte_is_changed(path: Path, clock: SetClock) -> None:
    async with open_ledger(path, clock) as ledger:
        await ledger.usage.record([an_event("m")])
    connection = sqlite3.connect(path)
    connection.execute("insert into schema_version values (999)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerTooNew, match="schema 999, this one knows") as refused:
        async with open_ledger(path, clock):
            pass
    assert refused.value.params["known"] == str(len(MIGRATIONS))
    assert path.read_bytes() == before


def test_there_is_a_sample_of_every_schema() -> None:
    assert [int(one.stem) for one in VERSIONS] == list(range(1, len(MIGRATIONS) + 1))


@pytest.mark.parametrize("sample", VERSIONS, ids=lambda one: one.stem)
async def test_every_older_schema_is_brought_up_to_date_with_all_it_holds(
    path: Path, clock: SetClock, sample: Path
) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript(sample.read_text())
    connection.close()
    async with open_ledger(path, clock) as ledger:
        totals = await ledger.usage.totals(None)
        assert (totals.requests, totals.input_tokens, totals.list_cost_nanos) == (2, 200, 2_000)
        assert list(await ledger.usage.cursors("claude-code")) == ["/logs/a.jsonl"]
        assert [one.line for one in await ledger.usage.rejects()] == [7]
        (record,) = await ledger.snapshots.latest()
        assert record.snapshot is not None
        assert record.snapshot.balances[0].money.amount == "3.21"
        assert (record.provider, record.account, record.snapshot.account) == (
            "openrouter",
            "default",
            "default",
        )
        history = await ledger.snapshots.balances("openrouter", "default", "account", "USD", 0)
        assert [nanos for _, nanos in history] == [3_210_000_000]
        assert [one.condition.key for one in await ledger.alerts.standing()] == ["low_balance:openrouter"]
        assert (await ledger.usage.record([an_event("new")])).new == 1
    assert await roll_ups_agree(StoredInFile(path))
    connection = sqlite3.connect(path)
    assert connection.execute("select max(version) from schema_version").fetchall() == [(len(MIGRATIONS),)]
    connection.close()


@pytest.mark.parametrize("garbage", [b"no database at all" * 300, b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_file_that_is_no_database_is_moved_aside_and_a_new_one_works(
    path: Path, clock: SetClock, garbage: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(garbage)
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside == path.with_name(f"ledger.db.corrupt-{NOON}")
        assert ledger.moved_aside.read_bytes() == garbage
        assert (await ledger.usage.record([an_event("m")])).new == 1
    path.write_bytes(garbage)
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside == path.with_name(f"ledger.db.corrupt-{NOON + 1}")


async def filled(path: Path, clock: SetClock) -> None:
    async with open_ledger(path, clock) as ledger:
        await ledger.usage.record([an_event(f"m{n}") for n in range(5000)])


async def test_a_file_that_was_cut_short_is_moved_aside(path: Path, clock: SetClock) -> None:
    await filled(path, clock)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside is not None
        assert (await ledger.usage.totals(None)).requests == 0


async def test_damage_within_is_reported_when_it_is_met_and_moved_aside_at_the_next_opening(
    path: Path, clock: SetClock
) -> None:
    await filled(path, clock)
    with path.open("r+b") as file:
        size = path.stat().st_size
        for page in range(40, size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside is None
        with pytest.raises(LedgerError, match="malformed"):
            await ledger.usage.record([an_event(f"m{n}") for n in range(5000)])
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside is not None
        assert (await ledger.usage.record([an_event("m")])).new == 1
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside is None


async def test_a_suspicion_that_a_check_does_not_confirm_is_dropped(path: Path, clock: SetClock) -> None:
    await filled(path, clock)
    path.with_name("ledger.db.suspect").touch()
    async with open_ledger(path, clock) as ledger:
        assert ledger.moved_aside is None
        assert (await ledger.usage.totals(None)).requests == 5000
    assert [one.name for one in path.parent.iterdir()] == ["ledger.db"]


async def test_another_programs_database_is_left_alone(path: Path, clock: SetClock) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("create table theirs (x)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="another program"):
        async with open_ledger(path, clock):
            pass
    assert path.read_bytes() == before


async def test_a_place_where_no_file_can_be_is_told_as_such(tmp_path: Path, clock: SetClock) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    for impossible in (tmp_path / "file" / "ledger.db", tmp_path / "folder"):
        with pytest.raises(LedgerError, match=str(impossible)):
            async with open_ledger(impossible, clock):
                pass


async def test_a_lock_that_outlasts_the_patience_is_told_and_nothing_is_stored(
    path: Path, clock: SetClock
) -> None:
    async with open_ledger(path, clock, patience_s=0.2) as ledger:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin immediate")
        with pytest.raises(LedgerLocked, match="held by another process"):
            await ledger.usage.record([an_event("m")])
        assert (await ledger.usage.totals(None)).requests == 0
        other.execute("rollback")
        other.close()
        assert (await ledger.usage.record([an_event("m")])).new == 1


async def test_a_lock_of_seconds_is_waited_out_and_reading_goes_on_meanwhile(
    in_a_file: Ledger, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    waiting = asyncio.create_task(in_a_file.usage.record([an_event("m")]))
    held_until = time.monotonic() + 2
    while time.monotonic() < held_until:
        started = time.monotonic()
        assert (await in_a_file.usage.totals(None)).requests == 0
        assert time.monotonic() - started < 1
        await asyncio.sleep(0.1)
    assert not waiting.done()
    other.execute("rollback")
    other.close()
    assert (await waiting).new == 1


async def test_a_caller_that_is_cancelled_while_it_waits_for_a_lock_goes_at_once(
    in_a_file: Ledger, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("begin immediate")
    waiting = asyncio.create_task(in_a_file.usage.record([an_event("m")]))
    await asyncio.sleep(0.05)
    started = time.monotonic()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert time.monotonic() - started < 2
    other.execute("rollback")
    other.close()
    assert (await in_a_file.usage.record([an_event("m")])).new == 1


async def test_a_cancelled_write_leaves_all_of_it_or_nothing(ledger: Ledger, stored: Stored) -> None:
    held = 0
    for attempt in range(12):
        batch = [an_event(f"{attempt}-{n}") for n in range(1500)]
        writing = asyncio.create_task(ledger.usage.record(batch))
        await asyncio.sleep(0.004 * attempt)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        requests = (await ledger.usage.totals(None)).requests
        assert requests in {held, held + 1500}
        held = requests
        assert (await ledger.usage.record([an_event(f"after {attempt}")])).new == 1
        held += 1
    assert await roll_ups_agree(stored)


@pytest.mark.parametrize("opens_before", [0, 1], ids=["the reader", "the writer"])
def test_who_is_cancelled_while_a_file_opens_slowly_leaves_nothing_behind_that_fails(
    path: Path, clock: SetClock, opens_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Warnings are errors, and an exception in a thread is a warning."""
    is_opening, may_open, opened = threading.Event(), threading.Event(), []

    def slowly(*arguments: object, connect: Callable[..., sqlite3.Connection], **options: object) -> object:
        opened.append(connect(*arguments, **options))
        if len(opened) > opens_before:
            is_opening.set()
            may_open.wait(10)
        return opened[-1]

    async def interrupted() -> None:
        async def use() -> None:
            async with open_ledger(path, clock):
                pass

        opening = asyncio.create_task(use())
        await asyncio.to_thread(is_opening.wait, 10)
        opening.cancel()
        threading.Timer(0.1, may_open.set).start()
        with pytest.raises(asyncio.CancelledError):
            await opening

    monkeypatch.setattr(sqlite3, "connect", partial(slowly, connect=sqlite3.connect))
    before = set(threading.enumerate())
    try:
        asyncio.run(interrupted())
    finally:
        may_open.set()
        for thread in set(threading.enumerate()) - before:
            thread.join(10)
    assert len(opened) == opens_before + 1
