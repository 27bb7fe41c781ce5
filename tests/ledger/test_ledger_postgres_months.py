"""Requests on a server lie in a table for each month, and retention drops those."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from ledger_world import SetClock, Stored, StoredInFile, StoredOnServer, an_event, roll_ups_agree, sum_by_hand
from postgres_server import Server

from token_dashboard.ledger import Ledger, Recorded, _migrations, open_ledger
from token_dashboard.ledger._postgres import PostgresDatabase
from token_dashboard.ledger._postgres_address import Address
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.model.period import DAY_MS, Period
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent

SOON_S = 20
FILLED = ("event", "pruned", "series", "thread", "rollup", "intake", "note")


def at(year: int, month: int, day: int = 1) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


def daily(first: int, days: int) -> list[UsageEvent]:
    """One request a day."""
    return [an_event(f"d{n}", "r", time_ms=first + n * DAY_MS) for n in range(days)]


async def months(stored: Stored) -> dict[str, int]:
    """How many requests lie in which table that isn't empty."""
    counted = "select cast(tableoid as regclass)::text, count(*) from event group by 1 order by 1"
    return {str(table): count for table, count in await stored.look(counted)}


async def tables(stored: Stored) -> set[str]:
    """The parts of the table of requests, whether something is in them or not."""
    listed = (
        "select cast(cast(inhrelid as regclass) as text) from pg_inherits where inhparent = 'event'::regclass"
    )
    return {str(name) for (name,) in await stored.look(listed)}


@pytest_asyncio.fixture
async def team(on_server: Stored, clock: SetClock) -> AsyncIterator[Ledger]:
    async with open_ledger(on_server.place, clock) as opened:
        yield opened


@pytest_asyncio.fixture
async def scribe(server: Server, on_server: Stored) -> AsyncIterator[Secret]:
    """The address of a user that may write to the ledger, and make no table."""
    database = Address.of(_secret(on_server)).database
    await server.execute("create role scribe login password 'quill'")
    await server.execute(
        "grant usage on schema token_dashboard to scribe;"
        "grant select, insert, update, delete on all tables in schema token_dashboard to scribe",
        database,
    )
    yield Secret(f"postgresql://scribe:quill@127.0.0.1:{server.port}/{database}")
    await server.execute("drop owned by scribe", database)
    await server.execute("drop role scribe")


def _secret(stored: Stored) -> Secret:
    assert isinstance(stored.place, Secret)
    return stored.place


async def test_requests_lie_in_the_month_of_their_time(team: Ledger, on_server: Stored) -> None:
    await team.usage.record(daily(at(2025, 1, 30), 4))
    await team.usage.record(
        [an_event("last", time_ms=at(2025, 12) - 1), an_event("first", time_ms=at(2025, 12))]
    )
    assert await months(on_server) == {
        "event_2025_01": 2,
        "event_2025_02": 2,
        "event_2025_11": 1,
        "event_2025_12": 1,
    }
    assert await roll_ups_agree(on_server)


async def test_times_that_nobody_believes_make_no_month(team: Ledger, on_server: Stored) -> None:
    times = [-(2**62), -1, 0, at(2019, 12, 31), at(9999, 12, 31), 2**62]
    events = [an_event(f"t{time_ms}", time_ms=time_ms) for time_ms in times]
    assert (await team.usage.record(events)).new == len(times)
    assert await months(on_server) == {"event_rest": len(times)}
    assert await team.usage.record(events) == Recorded(new=0, merged=len(times))


async def test_a_request_of_which_a_record_of_another_month_turns_up_is_still_one_and_moves(
    team: Ledger, on_server: Stored
) -> None:
    later, earlier = an_event("m", "r", time_ms=at(2025, 3)), an_event("m", "r", time_ms=at(2025, 2, 28))
    others = daily(at(2025, 3), 3)
    await team.usage.record([later, *others])
    assert await team.usage.record([earlier]) == Recorded(new=0, merged=1)
    assert await team.usage.record([later]) == Recorded(new=0, merged=1)
    assert await months(on_server) == {"event_2025_02": 1, "event_2025_03": 3}
    assert await team.usage.totals(None) == sum_by_hand([earlier, *others])
    assert await roll_ups_agree(on_server)


async def test_retention_drops_whole_months_and_the_days_of_the_one_it_ends_in(
    team: Ledger, on_server: Stored
) -> None:
    events = daily(at(2025, 1), 90)
    await team.usage.record(events)
    before = await team.usage.totals(None)
    assert await team.usage.prune(at(2025, 3, 11)) == 31 + 28 + 10
    assert await tables(on_server) == {"event_2025_03", "event_rest"}
    assert await months(on_server) == {"event_2025_03": 21}
    assert await team.usage.totals(None) == before == sum_by_hand(events)
    assert await on_server.look("select count(*) from pruned") == [(69,)]


async def test_what_was_in_a_dropped_month_stays_away_even_when_the_month_is_made_again(
    team: Ledger, on_server: Stored
) -> None:
    events = daily(at(2025, 1), 40)
    await team.usage.record(events)
    await team.usage.prune(at(2025, 3))
    unseen = an_event("unseen", time_ms=at(2025, 1, 5))
    assert await team.usage.record([*events, unseen]) == Recorded(new=1, merged=40)
    assert await months(on_server) == {"event_2025_01": 1}
    assert await team.usage.record([*events, unseen]) == Recorded(new=0, merged=41)
    assert await team.usage.totals(None) == sum_by_hand([*events, unseen])
    assert await team.usage.prune(at(2025, 3)) == 1
    assert await tables(on_server) == {"event_rest"}


