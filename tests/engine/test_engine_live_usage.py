"""Usage that a host tells as it happens: recorded at once, and once, whatever else goes on."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.live_usage import LiveUsage
from token_dashboard.engine.prices import Prices
from token_dashboard.ledger import Ledger, open_ledger
from token_dashboard.model.clock import SystemClock
from token_dashboard.model.period import Period
from token_dashboard.model.usage import Source, UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook

NOW_MS = 1_795_000_000_000
EVERYTHING = Period(0, NOW_MS * 2)


def event(name: str, source: Source = "hook") -> UsageEvent:
    return UsageEvent(
        key=event_key("openclaw", name),
        time_ms=NOW_MS,
        source=source,
        agent="openclaw",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=100,
        output_tokens=200,
    )


@asynccontextmanager
async def recording(ledger: Ledger, news: asyncio.Event) -> AsyncIterator[LiveUsage]:
    live = LiveUsage(Prices(PriceBook.load, lambda: "1"), ledger, news, LedgerOutage())
    running = asyncio.create_task(live.run())
    try:
        yield live
    finally:
        running.cancel()


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    """One that waits for other processes a moment only."""
    async with open_ledger(tmp_path / "ledger.db", SystemClock(), patience_s=0.1) as opened:
        yield opened


async def until(is_so: Callable[[int], bool], ledger: Ledger) -> None:
    async with asyncio.timeout(10):
        while True:
            if is_so((await ledger.usage.totals(EVERYTHING)).requests):
                return
            await asyncio.sleep(0.01)


async def test_what_is_heard_is_priced_recorded_and_news(ledger: Ledger) -> None:
    news = asyncio.Event()
    async with recording(ledger, news) as live:
        live.hear(event("one"))
        live.hear(event("two"))
        async with asyncio.timeout(10):
            await news.wait()
    totals = await ledger.usage.totals(EVERYTHING)
    assert totals.requests == 2
    assert totals.priced_requests == 2


async def test_what_the_log_has_too_counts_once_whichever_comes_first(ledger: Ledger) -> None:
    news = asyncio.Event()
    await ledger.usage.record([event("log first", "log")])
    async with recording(ledger, news) as live:
        live.hear(event("log first"))
        live.hear(event("hook first"))
        await until(lambda requests: requests == 2, ledger)
    await ledger.usage.record([event("hook first", "log")])
    assert (await ledger.usage.totals(EVERYTHING)).requests == 2


async def test_a_ledger_that_another_process_holds_is_waited_for(
    ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    async with recording(ledger, asyncio.Event()) as live:
        with closing(sqlite3.connect(ledger.path, isolation_level=None)) as other:
            other.execute("begin immediate")
            live.hear(event("one"))
            async with asyncio.timeout(10):
                while True:
                    if "held by another process" in caplog.text:
                        break
                    await asyncio.sleep(0.01)
            live.hear(event("two"))
            other.execute("rollback")
        await until(lambda requests: requests == 2, ledger)
