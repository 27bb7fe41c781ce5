"""Prices that change while a service runs: usage without a price gets one, whoever brought it."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from engine_wiring import Wiring
from test_engine_scanner import reply, write

from token_dashboard.engine.ledger_outage import LedgerOutage
from token_dashboard.engine.live_usage import LiveUsage
from token_dashboard.engine.prices import Prices
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.edition import edition
from token_dashboard.pricing.overrides import Override

NEW = "claude-of-next-year"
DOLLAR = 10**9


class Operator:
    """Whoever sets prices, and how often they were read."""

    def __init__(self, folder: Path) -> None:
        self.own: Mapping[str, Override] = {}
        self.read = 0
        self.prices = Prices(self._load, lambda: edition(self.own, folder / "prices.json"))

    def set(self, dollars_per_million: int) -> None:
        self.own = {NEW: {"inputPerMillion": dollars_per_million, "outputPerMillion": 0}}

    def _load(self) -> PriceBook:
        self.read += 1
        return PriceBook.load(self.own)


async def test_usage_without_a_price_gets_the_one_that_is_set_and_keeps_it(wiring: Wiring) -> None:
    operator = Operator(wiring.folder)
    wiring.prices = operator.prices
    write(wiring.folder, "a", *(reply(number, model=NEW) for number in range(10)))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        unpriced = await engine.ledger.usage.totals(None)
        operator.set(100)
        await engine.scanner.scan()
        priced = await engine.ledger.usage.totals(None)
        operator.set(200)
        await engine.scanner.scan()
        kept = await engine.ledger.usage.totals(None)
    assert (unpriced.priced_requests, unpriced.unpriced_tokens) == (0, 11_000)
    assert (priced.priced_requests, priced.unpriced_tokens) == (10, 0)
    assert priced.list_cost_nanos == kept.list_cost_nanos == DOLLAR


async def test_later_usage_has_the_prices_of_its_time(wiring: Wiring) -> None:
    operator = Operator(wiring.folder)
    wiring.prices = operator.prices
    async with wiring.running() as engine:
        for number, dollars in enumerate((100, 200)):
            operator.set(dollars)
            write(wiring.folder, "a", reply(number, model=NEW))
            await engine.scanner.scan()
        totals = await engine.ledger.usage.totals(None)
    assert totals.list_cost_nanos == DOLLAR * 3 // 10


async def test_prices_are_read_again_only_when_they_changed(wiring: Wiring) -> None:
    operator = Operator(wiring.folder)
    wiring.prices = operator.prices
    write(wiring.folder, "a", reply(1, model=NEW))
    async with wiring.running() as engine:
        await engine.scanner.scan()
        write(wiring.folder, "a", reply(2, model=NEW))
        await engine.scanner.scan()
        assert operator.read == 1
        operator.set(1)
        await engine.scanner.scan()
        assert operator.read == 2
    async with wiring.running() as engine:
        await engine.scanner.scan()
    assert operator.read == 2


async def test_what_a_host_reports_has_the_prices_of_its_time_too(wiring: Wiring) -> None:
    operator = Operator(wiring.folder)
    async with wiring.running() as engine:
        news = asyncio.Event()
        live = LiveUsage(operator.prices, engine.ledger, news, LedgerOutage())
        running = asyncio.create_task(live.run())
        write(wiring.folder, "a", reply(1, model=NEW))
        await engine.scanner.scan()
        changed = await engine.ledger.journal.changed(0)
        (event,) = await engine.ledger.journal.events([key for _, key in changed])
        operator.set(100)
        live.hear(event)
        await asyncio.wait_for(news.wait(), 5)
        running.cancel()
        totals = await engine.ledger.usage.totals(None)
    assert totals.list_cost_nanos == DOLLAR // 10