async def test_retention_reaches_requests_whose_time_nobody_believes(team: Ledger, on_server: Stored) -> None:
    await team.usage.record([an_event("old", time_ms=1), an_event("far", time_ms=at(9999, 1))])
    assert await team.usage.prune(at(2025, 3)) == 1
    assert await months(on_server) == {"event_rest": 1}


async def test_purging_what_is_old_drops_its_months_and_forgets_what_was_brought_in(
    team: Ledger, on_server: Stored
) -> None:
    read, brought = daily(at(2025, 1), 40), an_event("note", time_ms=at(2025, 1), source="manual")
    await team.usage.record([*read, brought])
    await Upkeep.of(team).purge(Selection(before_ms=at(2025, 2)))
    assert await tables(on_server) == {"event_2025_02", "event_rest"}
    assert await team.usage.record([*read, brought]) == Recorded(new=1, merged=40)


async def test_many_who_need_the_same_new_months_at_once_make_each_once(
    on_server: Stored, clock: SetClock
) -> None:
    async def work(number: int) -> None:
        async with open_ledger(on_server.place, clock) as ledger:
            for month in range(1, 7):
                await ledger.usage.record(
                    [
                        an_event(f"{number}.{month}", time_ms=at(2025, month)),
                        an_event("shared", time_ms=at(2025, 6)),
                    ]
                )

    await asyncio.gather(*map(work, range(4)))
    assert await months(on_server) == {f"event_2025_{month:02}": 4 for month in range(1, 6)} | {
        "event_2025_06": 5
    }
    assert await roll_ups_agree(on_server)


async def test_while_a_month_is_made_others_read_reports_and_the_other_months(
    team: Ledger, on_server: Stored
) -> None:
    await team.usage.record(daily(at(2025, 1), 3))
    other = PostgresDatabase(Address.of(_secret(on_server)), 1)
    january = Period(at(2025, 1), at(2025, 2))
    try:
        async with asyncio.timeout(SOON_S), other.transaction() as transaction:
            await transaction.execute_many(
                "insert into event (key, time_ms, series_id, thread_id, input_tokens,"
                " cache_read_input_tokens, cache_creation_input_tokens, cache_creation_1h_input_tokens,"
                " output_tokens, reasoning_output_tokens, web_searches, role)"
                f" values ({', '.join('?' * 12)})",
                [(1, at(2025, 2), *[0] * 10)],
            )
            assert await transaction.fetch("select count(*) from event_2025_02") == [(1,)]
            assert (await team.usage.totals(None)).requests == 3
            assert sum([len(page) async for page in Upkeep.of(team).events(january)]) == 3
    finally:
        await other.aclose()


async def test_who_may_make_no_table_writes_all_the_same_and_who_may_moves_it_later(
    team: Ledger, on_server: Stored, scribe: Secret, clock: SetClock
) -> None:
    events = daily(at(2025, 1, 20), 20)
    async with open_ledger(scribe, clock) as theirs:
        assert (await theirs.usage.record(events)).new == 20
        assert await months(on_server) == {"event_rest": 20}
        assert (await team.usage.record(daily(at(2025, 1, 20), 21))).new == 1
        assert await months(on_server) == {"event_2025_02": 9, "event_rest": 12}
        await team.usage.record([an_event("january", time_ms=at(2025, 1))])
        assert await months(on_server) == {"event_2025_01": 13, "event_2025_02": 9}
        assert await theirs.usage.prune(at(2025, 2, 2)) == 14
        assert await months(on_server) == {"event_2025_02": 8}
        assert await theirs.usage.record(events) == Recorded(new=0, merged=20)
    assert await roll_ups_agree(on_server) is False  # of what was pruned only the sums are left
    assert (await team.usage.totals(None)).requests == 22


async def test_a_ledger_of_before_there_were_months_is_split_and_nothing_is_lost(
    server: Server, path: Path, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [
        *daily(at(2025, 1), 70),
        an_event("m", "main", time_ms=5),
        an_event("m", "x", is_sidechain=True),
    ]
    async with open_ledger(path, clock) as alone:
        await alone.usage.record(events)
        await alone.usage.prune(at(2025, 1, 15))
        expected = await alone.usage.totals(None)
    await server.execute("create database older")
    await server.execute("create role finance")
    place = Secret(server.url("older"))
    try:
        with monkeypatch.context() as patch:
            older = _migrations.migrations()[:7]
            patch.setattr(_migrations, "migrations", lambda: older)
            async with open_ledger(place, clock):
                pass
        await _copy(StoredInFile(path), place)
        await server.execute("grant select on token_dashboard.event to finance", "older")
        async with open_ledger(place, clock) as ledger:
            stored = StoredOnServer(place)
            assert await months(stored) == {
                "event_2025_01": 17,
                "event_2025_02": 28,
                "event_2025_03": 11,
                "event_2025_11": 1,
            }
            assert await ledger.usage.totals(None) == expected
            assert await stored.look("select count(*) from pruned") == [(15,)]
            assert await ledger.usage.record(events) == Recorded(new=0, merged=72)
            assert await ledger.usage.totals(None) == expected == sum_by_hand(events)
            assert await stored.look("select has_table_privilege('finance', 'event', 'select')") == [(True,)]
            async with ledger.notes._database.transaction() as transaction:  # all at once, or not at all
                assert await transaction.fetch("select 1 from pg_tables where tablename = 'old_event'") == []
    finally:
        await server.execute("drop database older with (force)")
        await server.execute("drop role finance")


async def _copy(file: StoredInFile, place: Secret) -> None:
    connection = await asyncpg.connect(place.reveal())
    try:
        for table in FILLED:
            rows = await file.look(f"select * from {table}")
            await connection.execute(f"delete from token_dashboard.{table}")
            await connection.copy_records_to_table(table, schema_name="token_dashboard", records=rows)
    finally:
        await connection.close()
