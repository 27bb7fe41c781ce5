"""A ledger that can't be used is told of once, and so is its end; what happened meanwhile is recorded."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from itertools import count

import pytest
from alert_world import at
from engine_wiring import Wiring
from movable_clock import MovableClock
from postgres_server import Server

from token_dashboard.engine import poller
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import Courier
from token_dashboard.engine.digests import Digests
from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.live_usage import LiveUsage
from token_dashboard.engine.prices import Prices
from token_dashboard.ledger import open_ledger
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.secret import Secret
from token_dashboard.model.status import UsageNow
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook

NOW = at("2026-11-20 12:00")
DOWN = LedgerError(path="db/usage", reason="no server answers there")
STARTING = LedgerError(path="db/usage", reason="the database system is starting up")


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.discard()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


async def until_told(caplog: pytest.LogCaptureFixture) -> None:
    async with asyncio.timeout(30):
        while True:
            if told(caplog):
                return
            await asyncio.sleep(0.05)


def test_all_that_fail_are_one_outage_which_ends_when_one_of_them_gets_through(
    caplog: pytest.LogCaptureFixture,
) -> None:
    outage = LedgerOutage()
    for error in (DOWN, STARTING, DOWN):
        for who in ("logs", "providers", "messages"):
            outage.failed(who, error)
    outage.worked("what needs no ledger")
    assert told(caplog) == [str(DOWN), str(STARTING)]
    for who in ("providers", "logs", "messages"):
        outage.worked(who)
    assert told(caplog)[2:] == ["the ledger can be used again"]
    outage.failed("logs", DOWN)
    assert told(caplog)[3:] == [str(DOWN)]


class Silent:
    """Nobody listens."""

    async def hear(self, usage: UsageNow) -> None:
        pass


async def test_a_poller_whose_steps_all_fail_for_a_while_tells_it_once(
    wiring: Wiring, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "_BREATH_S", 0.01)
    tries = count(1)
    through = {"prune": asyncio.Event(), "sync": asyncio.Event()}

    async def try_it(name: str) -> float:
        if next(tries) <= 30:
            raise DOWN
        through[name].set()
        return 60

    async def prune() -> None:
        await try_it("prune")

    async with wiring.running() as engine:
        courier = Courier(engine.ledger, engine.clock)
        service = poller.Poller(
            scanner=engine.scanner,
            collector=engine.collector,
            dashboard=engine.dashboard,
            desk=AlertDesk(engine.ledger, engine.clock, courier),
            courier=courier,
            digests=Digests((), engine.dashboard, engine.ledger, courier, engine.clock, wiring.tz),
            audience=Silent(),
            prune=prune,
            clock=engine.clock,
            outage=LedgerOutage(),
            others=[lambda: try_it("sync")],
        )
        running = asyncio.create_task(service.run())
        try:
            async with asyncio.timeout(30):
                for event in through.values():
                    await event.wait()
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    assert told(caplog) == [str(DOWN), "the ledger can be used again"]


async def test_usage_that_is_heard_while_a_server_is_down_is_recorded_when_it_is_back(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    event = UsageEvent(
        key=event_key("openclaw", "1"),
        time_ms=NOW,
        source="hook",
        agent="openclaw",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=100,
    )
    await server.execute("create database usage")
    news = asyncio.Event()
    async with open_ledger(Secret(server.url("usage")), MovableClock(NOW)) as ledger:
        assert (await ledger.usage.totals(None)).requests == 0
        live = LiveUsage(Prices(PriceBook.load, lambda: "1"), ledger, news, LedgerOutage())
        running = asyncio.create_task(live.run())
        try:
            server.stop()
            live.hear(event)
            await until_told(caplog)
            live.hear(event._replace(key=event_key("openclaw", "2")))
            server.start()
            async with asyncio.timeout(30):
                await news.wait()
            assert (await ledger.usage.totals(None)).requests == 2
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
    first, *others, last = told(caplog)
    assert first.endswith("/usage cannot be used: no server answers there.")
    assert last == "the ledger can be used again"
    assert len(set(others)) == len(others)
