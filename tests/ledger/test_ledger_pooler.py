"""A ledger behind a pooler in transaction mode: what is set and prepared lasts for one transaction."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from zoneinfo import ZoneInfo

import asyncpg
import pytest_asyncio
from ledger_world import NOON, SetClock, Stored, an_event, roll_ups_agree, shared_event, sum_by_hand
from postgres_pooler import pooling
from postgres_server import Server

from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.period import DAY_MS
from token_dashboard.model.report import Dimension
from token_dashboard.model.secret import Secret

UTC = ZoneInfo("UTC")


@pytest_asyncio.fixture
async def pooled(server: Server, on_server: Stored) -> AsyncIterator[Secret]:
    """The way to an empty ledger through a pooler."""
    assert isinstance(on_server.place, Secret)
    async with pooling(server.port) as port:
        yield Secret(on_server.place.reveal().replace(f":{server.port}/", f":{port}/"))


async def test_machines_that_write_at_once_through_a_pooler_end_in_the_union(
    pooled: Secret, on_server: Stored, clock: SetClock
) -> None:
    async def work(writer: int) -> int:
        gained = 0
        async with open_ledger(pooled, SetClock()) as ledger:
            for start in range(0, 80, 20):
                events = [shared_event(writer, n * 100) for n in range(start, start + 20)]
                gained += (await ledger.usage.record(events)).new
                await ledger.usage.totals(None)
        return gained

    events = [shared_event(writer, n * 100) for writer in range(3) for n in range(80)]
    gained = await asyncio.gather(*map(work, range(3)))
    async with open_ledger(pooled, clock) as ledger:
        assert await ledger.usage.totals(None) == sum_by_hand(events)
        assert sum(gained) == sum_by_hand(events).requests
    assert await roll_ups_agree(on_server)


async def test_a_ledger_is_made_through_a_pooler_and_all_that_is_asked_of_it_works(
    server: Server, clock: SetClock
) -> None:
    await server.execute("create database made_through_a_pooler")
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(pooling(server.port))
        url = server.url("made_through_a_pooler").replace(f":{server.port}/", f":{port}/")
        ledger = await stack.enter_async_context(open_ledger(Secret(url), clock))
        days = [an_event(f"m{n}", time_ms=NOON - n * 20 * DAY_MS) for n in range(5)]
        assert (await ledger.usage.record(days)).new == 5
        await ledger.usage.keep_days(UTC, NOON)
        assert [row.totals.requests for row in await ledger.usage.rows(None, (Dimension.DAY,), UTC)] == [
            1
        ] * 5
        assert await ledger.usage.prune(NOON - 30 * DAY_MS) == 3
        assert (await ledger.usage.record(days)).new == 0
        assert (await ledger.usage.totals(None)).requests == 5
        await ledger.notes.set("a", "b")
        assert await ledger.notes.get("a") == "b"
        assert await traces(url) == []
    await server.execute("drop database made_through_a_pooler with (force)")


async def test_whoever_dies_in_the_middle_behind_a_pooler_leaves_nothing(
    pooled: Secret, clock: SetClock
) -> None:
    async with open_ledger(pooled, clock) as ledger, open_ledger(pooled, clock) as other:
        await ledger.usage.record([an_event("a")])
        held = asyncio.Event()
        dying = asyncio.create_task(_write_until_cancelled(ledger, held))
        async with asyncio.timeout(10):
            await held.wait()
            dying.cancel()
            await asyncio.wait([dying])
            assert (await other.usage.record([an_event("b")])).new == 1
            assert await other.notes.get("a") is None


async def _write_until_cancelled(ledger: Ledger, held: asyncio.Event) -> None:
    # No door of the ledger stops in the middle.
    async with ledger.notes._database.transaction() as transaction:
        await transaction.execute("insert into note (key, body) values ('a', 'b')")
        held.set()
        await asyncio.Event().wait()


async def traces(url: str) -> list[str]:
    """The statements and settings of ours that whoever comes next to the pooler finds; jit is asyncpg's."""
    found: list[str] = []
    for _ in range(2):
        connection = await asyncpg.connect(url, ssl=False, statement_cache_size=0)
        async with connection.transaction():
            left = await connection.fetch(
                "select statement from pg_prepared_statements where name <> ''"
                " union all select name from pg_settings where source = 'session' and name <> 'jit'"
            )
            found += [text for (text,) in left]
        await connection.close()
    return found
