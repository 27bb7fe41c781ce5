"""What a look through a whole ledger finds, on each engine; and what it says it can't tell."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from ledger_files import filled
from ledger_world import NOON, SetClock, Stored, StoredInFile, StoredOnServer, an_event

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.ledger.soundness import check
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.model.keeping import Checked
from token_dashboard.model.period import BUCKET_MS, DAY_MS

QUARTERS = "1 quarters of an hour whose totals differ from their requests"
HOURS = "1 hours whose totals differ from their quarters"


async def change(stored: Stored, *statements: str) -> None:
    """What something else did to the ledger."""
    if isinstance(stored, StoredOnServer):
        for statement in statements:
            await stored.look(f"{statement} returning 1")
        return
    assert isinstance(stored.place, Path)
    with closing(sqlite3.connect(stored.place)) as database, database:
        for statement in statements:
            database.execute(statement)


async def found(stored: Stored) -> Checked:
    return await check(stored.place, SetClock())


async def faults(stored: Stored) -> tuple[str, ...]:
    return (await found(stored)).faults


@pytest.fixture
async def with_days(ledger: Ledger) -> Ledger:
    """A ledger with requests in four quarters of a day, the first three days ago, and the last one now."""
    times = [NOON - 3 * DAY_MS, NOON - 3 * DAY_MS + BUCKET_MS, NOON - DAY_MS, NOON]
    events = [an_event(f"{moment}.{n}", time_ms=moment + n) for moment in times for n in range(3)]
    await ledger.usage.record([*events, an_event("long ago", time_ms=-1)])
    return ledger


@pytest.fixture
async def pruned(with_days: Ledger) -> Ledger:
    """The same without the detail of the first quarter."""
    await with_days.usage.prune(NOON - 3 * DAY_MS + BUCKET_MS)
    return with_days


async def test_a_sound_ledger_has_no_faults(stored: Stored, with_days: Ledger) -> None:
    sound = await found(stored)
    assert sound.is_sound
    assert sound.path == with_days.name
    assert (sound.requests_without_detail, sound.detail_begins_ms) == (0, None)


async def test_it_is_told_of_how_many_requests_only_totals_are_left(stored: Stored, pruned: Ledger) -> None:
    sound = await found(stored)
    assert sound.is_sound
    assert (sound.requests_without_detail, sound.detail_begins_ms) == (4, NOON - 3 * DAY_MS + BUCKET_MS)


async def test_a_purged_ledger_is_sound(stored: Stored, pruned: Ledger) -> None:
    await Upkeep.of(pruned).purge(Selection(before_ms=NOON - DAY_MS))
    assert await faults(stored) == ()


@pytest.mark.parametrize("by", ["+ 1", "- 1"])
@pytest.mark.parametrize("moment", [NOON - 3 * DAY_MS, NOON - 3 * DAY_MS + BUCKET_MS, NOON])
async def test_a_wrong_total_is_found_on_either_side_of_the_first_detail(
    stored: Stored, pruned: Ledger, moment: int, by: str
) -> None:
    await change(stored, f"update rollup set output_tokens = output_tokens {by} where bucket_ms = {moment}")
    assert HOURS in await faults(stored)


@pytest.mark.parametrize("by", ["+ 1", "- 1"])
async def test_a_quarter_and_its_hour_that_are_wrong_together_are_found_where_there_is_detail(
    stored: Stored, pruned: Ledger, by: str
) -> None:
    tokens = f"set output_tokens = output_tokens {by} where bucket_ms ="
    await change(stored, f"update rollup {tokens} {NOON}", f"update hour_rollup {tokens} {NOON}")
    assert await faults(stored) == (QUARTERS,)


async def test_where_no_request_was_deleted_totals_say_no_more_than_requests_also_before_that(
    stored: Stored, with_days: Ledger
) -> None:
    await with_days.usage.record([an_event("theirs", agent="codex", time_ms=NOON - DAY_MS)])
    await with_days.usage.prune(NOON)
    await with_days.usage.record([an_event("late", agent="codex", time_ms=NOON - DAY_MS + 7)])
    tokens = f"set output_tokens = output_tokens + 1 where bucket_ms = {NOON - 2 * DAY_MS}"
    await with_days.usage.record([an_event("later", agent="codex", time_ms=NOON - 2 * DAY_MS)])
    assert await faults(stored) == ()
    await change(stored, f"update rollup {tokens}", f"update hour_rollup {tokens}")
    assert await faults(stored) == (QUARTERS,)


async def test_requests_that_are_lost_from_the_totals_after_their_detail_are_missed(
    stored: Stored, pruned: Ledger
) -> None:
    gone = f"where bucket_ms = {NOON - 3 * DAY_MS}"
    await change(stored, f"delete from rollup {gone}", f"delete from hour_rollup {gone}")
    lost = "3 requests missing in the totals, since their detail was deleted"
    assert lost in await faults(stored)


async def test_a_wrong_day_is_found(stored: Stored, with_days: Ledger) -> None:
    await with_days.usage.keep_days(ZoneInfo("Europe/Berlin"), NOON)
    assert await faults(stored) == ()
    await change(stored, "update day_rollup set requests = requests + 1")
    assert await faults(stored) == ("4 days whose totals differ from their quarters",)


async def test_rows_without_an_owner_are_found(stored: Stored, pruned: Ledger) -> None:
    await change(stored, "delete from thread")
    assert await faults(stored) == ("14 rows whose owner is not known",)


async def test_rows_that_went_without_a_word_are_found(stored: Stored, pruned: Ledger) -> None:
    await change(stored, f"delete from event where time_ms >= {NOON}")
    assert (await faults(stored))[-1].endswith("rows more or fewer than came in")


async def test_a_request_whose_key_says_something_else_is_found(stored: Stored, pruned: Ledger) -> None:
    if isinstance(stored, StoredOnServer):
        await change(stored, f"update event_key set time_ms = 5 where time_ms >= {NOON}")
        assert "3 requests that don't lie where their keys say" in await faults(stored)
    else:
        await change(stored, f"insert into pruned select key, role from event where time_ms >= {NOON}")
        assert "3 requests that don't lie where their keys say" in await faults(stored)


async def test_neither_a_writer_nor_the_check_waits_for_the_other(stored: Stored, with_days: Ledger) -> None:
    async with asyncio.timeout(20), with_days.proof.moment() as reader:
        before = await reader.fetch("select count(*) from event")
        await with_days.usage.record([an_event("meanwhile")])
        assert await reader.fetch("select count(*) from event") == before
        assert await faults(stored) == ()


async def test_damage_is_told_in_the_words_of_sqlite_a_line_each_and_the_file_stays(path: Path) -> None:
    await filled(path, 5_000)
    pages = await StoredInFile(path).look(
        "select pageno from dbstat where name = 'event' and pagetype = 'leaf' order by pageno limit 3"
    )
    with path.open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * 4096 + 100)
            file.write(b"\xa5" * 600)
    damaged = await check(path, SetClock())
    assert len(damaged.faults) > 1
    assert all(one.startswith("SQLite found: ") and "\n" not in one for one in damaged.faults)
    assert damaged.requests_without_detail is None
    assert (await check(path, SetClock())).faults == damaged.faults


async def test_a_ledger_of_a_former_version_that_deleted_detail_says_no_moment(
    stored: Stored, pruned: Ledger
) -> None:
    await change(stored, "delete from note where key = 'usage.detail_ms'")
    sound = await found(stored)
    assert sound.is_sound
    assert (sound.requests_without_detail, sound.detail_begins_ms) == (4, None)


async def test_reading_goes_on_over_an_open_ledger(stored: Stored, with_days: Ledger) -> None:
    async with open_ledger(stored.place, SetClock()) as second:
        await second.usage.record([an_event("theirs", agent="codex")])
        assert await faults(stored) == ()
    assert (await with_days.usage.totals(None)).requests == 14
